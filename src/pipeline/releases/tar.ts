import { AppError } from '../../foundation/errors.ts';

/**
 * Headers of a tar archive in the GNU format (GNU tar manual, "Basic Tar Format"): 512 bytes, octal numbers, the checksum
 * over the header with its own field as spaces; a name over 100 bytes comes before it as an entry of type `L`, a link
 * target as type `K`. Owner 0, no names, so that equal trees give equal bytes everywhere.
 */
export type TarEntry =
  | { readonly kind: 'directory'; readonly path: string }
  | { readonly kind: 'regular' | 'executable'; readonly path: string; readonly sizeBytes: number }
  | { readonly kind: 'symlink'; readonly path: string; readonly target: Uint8Array };

const block = 512;
const zeros = Buffer.alloc(block);
/** Eleven octal digits. */
const maxSize = 8 ** 11 - 1;

/** Everything before an entry's content. */
export function tarHeader(entry: TarEntry, mtimeSeconds: number): Buffer {
  const name = Buffer.from(entry.kind === 'directory' ? `${entry.path}/` : entry.path);
  const target = entry.kind === 'symlink' ? Buffer.from(entry.target) : Buffer.alloc(0);
  const size = entry.kind === 'regular' || entry.kind === 'executable' ? entry.sizeBytes : 0;
  const mode = entry.kind === 'regular' ? 0o644 : entry.kind === 'symlink' ? 0o777 : 0o755;
  const type = entry.kind === 'directory' ? '5' : entry.kind === 'symlink' ? '2' : '0';
  return Buffer.concat([
    ...(target.length > 100 ? longEntry('K', target, mtimeSeconds) : []),
    ...(name.length > 100 ? longEntry('L', name, mtimeSeconds) : []),
    header({ name, target, size, mode, type, mtimeSeconds }),
  ]);
}

/** The zeros that fill an entry's content up to a whole block. */
export function tarPadding(sizeBytes: number): Buffer {
  return zeros.subarray(0, (block - (sizeBytes % block)) % block);
}

/** Two empty blocks. */
export const tarEnd = Buffer.alloc(2 * block);

function longEntry(type: 'K' | 'L', text: Buffer, mtimeSeconds: number): readonly Buffer[] {
  const content = Buffer.concat([text, Buffer.from([0])]);
  const name = Buffer.from('././@LongLink');
  const empty = Buffer.alloc(0);
  return [
    header({ name, target: empty, size: content.length, mode: 0o644, type, mtimeSeconds }),
    content,
    tarPadding(content.length),
  ];
}

function header(of: {
  readonly name: Buffer;
  readonly target: Buffer;
  readonly size: number;
  readonly mode: number;
  readonly type: string;
  readonly mtimeSeconds: number;
}): Buffer {
  if (of.size > maxSize)
    throw new AppError({ code: 'releases.too-large', retryable: false }, 'a file of 8 GiB or more cannot be published');
  const bytes = Buffer.alloc(block);
  of.name.copy(bytes, 0, 0, 100);
  const octal = (value: number, at: number, digits: number) =>
    bytes.write(value.toString(8).padStart(digits, '0'), at, 'latin1');
  octal(of.mode, 100, 7);
  octal(0, 108, 7);
  octal(0, 116, 7);
  octal(of.size, 124, 11);
  octal(Math.max(0, of.mtimeSeconds), 136, 11);
  bytes.fill(0x20, 148, 156);
  bytes.write(of.type, 156, 'latin1');
  of.target.copy(bytes, 157, 0, 100);
  bytes.write('ustar  ', 257, 'latin1');
  let sum = 0;
  for (const byte of bytes) sum += byte;
  octal(sum, 148, 6);
  bytes[154] = 0;
  return bytes;
}
