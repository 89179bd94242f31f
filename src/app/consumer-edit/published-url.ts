import { parseFlakeVersion } from '../../formats/nix/flake-version.ts';
import { decodedOrNull } from '../../foundation/decoded.ts';
import type { FlakeName } from './registry.ts';

/** `https://sets.example/f/acme/secure/0.2605`. */
export function publishedUrl(server: string, { organisation, flake }: FlakeName, range: string): string {
  return `${server}/f/${encodeURIComponent(organisation)}/${encodeURIComponent(flake)}/${encodeURIComponent(range)}`;
}

/** The range that stays on the line of a version and takes every later release of it: `0.2605`, or `1`. */
export function lineOfVersion(version: string): string {
  const parsed = parseFlakeVersion(version);
  if (parsed === null) return '*';
  if (parsed.prerelease.length > 0) return version.replace(/\+.*$/, '');
  return parsed.major > 0n ? `${parsed.major}` : `0.${parsed.minor}`;
}

/** What a URL of this server names, or null for any other URL. `more` when it says more than a flake and a range. */
export function readPublishedUrl(
  server: string,
  url: string,
): { readonly flake: FlakeName; readonly range: string | null; readonly more: boolean } | null {
  const prefix = `${server}/f/`;
  const plain = url.replace(/^tarball\+/, '');
  if (plain.slice(0, prefix.length).toLowerCase() !== prefix.toLowerCase()) return null;
  const [place = '', ...query] = plain.slice(prefix.length).split(/[?#]/);
  const segments = place
    .replace(/\/+$/, '')
    .split('/')
    .map((segment) => decodedOrNull(segment) ?? segment);
  const [organisation = '', flake = '', range] = segments;
  return {
    flake: { organisation, flake },
    range: range?.replace(/\.tar\.gz$/, '') ?? null,
    more: query.length > 0 || segments.length > 3 || organisation === 'pinned',
  };
}
