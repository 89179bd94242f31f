import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { BlobStore } from './index.ts';
import { checkedKey } from './key.ts';

/** Blobs that end with the process, for tests. */
export function createMemoryBlobs(): BlobStore {
  const kept = new Map<string, Buffer>();
  return {
    put: async (key, content) => {
      checkedKey(key);
      const bytes = content instanceof Readable ? await buffer(content) : Buffer.from(content);
      kept.set(key, bytes);
      return { sizeBytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
    },
    get: async (key, range) => {
      const bytes = kept.get(checkedKey(key));
      if (bytes === undefined) return null;
      const part = bytes.subarray(range?.start ?? 0, (range?.end ?? bytes.length) + 1);
      return { stream: Readable.from(part.length === 0 ? [] : [part]), sizeBytes: bytes.length };
    },
    size: async (key) => kept.get(checkedKey(key))?.length ?? null,
    remove: async (key) => void kept.delete(checkedKey(key)),
  };
}
