import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export interface SpooledFile {
  readonly path: string;
  readonly remove: () => Promise<void>;
}

/** The bytes in a file of their own: archives are read from their end, and a slow database must not hold a connection open. */
export async function spool(body: Readable, signal: AbortSignal): Promise<SpooledFile> {
  const folder = await mkdtemp(join(tmpdir(), 'snowguard-feed-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  const path = join(folder, 'content');
  try {
    await pipeline(body, createWriteStream(path), { signal });
  } catch (error) {
    await remove();
    throw error;
  }
  return { path, remove };
}
