import type { FlakeLock } from '../../formats/nix/flake-lock.ts';

/** Publishes flakes under addresses of the same shape, and knows nothing of our questions. */
const vendors: readonly string[] = ['flakehub.com', 'api.flakehub.com'];

/** The origin of the first input that is locked to a release of a registry like ours. */
export function originOf(lock: FlakeLock): string | null {
  for (const { locked } of lock.nodes) {
    const text = locked?.url;
    if (text === undefined || !/\/f\/pinned\//.test(text) || !URL.canParse(text)) continue;
    const url = new URL(text);
    if (/^https?:$/.test(url.protocol) && !vendors.includes(url.hostname)) return url.origin;
  }
  return null;
}
