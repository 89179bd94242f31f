import { createHash, type KeyObject } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip, gzipSync } from 'node:zlib';
import type { Clock } from '../../../foundation/clock.ts';
import type { Progress } from '../../../platform/log/index.ts';
import type { FeedStore } from '../store.ts';
import { type BundleManifest, bundleHead } from './format.ts';

/** Writes all records of all sources, raw and normalised, into one signed file. */
export async function exportFeeds(given: {
  readonly store: Pick<FeedStore, 'states' | 'items'>;
  readonly file: string;
  /** Ed25519, private. */
  readonly key: KeyObject;
  readonly clock: Clock;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}): Promise<BundleManifest> {
  const { store, file, key, clock, progress, signal } = given;
  const folder = await mkdtemp(`${path.resolve(file)}.`);
  try {
    const parts: BundleManifest['parts'] = [];
    const files: string[] = [];
    for (const { source, successAt } of await store.states()) {
      progress.step(`writing ${source}`);
      const digest = createHash('sha256');
      let lines = 0;
      async function* text() {
        for await (const item of store.items(source)) {
          const line = `${JSON.stringify(item)}\n`;
          digest.update(line);
          lines += 1;
          yield line;
        }
      }
      const part = path.join(folder, `${parts.length}`);
      await pipeline(Readable.from(text()), createGzip(), createWriteStream(part), { signal });
      parts.push({ source, lines, readAt: successAt, sha256: digest.digest('base64url') });
      files.push(part);
    }
    const manifest = { format: 'snowguard-feeds', version: 1, createdAt: clock.now(), parts } as const;
    // Gzip files one after the other are one gzip file.
    async function* whole() {
      yield gzipSync(bundleHead(manifest, key));
      for (const part of files) yield* createReadStream(part);
    }
    const finished = path.join(folder, 'bundle');
    await pipeline(Readable.from(whole()), createWriteStream(finished, { flush: true }), { signal });
    await rename(finished, file);
    return manifest;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
