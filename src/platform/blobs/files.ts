import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import type { BlobStore } from './index.ts';
import { checkedKey } from './key.ts';
import { createFileSender } from './send-file.ts';

const unfinishedName = '.unfinished';
const abandonedMs = 3_600_000;
const readBytes = 256 * 1024;

/**
 * Blobs as files of a folder, one a key. A file is written under another name and moved once it lies on the disk, so
 * that a reader sees the old bytes or the new ones, also after a power cut.
 */
export function createFileBlobs(options: { readonly directory: string }): BlobStore {
  const directory = path.resolve(options.directory);
  const unfinished = path.join(directory, unfinishedName);
  const fileOf = (key: string) => path.join(directory, ...checkedKey(key).split('/'));
  const ready = clearAbandoned(unfinished);
  // Told to the first who writes.
  ready.catch(() => {});
  const send = createFileSender();
  return {
    put: async (key, content) => {
      const file = fileOf(key);
      await ready;
      const fresh = path.join(unfinished, randomUUID());
      try {
        const written = await writeDurably(fresh, content);
        await makeFolders(directory, path.dirname(file));
        await rename(fresh, file);
        await syncFolder(path.dirname(file));
        return written;
      } catch (error) {
        await rm(fresh, { force: true });
        throw error;
      }
    },
    get: async (key, range) => {
      const handle = await orNull(open(fileOf(key)));
      if (handle === null) return null;
      try {
        const { size } = await handle.stat();
        return { stream: streamOf(handle, size, range), sizeBytes: size };
      } catch (error) {
        await handle.close();
        throw error;
      }
    },
    send: async (key, range, target) => {
      const handle = await open(fileOf(key));
      try {
        await send({ handle, ...range }, target);
      } finally {
        await handle.close();
      }
    },
    size: async (key) => (await orNull(stat(fileOf(key))))?.size ?? null,
    remove: async (key) => {
      const file = fileOf(key);
      await rm(file, { force: true });
      await orNull(syncFolder(path.dirname(file)));
    },
  };
}

function streamOf(
  handle: FileHandle,
  size: number,
  range: { readonly start: number; readonly end?: number } | undefined,
) {
  const start = range?.start ?? 0;
  const end = Math.min(range?.end ?? size - 1, size - 1);
  if (start <= end) return handle.createReadStream({ start, end, highWaterMark: readBytes });
  void handle.close();
  return Readable.from([]);
}

async function writeDurably(file: string, content: Uint8Array | Readable) {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const handle = await open(file, 'wx');
  try {
    for await (const chunk of content instanceof Uint8Array ? [content] : (content as AsyncIterable<Uint8Array>)) {
      hash.update(chunk);
      sizeBytes += chunk.length;
      await handle.writeFile(chunk);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  return { sizeBytes, sha256: hash.digest('hex') };
}

// A folder just made is durable once its parent is.
async function makeFolders(root: string, folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return;
  for (let made = folder; made.startsWith(root); made = path.dirname(made)) await syncFolder(made);
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** What a killed process left; younger files may still be in the writing by another one. */
async function clearAbandoned(unfinished: string): Promise<void> {
  await mkdir(unfinished, { recursive: true });
  for (const name of await readdir(unfinished)) {
    const file = path.join(unfinished, name);
    const found = await orNull(stat(file));
    if (found !== null && Date.now() - found.mtimeMs > abandonedMs) await rm(file, { force: true });
  }
}

async function orNull<Value>(asked: Promise<Value>): Promise<Value | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return null;
    throw error;
  }
}
