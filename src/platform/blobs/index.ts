import type { Readable, Writable } from 'node:stream';

/**
 * A place for immutable bytes under a key such as `releases/<uuid>.tar.gz`. Keys: segments of `[a-z0-9._+-]` between
 * slashes, none beginning with a dot, 500 characters at most; anything else fails with `blobs.bad-key`.
 */
export interface BlobStore {
  /** Stores the bytes durably before it resolves; writing the same key again replaces it atomically. */
  readonly put: (
    key: string,
    content: Uint8Array | Readable,
  ) => Promise<{ readonly sizeBytes: number; readonly sha256: string }>;
  /** The bytes from `start` to `end` (inclusive), as far as there are any, and the size of the whole; null when there is no such key. */
  readonly get: (
    key: string,
    range?: { readonly start: number; readonly end?: number },
  ) => Promise<{ readonly stream: Readable; readonly sizeBytes: number } | null>;
  /** The same bytes straight into `target`, which it ends; absent where `get` is as quick. Rejects when there is no such key. */
  readonly send?: (
    key: string,
    range: { readonly start: number; readonly end: number },
    target: Writable,
  ) => Promise<void>;
  /** Where the bytes can be fetched without us, for a short while; absent or null where only `get` gives them. */
  readonly address?: (key: string) => Promise<string | null>;
  readonly size: (key: string) => Promise<number | null>;
  readonly remove: (key: string) => Promise<void>;
}
