import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable, Transform } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { AppError, messageOf } from '../../../foundation/errors.ts';
import { feedErrors } from './errors.ts';
import { maxPackRatio, maxUnpackedBytes, ratioFloorBytes } from './limits.ts';

export type Packing = 'zip' | 'gzip' | 'zstd' | 'plain';

/** What a file is by its first bytes: names and content types are not to be trusted. */
export async function packingOf(path: string): Promise<Packing> {
  const file = await open(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
    const magic = buffer.readUInt32BE(0);
    if (magic === 0x504b0304 || magic === 0x504b0506) return 'zip';
    if (magic >>> 16 === 0x1f8b) return 'gzip';
    if (magic === 0xfd377a58 || magic >>> 8 === 0x425a68) throw unsupported();
    return magic === 0x28b52ffd ? 'zstd' : 'plain';
  } finally {
    await file.close();
  }
}

function unsupported(): AppError {
  return new AppError(feedErrors.unreadable, 'the file is packed with xz or bzip2', {
    hint: 'Unpack it, and configure the file or folder.',
  });
}

/** A file's bytes with gzip or zstd undone. Too much, too dense, broken or truncated content ends in `feeds.unreadable` after what was good. */
export async function* unpackedBytes(path: string): AsyncGenerator<Buffer> {
  const packing = await packingOf(path);
  const source = createReadStream(path, { highWaterMark: 256 * 1024 });
  if (packing !== 'gzip' && packing !== 'zstd') {
    yield* source;
    return;
  }
  yield* guarded(source, packing === 'gzip' ? createGunzip() : createZstdDecompress());
}

async function* guarded(source: Readable, unpacker: Transform): AsyncGenerator<Buffer> {
  let packed = 0;
  let unpacked = 0;
  source.on('data', (chunk: Buffer) => {
    packed += chunk.length;
  });
  source.on('error', (error) => unpacker.destroy(error));
  source.pipe(unpacker);
  try {
    for await (const chunk of unpacker) {
      unpacked += chunk.length;
      assertPlausible(packed, unpacked);
      yield chunk;
    }
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError(feedErrors.unreadable, `the compressed content is broken: ${messageOf(error)}`, {
      cause: error,
      hint: 'The download may have been cut off; the next sync tries again.',
    });
  } finally {
    source.destroy();
    unpacker.destroy();
  }
}

/** Refuses what unpacks to more than any real feed does. */
export function assertPlausible(packed: number, unpacked: number): void {
  if (unpacked > maxUnpackedBytes || (unpacked > ratioFloorBytes && unpacked > packed * maxPackRatio))
    throw new AppError(feedErrors.unreadable, `${packed} packed bytes unpack to ${unpacked} and more`, {
      hint: 'This is no feed. Check where the address leads.',
    });
}
