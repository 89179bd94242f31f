import { closeSync, createReadStream, fstatSync, openSync } from 'node:fs';
import { crc32, createInflateRaw, inflateRawSync } from 'node:zlib';
import { type Entry, fromRandomAccessReader, RandomAccessReader, type ZipFile } from 'yauzl';
import { AppError, messageOf } from '../../../foundation/errors.ts';
import { unreadableArchive } from './errors.ts';
import type { FeedFile } from './feed-file.ts';
import { createWindow, type FileWindow } from './file-window.ts';
import { maxFiles, maxRecordBytes } from './limits.ts';
import { assertPlausible } from './unpack.ts';

/**
 * The files of a zip archive in the order of its directory. Small members are read and inflated in one step each: a stream a
 * member costs five times as much, and an archive of a whole CVE list has 350,000. Overlapping or overly dense members are refused.
 */
export async function* zipMembers(path: string): AsyncGenerator<FeedFile> {
  const descriptor = openSync(path, 'r');
  try {
    const sizeBytes = fstatSync(descriptor).size;
    const zip = await openZip(createWindow(descriptor), sizeBytes);
    if (zip.entryCount > maxFiles) throw unreadableArchive(`it lists ${zip.entryCount} members`);
    const window = createWindow(descriptor);
    let packed = 0;
    let unpacked = 0;
    for await (const entry of entriesOf(zip)) {
      if (entry.fileName.endsWith('/')) continue;
      packed += entry.compressedSize;
      unpacked += entry.uncompressedSize;
      if (packed > sizeBytes) throw unreadableArchive('its members overlap');
      assertPlausible(packed, unpacked);
      yield memberOf(entry, window, path);
    }
  } finally {
    closeSync(descriptor);
  }
}

function memberOf(entry: Entry, window: FileWindow, path: string): FeedFile {
  return {
    name: entry.fileName,
    read: async () => (entry.uncompressedSize > maxRecordBytes ? null : contentOf(entry, window)),
    bytes: () => streamOf(entry, path, dataStart(entry, window)),
  };
}

function contentOf(entry: Entry, window: FileWindow): Buffer {
  const stored = window(dataStart(entry, window), entry.compressedSize);
  const content = entry.compressionMethod === 0 ? Buffer.from(stored) : inflated(stored, entry);
  if (content.length !== entry.uncompressedSize || crc32(content) !== entry.crc32)
    throw unreadableArchive(`${entry.fileName} does not have the content that the directory says`);
  return content;
}

function inflated(stored: Buffer, entry: Entry): Buffer {
  if (entry.compressionMethod !== 8) throw unreadableArchive(`${entry.fileName} is packed in an unknown way`);
  try {
    return inflateRawSync(stored, { maxOutputLength: Math.max(1, entry.uncompressedSize) });
  } catch (error) {
    throw unreadableArchive(`${entry.fileName}: ${messageOf(error)}`);
  }
}

async function* streamOf(entry: Entry, path: string, start: number): AsyncGenerator<Buffer> {
  if (entry.compressedSize === 0) return;
  const source = createReadStream(path, { start, end: start + entry.compressedSize - 1 });
  const unpacker = entry.compressionMethod === 0 ? source : source.pipe(createInflateRaw());
  source.on('error', (error) => unpacker.destroy(error));
  let size = 0;
  try {
    for await (const chunk of unpacker) {
      size += chunk.length;
      if (size > entry.uncompressedSize) throw unreadableArchive(`${entry.fileName} is longer than the directory says`);
      yield chunk;
    }
  } catch (error) {
    throw error instanceof AppError ? error : unreadableArchive(`${entry.fileName}: ${messageOf(error)}`);
  } finally {
    source.destroy();
    unpacker.destroy();
  }
}

/** Behind the local header, whose name and extra field may differ in length from the directory's. */
function dataStart(entry: Entry, window: FileWindow): number {
  const header = window(entry.relativeOffsetOfLocalHeader, 30);
  if (header.readUInt32LE(0) !== 0x04034b50)
    throw unreadableArchive(`${entry.fileName} is not where the directory says`);
  return entry.relativeOffsetOfLocalHeader + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
}

/** yauzl asks for a few bytes a member, and takes a reader only as a subclass. */
class WindowReader extends RandomAccessReader {
  readonly #window: FileWindow;

  constructor(window: FileWindow) {
    super();
    this.#window = window;
  }

  override read(buffer: Buffer, offset: number, length: number, position: number, done: (error: Error | null) => void) {
    try {
      this.#window(position, length).copy(buffer, offset);
    } catch (error) {
      done(error instanceof Error ? error : new Error(messageOf(error)));
      return;
    }
    done(null);
  }
}

function openZip(window: FileWindow, sizeBytes: number): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    const options = { lazyEntries: true, autoClose: false } as const;
    fromRandomAccessReader(new WindowReader(window), sizeBytes, options, (error, zip) => {
      if (error) reject(unreadableArchive(messageOf(error)));
      else resolve(zip);
    });
  });
}

async function* entriesOf(zip: ZipFile): AsyncGenerator<Entry> {
  let settle: { readonly resolve: (entry: Entry | null) => void; readonly reject: (error: Error) => void } | null =
    null;
  zip.on('entry', (entry: Entry) => settle?.resolve(entry));
  zip.on('end', () => settle?.resolve(null));
  zip.on('error', (error: Error) => settle?.reject(unreadableArchive(messageOf(error))));
  for (;;) {
    const entry = await new Promise<Entry | null>((resolve, reject) => {
      settle = { resolve, reject };
      zip.readEntry();
    });
    if (entry === null) return;
    yield entry;
  }
}
