import type { HashAlgorithm } from './hash.ts';

/**
 * What an archive holds, as a cache serves it under `{hash}.ls`:
 *
 *     {"version":1,"root":{"type":"directory","entries":{"bin":{"type":"directory","entries":{
 *       "hello":{"type":"regular","size":12,"executable":true,"narOffset":400}}}}}}
 *
 * https://nix.dev/manual/nix/latest/protocols/json/store-object-info (written by `nix copy` with `write-nar-listing`)
 */
export interface Listing {
  readonly version: 1;
  readonly root: ListedNode;
}

export type ListedNode =
  | {
      readonly type: 'regular';
      readonly size: number;
      readonly executable?: boolean;
      /** Where in the archive its contents begin. */
      readonly narOffset: number;
    }
  | { readonly type: 'symlink'; readonly target: string }
  | { readonly type: 'directory'; readonly entries: Readonly<Record<string, ListedNode>> };

/** A hash beside that of the archive by SHA-256: of all of it, or of the one file that it is. */
export interface NarDigest {
  readonly of: 'file' | 'archive';
  readonly algorithm: HashAlgorithm;
}

export interface NarLimits {
  readonly bytes: number;
  readonly entries: number;
  readonly depth: number;
}

export const narReadErrors = {
  malformed: { code: 'nar.malformed', retryable: false },
  tooLarge: { code: 'nar.too-large', retryable: false },
} as const;
