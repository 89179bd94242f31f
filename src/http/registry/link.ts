import type { Visibility } from '../../accounts/index.ts';
import type { Release } from '../../pipeline/releases/index.ts';
import { paths } from '../addresses.ts';

/** The absolute address of a release's tarball, the same for ever. */
export function pinnedUrl(publicUrl: string, release: Release): string {
  return `${publicUrl}${paths.pinned(release)}`;
}

/**
 * The `Link` header by which Nix locks a tarball: `<URL?rev=…>; rel="immutable"`, in exactly this spelling (one space,
 * quotes, no other parameter). Source: Nix manual, "Lockable HTTP Tarball Protocol".
 */
export function immutableLink(publicUrl: string, release: Release): string {
  const query = [
    `rev=${release.commitId}`,
    `revCount=${release.commitCount}`,
    `lastModified=${release.lastModified}`,
    `narHash=${encodeURIComponent(release.narHash)}`,
  ].join('&');
  return `<${pinnedUrl(publicUrl, release)}?${query}>; rel="immutable"`;
}

/** Unique per release, not per content: Nix keeps the old lock when two releases share an ETag. */
export function releaseEtag(release: Release): string {
  return `"${release.uuid}"`;
}

/** How a range is answered: to the pinned tarball, with the words by which Nix locks it. */
export function redirectHeaders(
  publicUrl: string,
  release: Release,
  visibility: Visibility,
): Readonly<Record<string, string>> {
  return {
    ...resolverHeaders(visibility),
    Location: pinnedUrl(publicUrl, release),
    Link: immutableLink(publicUrl, release),
    'Content-Length': '0',
  };
}

/** Of every answer to a range: the next one may lead elsewhere, and another's may be another. */
export function resolverHeaders(visibility: Visibility): Readonly<Record<string, string>> {
  return { 'Cache-Control': visibility === 'private' ? 'private, no-store' : 'no-cache', Vary: 'Authorization' };
}
