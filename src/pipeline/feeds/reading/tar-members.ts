import { Readable } from 'node:stream';
import { extract } from 'tar-stream';
import { AppError, messageOf } from '../../../foundation/errors.ts';
import { unreadableArchive } from './errors.ts';
import type { FeedFile } from './feed-file.ts';
import { maxFiles, maxRecordBytes } from './limits.ts';
import { unpackedBytes } from './unpack.ts';

/** Whether a file is a tar archive, under whatever compression: the word stands behind the first name. */
export async function isTar(path: string): Promise<boolean> {
  let head = Buffer.alloc(0);
  for await (const chunk of unpackedBytes(path)) {
    head = Buffer.concat([head, chunk.subarray(0, 512)]);
    if (head.length >= 512) break;
  }
  return head.subarray(257, 262).toString('latin1') === 'ustar';
}

/** The files of a tar archive as they come: each can be read only until the next is asked for. */
export async function* tarMembers(path: string): AsyncGenerator<FeedFile> {
  const archive = extract();
  const source = Readable.from(unpackedBytes(path), { objectMode: false });
  source.on('error', (error) => archive.destroy(error));
  source.pipe(archive);
  let count = 0;
  try {
    for await (const entry of archive) {
      const { name, type, size = 0 } = entry.header;
      if (++count > maxFiles) throw unreadableArchive(`it holds more than ${maxFiles} members`);
      const bytes = () => bytesOf(entry);
      if (type === 'file' || type === 'contiguous-file')
        yield { name, bytes, read: async () => (size > maxRecordBytes ? null : wholeOf(bytes())) };
      entry.resume();
    }
  } catch (error) {
    throw asUnreadable(error);
  } finally {
    source.destroy();
    archive.destroy();
  }
}

async function* bytesOf(entry: AsyncIterable<unknown>): AsyncGenerator<Buffer> {
  try {
    for await (const part of entry) yield part as Buffer;
  } catch (error) {
    throw asUnreadable(error);
  }
}

async function wholeOf(bytes: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of bytes) parts.push(part);
  return Buffer.concat(parts);
}

function asUnreadable(error: unknown): AppError {
  return error instanceof AppError ? error : unreadableArchive(messageOf(error));
}
