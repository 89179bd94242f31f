import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { AppError, messageOf } from '../../../foundation/errors.ts';
import { feedErrors } from './errors.ts';
import type { FeedFile } from './feed-file.ts';
import { maxRecordBytes } from './limits.ts';
import { spool } from './spool.ts';
import { isTar, tarMembers } from './tar-members.ts';
import { packingOf, unpackedBytes } from './unpack.ts';
import { type FolderFile, walkFolder } from './walk-folder.ts';
import { zipMembers } from './zip-members.ts';

/** The files at a path: of a folder, of a zip archive (also one inside either), of a tar archive, or the one file itself. */
export async function* filesOf(path: string, signal: AbortSignal, name = basename(path)): AsyncGenerator<FeedFile> {
  if ((await stat(path)).isDirectory()) {
    for await (const file of walkFolder(path)) {
      if (file.name.endsWith('.zip')) yield* filesOf(join(path, file.name), signal);
      else yield fileInFolder(path, file);
    }
  } else if ((await packingOf(path)) === 'zip') {
    for await (const member of zipMembers(path)) {
      if (member.name.endsWith('.zip')) yield* innerFiles(member, signal);
      else yield member;
    }
  } else if (await isTar(path)) yield* tarMembers(path);
  else yield { name, read: () => wholeOf(unpackedBytes(path)), bytes: () => unpackedBytes(path) };
}

async function* innerFiles(member: FeedFile, signal: AbortSignal): AsyncGenerator<FeedFile> {
  const inner = await spool(Readable.from(member.bytes()), signal);
  try {
    yield* zipMembers(inner.path);
  } finally {
    await inner.remove();
  }
}

function fileInFolder(folder: string, file: FolderFile): FeedFile {
  const path = join(folder, file.name);
  return {
    name: file.name,
    read: async () => (file.sizeBytes > maxRecordBytes ? null : ungzipped(await readFile(path))),
    bytes: () => (file.name.endsWith('.gz') ? unpackedBytes(path) : createReadStream(path)),
  };
}

function ungzipped(content: Buffer): Buffer | null {
  if (content[0] !== 0x1f || content[1] !== 0x8b) return content;
  try {
    return gunzipSync(content, { maxOutputLength: maxRecordBytes });
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw new AppError(feedErrors.unreadable, `the compressed content is broken: ${messageOf(error)}`);
  }
}

async function wholeOf(bytes: AsyncIterable<Buffer>): Promise<Buffer | null> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of bytes) {
    size += part.length;
    if (size > maxRecordBytes) return null;
    parts.push(part);
  }
  return Buffer.concat(parts);
}
