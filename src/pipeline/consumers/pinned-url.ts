import { decodedOrNull } from '../../foundation/decoded.ts';

/** What a pinned address names: `https://host/f/pinned/{org}/{flake}/{version}/{uuid}/source.tar.gz`. */
export interface PinnedAddress {
  readonly organisation: string;
  readonly flake: string;
  readonly version: string;
  readonly uuid: string;
}

const pinned =
  /^\/f\/pinned\/([^/]+)\/([^/]+)\/([^/]+)\/([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})\/source\.tar\.gz$/;
const ranged = /^\/f\/([^/]+)\/([^/]+)\/([^/]+)$/;

/** The parts of a locked URL, or null when it has another shape. The host is not looked at: the uuid decides. */
export function readPinnedUrl(url: string): PinnedAddress | null {
  const parts = pinned.exec(pathOf(url))?.slice(1).map(decodedOrNull);
  if (parts === undefined || parts.includes(null)) return null;
  const [organisation, flake, version, uuid] = parts;
  if (organisation == null || flake == null || version == null || uuid == null) return null;
  return { organisation, flake, version, uuid: uuid.toLowerCase() };
}

/** The version range that an input's own URL asks for, or null. */
export function requirementOfUrl(url: string): string | null {
  const match = ranged.exec(pathOf(url));
  if (match === null || match[1] === 'pinned') return null;
  return decodedOrNull((match[3] ?? '').replace(/\.tar\.gz$/, ''));
}

function pathOf(url: string): string {
  if (url.length > 2000) return '';
  try {
    return new URL(url.replace(/^tarball\+/, '')).pathname;
  } catch {
    return '';
  }
}
