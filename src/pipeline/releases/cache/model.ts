import type { Listing } from '../../../formats/nix/nar-listing.ts';
import type { NarInfo } from '../../../formats/nix/narinfo.ts';

/** A cache of its own: what one holds, another knows nothing of. `common`, or `of/acme/secure` for a flake. */
export type CacheId = 'common' | `of/${string}/${string}`;

export const commonCache: CacheId = 'common';

/** The cache that belongs to a flake; the names count in any case. */
export function cacheOfFlake(organisation: string, flake: string): CacheId {
  return `of/${organisation.toLowerCase()}/${flake.toLowerCase()}`;
}

export function flakeOfCache(cache: CacheId): { readonly organisation: string; readonly flake: string } | null {
  const [, organisation, flake] = cache.split('/');
  return organisation === undefined || flake === undefined ? null : { organisation, flake };
}

/** How Nix names the files. What is packed with gzip it names like what is not packed; the first byte tells. */
export const compressions = { none: 'nar', xz: 'nar.xz', zstd: 'nar.zst', br: 'nar.br' } as const;
export type Compression = keyof typeof compressions | 'gzip';

/** Nothing unpacks bzip2, lzip and lz4 here. */
export const uploadHint = 'upload with ?compression=zstd, xz, gzip, br or none';

/** The name of an archive's file: `{52 digits of its SHA-256}.nar.zst`. */
export interface NarFileName {
  readonly fileHash: string;
  /** `none` may be `gzip` too. */
  readonly compression: keyof typeof compressions;
}

/** Null for a name that no archive of ours has. */
export function parseNarFileName(file: string): NarFileName | null {
  const [, fileHash = '', ending = ''] = /^([0-9a-df-np-sv-z]{52})\.(nar(?:\.[a-z0-9]{1,5})?)$/.exec(file) ?? [];
  const compression = (Object.keys(compressions) as (keyof typeof compressions)[]).find(
    (name) => compressions[name] === ending,
  );
  return compression === undefined ? null : { fileHash, compression };
}

/** An archive that arrived whole and was checked. */
export interface StoredNar {
  readonly cache: CacheId;
  readonly file: string;
  readonly blob: string;
  readonly compression: Compression;
  readonly fileSize: number;
  readonly narHash: string;
  readonly narSize: number;
}

/** What checking an archive gave. */
export interface NarFacts {
  readonly narHash: string;
  readonly narSize: number;
  readonly listing: Listing;
  /** In hex, when one was asked for and the archive is of that kind. */
  readonly digest: string | null;
}

/** A store path that the cache offers. */
export interface CachedPath {
  readonly cache: CacheId;
  readonly narInfo: NarInfo;
  readonly addedAt: number;
  readonly addedBy: string;
}

/** Small files that Nix keeps beside the paths. */
export const sideKinds = ['log', 'debuginfo', 'realisations', 'build-trace-v2'] as const;
export type SideKind = (typeof sideKinds)[number];

export interface CacheSize {
  readonly cache: CacheId;
  readonly paths: number;
  /** Of the archives as they lie there, compressed. */
  readonly fileBytes: number;
  readonly narBytes: number;
}

/** What a person decided to keep, with all it refers to. */
export interface Pin {
  readonly cache: CacheId;
  readonly hash: string;
  readonly name: string;
  readonly reason: string;
  readonly actor: string;
  readonly at: number;
}
