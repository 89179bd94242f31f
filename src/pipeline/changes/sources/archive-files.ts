import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { PassThrough, Readable } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { extract } from 'tar-stream';
import { type Entry, open as openZip, type ZipFile } from 'yauzl';
import { decompressXz } from '../../../formats/xz/decompress-xz.ts';
import { AppError, messageOf } from '../../../foundation/errors.ts';
import type { TreeFile } from '../../../platform/git/index.ts';
import { safePath } from './safe-path.ts';

export const sourceErrors = {
  unreadable: { code: 'sources.unreadable', retryable: false },
  tooLarge: { code: 'sources.too-large', retryable: false },
} as const;

export interface ArchiveBounds {
  readonly files: number;
  readonly fileBytes: number;
  readonly allBytes: number;
}

/** Folders without a file are told too: the hash of an unpacked folder knows them, git does not. */
export type ArchiveFile = TreeFile | { readonly mode: 'folder'; readonly path: string };

type Packing = 'zip' | 'gzip' | 'zstd' | 'xz' | 'plain';

/** The files of an archive, by its first bytes; a file that is none is given as itself. Nothing is written to a disk. */
export async function* archiveFiles(file: string, name: string, bounds: ArchiveBounds): AsyncGenerator<ArchiveFile> {
  const packing = await packingOf(file);
  const count = counter(bounds);
  try {
    if (packing === 'zip') yield* zipFiles(file, count);
    else if (await isTar(file, packing)) yield* tarFiles(file, packing, count);
    else
      yield { path: safePath(name), mode: '100644', content: await wholeOf(unpacked(file, packing), bounds.fileBytes) };
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError(sourceErrors.unreadable, `the archive cannot be read: ${messageOf(error).slice(0, 300)}`, {
      cause: error,
    });
  }
}

interface Counter {
  /** Throws when there is too much. */
  readonly file: (path: string, sizeBytes: number) => void;
  readonly most: number;
}

function counter(bounds: ArchiveBounds): Counter {
  let files = 0;
  let bytes = 0;
  return {
    most: bounds.fileBytes,
    file: (path, sizeBytes) => {
      bytes += sizeBytes;
      if (++files > bounds.files) throw tooLarge(`it holds more than ${bounds.files} files`);
      if (sizeBytes > bounds.fileBytes) throw tooLarge(`${path.slice(0, 200)} has ${sizeBytes} bytes`);
      if (bytes > bounds.allBytes) throw tooLarge(`it holds more than ${bounds.allBytes} bytes`);
    },
  };
}

async function packingOf(file: string): Promise<Packing> {
  const handle = await open(file);
  try {
    const { buffer } = await handle.read(Buffer.alloc(6), 0, 6, 0);
    const magic = buffer.readUInt32BE(0);
    if (magic === 0x504b0304 || magic === 0x504b0506) return 'zip';
    if (magic >>> 16 === 0x1f8b) return 'gzip';
    if (magic === 0x28b52ffd) return 'zstd';
    if (magic === 0xfd377a58) return 'xz';
    if (magic >>> 8 === 0x425a68) throw new AppError(sourceErrors.unreadable, 'it is packed with bzip2');
    if (buffer.toString('latin1', 0, 4) === 'LZIP')
      throw new AppError(sourceErrors.unreadable, 'it is packed with lzip');
    return 'plain';
  } finally {
    await handle.close();
  }
}

async function isTar(file: string, packing: Packing): Promise<boolean> {
  let head = Buffer.alloc(0);
  for await (const chunk of unpacked(file, packing)) {
    head = Buffer.concat([head, chunk.subarray(0, 512)]);
    if (head.length >= 512) break;
  }
  return head.subarray(257, 262).toString('latin1') === 'ustar';
}

async function* unpacked(file: string, packing: Packing): AsyncGenerator<Buffer> {
  const source = createReadStream(file, { highWaterMark: 256 * 1024 });
  const stream = await unpacker(source, packing);
  source.on('error', (error) => stream.destroy(error));
  try {
    for await (const chunk of stream) yield chunk as Buffer;
  } finally {
    source.destroy();
    stream.destroy();
  }
}

async function unpacker(source: Readable, packing: Packing): Promise<Readable> {
  if (packing === 'gzip') return source.pipe(createGunzip());
  if (packing === 'zstd') return source.pipe(createZstdDecompress());
  if (packing !== 'xz') return source.pipe(new PassThrough());
  return decompressXz(source);
}

async function* tarFiles(file: string, packing: Packing, count: Counter): AsyncGenerator<ArchiveFile> {
  const archive = extract();
  const source = Readable.from(unpacked(file, packing), { objectMode: false });
  source.on('error', (error) => archive.destroy(error));
  source.pipe(archive);
  const contents = new Map<string, TreeFile>();
  let kept = 0;
  try {
    for await (const entry of archive) {
      const { name, type, size = 0, mode = 0, linkname } = entry.header;
      count.file(name, size);
      const path = safePath(name);
      if (path === '') {
        entry.resume();
        continue;
      }
      const content = await wholeOf(entry as AsyncIterable<Buffer>, count.most);
      if (type === 'directory') yield { mode: 'folder', path };
      else if (type === 'symlink') yield { path, mode: '120000', content: Buffer.from(linkname ?? '') };
      else if (type === 'link') {
        // A second name of a file that stands before it.
        const first = contents.get(safePath(linkname ?? ''));
        if (first !== undefined) count.file(name, first.content.length);
        yield { path, mode: first?.mode ?? '100644', content: first?.content ?? Buffer.from(linkname ?? '') };
      } else if (type === 'file' || type === 'contiguous-file') {
        const made = { path, mode: (mode & 0o100) === 0 ? ('100644' as const) : ('100755' as const), content };
        kept += content.length;
        if (kept <= mostKept) contents.set(path, made);
        yield made;
      }
    }
  } finally {
    source.destroy();
    archive.destroy();
  }
}

/** Hard links point at files before them, which are held so far. */
const mostKept = 64 * 1024 * 1024;

async function* zipFiles(file: string, count: Counter): AsyncGenerator<ArchiveFile> {
  const zip = await zipOf(file);
  try {
    for await (const entry of entriesOf(zip)) {
      const path = safePath(entry.fileName);
      count.file(entry.fileName, entry.uncompressedSize);
      if (entry.fileName.endsWith('/')) {
        yield { mode: 'folder', path };
        continue;
      }
      const unixMode = entry.versionMadeBy >>> 8 === 3 ? entry.externalFileAttributes >>> 16 : 0;
      const isLink = (unixMode & 0o170000) === 0o120000;
      const content = await wholeOf(await streamOf(zip, entry), count.most);
      yield { path, mode: isLink ? '120000' : (unixMode & 0o100) === 0 ? '100644' : '100755', content };
    }
  } finally {
    zip.close();
  }
}

function zipOf(file: string): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    openZip(file, { lazyEntries: true, autoClose: false }, (error, zip) => (error ? reject(error) : resolve(zip)));
  });
}

function streamOf(zip: ZipFile, entry: Entry): Promise<Readable> {
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => (error ? reject(error) : resolve(stream)));
  });
}

async function* entriesOf(zip: ZipFile): AsyncGenerator<Entry> {
  let settle: { readonly resolve: (entry: Entry | null) => void; readonly reject: (error: Error) => void } | null =
    null;
  zip.on('entry', (entry: Entry) => settle?.resolve(entry));
  zip.on('end', () => settle?.resolve(null));
  zip.on('error', (error: Error) => settle?.reject(error));
  for (;;) {
    const entry = await new Promise<Entry | null>((resolve, reject) => {
      settle = { resolve, reject };
      zip.readEntry();
    });
    if (entry === null) return;
    yield entry;
  }
}

async function wholeOf(bytes: AsyncIterable<Uint8Array>, most: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of bytes) {
    size += part.length;
    if (size > most) throw tooLarge(`a file has more than ${most} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function tooLarge(what: string): AppError {
  return new AppError(sourceErrors.tooLarge, `the archive is too large to look into: ${what}`);
}
