import type { FlakePlace } from '../../accounts/index.ts';
import { type SideKind, sideKinds } from '../../pipeline/releases/index.ts';

/** What an address below `/cache` names. */
export type CacheFile =
  | { readonly kind: 'info' }
  | { readonly kind: 'narinfo'; readonly hash: string }
  | { readonly kind: 'listing'; readonly hash: string }
  | { readonly kind: 'nar'; readonly file: string }
  | { readonly kind: 'side'; readonly side: SideKind; readonly name: string };

export interface CacheAddress {
  /** Null: the common cache, or for reading all that may be read. */
  readonly place: FlakePlace | null;
  readonly file: CacheFile;
}

const folders: ReadonlySet<string> = new Set(['nar', ...sideKinds]);

/** The segments behind `/cache`, decoded; null when they name nothing. */
export function readCacheAddress(segments: readonly string[]): CacheAddress | null {
  const [first = '', second = ''] = segments;
  const isFlake = segments.length >= 3 && !folders.has(first);
  const rest = isFlake ? segments.slice(2) : segments;
  const file = fileOf(rest);
  return file === null ? null : { place: isFlake ? { organisation: first, flake: second } : null, file };
}

function fileOf(segments: readonly string[]): CacheFile | null {
  const [first = '', ...others] = segments;
  if (others.length === 0) {
    if (first === 'nix-cache-info') return { kind: 'info' };
    const [, hash = '', ending] = /^([0-9a-df-np-sv-z]{32})\.(narinfo|ls)$/.exec(first) ?? [];
    if (ending === undefined) return null;
    return ending === 'ls' ? { kind: 'listing', hash } : { kind: 'narinfo', hash };
  }
  if (first === 'nar') {
    const [file = ''] = others;
    return others.length === 1 ? { kind: 'nar', file } : null;
  }
  const side = sideKinds.find((kind) => kind === first);
  const length = side === 'build-trace-v2' ? 2 : 1;
  return side === undefined || others.length !== length || others.some((part) => part.includes('/'))
    ? null
    : { kind: 'side', side, name: others.join('/') };
}
