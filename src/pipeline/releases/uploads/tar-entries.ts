import { AppError } from '../../../foundation/errors.ts';
import { type ByteReader, tarballFault } from './byte-reader.ts';

/**
 * The entries of a tar archive as others write it: ustar with its prefix, GNU long names (types `L` and `K`), PAX records
 * (`x`; `g` is skipped). GNU tar manual, "Basic Tar Format"; POSIX.1-2017 pax, "ustar Interchange Format".
 */
export interface FoundEntry {
  readonly path: string;
  readonly kind: 'regular' | 'executable' | 'symlink' | 'directory';
  readonly target: string;
  readonly sizeBytes: number;
  /** Unix seconds. */
  readonly mtime: number;
}

const block = 512;
/** Of a long name or a PAX header: no path of ours is longer. */
const maxExtraBytes = 64 * 1024;

/** The next entry; the reader then stands at its content. Null at the end of the archive. */
export async function nextEntry(reader: ByteReader): Promise<FoundEntry | null> {
  let extra: Extra = {};
  for (;;) {
    const header = await reader.take(block);
    if (header === null || header.every((byte) => byte === 0)) return null;
    checkSum(header);
    const type = String.fromCharCode(header[156] ?? 0);
    const sizeBytes = numberAt(header, 124, 12);
    if (type === 'L' || type === 'K' || type === 'x' || type === 'g') {
      const content = await extraContent(reader, sizeBytes);
      if (type === 'L') extra = { ...extra, path: textOf(untilZero(content)) };
      if (type === 'K') extra = { ...extra, target: textOf(untilZero(content)) };
      if (type === 'x') extra = { ...extra, ...paxRecords(content) };
      continue;
    }
    const path = extra.path ?? nameOf(header);
    const kind = kindOf(type, numberAt(header, 100, 8), path);
    return {
      path,
      kind,
      target: extra.target ?? textOf(untilZero(header.subarray(157, 257))),
      sizeBytes: kind === 'regular' || kind === 'executable' ? (extra.sizeBytes ?? sizeBytes) : 0,
      mtime: extra.mtime ?? numberAt(header, 136, 12),
    };
  }
}

/** What stands between the content of an entry and the next header. */
export async function skipPadding(reader: ByteReader, sizeBytes: number): Promise<void> {
  const padding = (block - (sizeBytes % block)) % block;
  if (padding > 0 && (await reader.take(padding)) === null) throw fault('it ends in the middle of a file');
}

interface Extra {
  readonly path?: string;
  readonly target?: string;
  readonly sizeBytes?: number;
  readonly mtime?: number;
}

function kindOf(type: string, mode: number, path: string): FoundEntry['kind'] {
  if (type === '5') return 'directory';
  if (type === '2') return 'symlink';
  if (type === '0' || type === '\0' || type === '7') {
    if (path.endsWith('/')) return 'directory';
    return (mode & 0o100) === 0 ? 'regular' : 'executable';
  }
  const name = JSON.stringify(path.slice(0, 100));
  throw fault(
    type === '1' ? `${name} is a hard link: pack a copy` : `${name} is neither a file, a folder nor a symlink`,
  );
}

function nameOf(header: Buffer): string {
  const name = textOf(untilZero(header.subarray(0, 100)));
  const isPosix = header.toString('latin1', 257, 263) === 'ustar\0';
  const prefix = isPosix ? textOf(untilZero(header.subarray(345, 500))) : '';
  return prefix === '' ? name : `${prefix}/${name}`;
}

async function extraContent(reader: ByteReader, sizeBytes: number): Promise<Buffer> {
  if (sizeBytes > maxExtraBytes) throw fault('a name in it is too long');
  const content = await reader.take(sizeBytes);
  if (content === null) throw fault('it ends in the middle of a name');
  await skipPadding(reader, sizeBytes);
  return content;
}

/** `27 path=source/a-long-name\n`, one after the other; the number counts the whole record. */
function paxRecords(content: Buffer): Extra {
  let extra: Extra = {};
  for (let at = 0; at < content.length; ) {
    const space = content.indexOf(0x20, at);
    const length = space < 0 ? Number.NaN : Number(content.toString('latin1', at, space));
    const end = at + length;
    if (!Number.isInteger(length) || end <= space || end > content.length) throw fault('a PAX header in it is broken');
    const record = content.subarray(space + 1, end - 1);
    const equals = record.indexOf(0x3d);
    const value = record.subarray(equals + 1);
    const key = record.toString('latin1', 0, Math.max(0, equals));
    if (key === 'path') extra = { ...extra, path: textOf(value) };
    if (key === 'linkpath') extra = { ...extra, target: textOf(value) };
    if (key === 'size') extra = { ...extra, sizeBytes: natural(Number(textOf(value))) };
    if (key === 'mtime') extra = { ...extra, mtime: natural(Math.floor(Number(textOf(value)))) };
    if (key.startsWith('GNU.sparse')) throw fault('it holds sparse files');
    at = end;
  }
  return extra;
}

function numberAt(header: Buffer, at: number, length: number): number {
  const text = header
    .toString('latin1', at, at + length)
    .replace(/[\0 ]+$/, '')
    .trim();
  if (!/^[0-7]*$/.test(text)) throw fault('a number in it is broken or too large');
  return text === '' ? 0 : Number.parseInt(text, 8);
}

function natural(value: number): number {
  if (!Number.isSafeInteger(value) || value < 0) throw fault('a number in it is broken or too large');
  return value;
}

function checkSum(header: Buffer): void {
  const sum = header.reduce((all, byte, at) => all + (at >= 148 && at < 156 ? 0x20 : byte), 0);
  if (sum !== numberAt(header, 148, 8)) throw fault('it is not a tar archive');
}

function untilZero(bytes: Buffer): Buffer {
  const end = bytes.indexOf(0);
  return end < 0 ? bytes : bytes.subarray(0, end);
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function textOf(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw fault('a name in it is not UTF-8');
  }
}

function fault(message: string): AppError {
  return new AppError(tarballFault, message);
}
