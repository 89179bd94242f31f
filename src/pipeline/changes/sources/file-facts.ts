import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { SourceFile } from '../detectors/detector.ts';

const headBytes = 8192;
/** Of a large file a part is measured. */
const measuredBytes = 1024 * 1024;

export function factsOfFile(path: string, content: Buffer): SourceFile {
  return {
    path,
    sha256: createHash('sha256').update(content).digest('hex'),
    sizeBytes: content.length,
    kind: kindOf(content),
    entropy: entropyOf(content.subarray(0, measuredBytes)),
  };
}

function kindOf(content: Buffer): SourceFile['kind'] {
  const head = content.subarray(0, headBytes);
  const magic = head.length < 4 ? 0 : head.readUInt32BE(0);
  if (magic === 0x7f454c46) return 'elf';
  if ([0xfeedface, 0xfeedfacf, 0xcefaedfe, 0xcffaedfe].includes(magic)) return 'mach-o';
  const isArchive =
    magic === 0x504b0304 ||
    magic === 0xfd377a58 ||
    magic === 0x28b52ffd ||
    magic >>> 16 === 0x1f8b ||
    magic >>> 8 === 0x425a68 ||
    head.subarray(257, 262).toString('latin1') === 'ustar' ||
    head.subarray(0, 8).toString('latin1') === '!<arch>\n';
  if (isArchive) return 'archive';
  return head.includes(0) || !isText(head) ? 'binary' : 'text';
}

/** UTF-8, but for a character cut at the end; or Latin-1 prose, where few bytes are above ASCII. */
function isText(head: Buffer): boolean {
  if ([0, 1, 2, 3].some((cut) => isUtf8(head.subarray(0, Math.max(0, head.length - cut))))) return true;
  let strange = 0;
  for (const byte of head) if (byte >= 0x80 || (byte < 0x20 && byte !== 9 && byte !== 10 && byte !== 13)) strange++;
  return strange < head.length * 0.1;
}

/** Shannon's, in bits a byte, to two digits. */
function entropyOf(bytes: Buffer): number {
  if (bytes.length === 0) return 0;
  const counts = new Uint32Array(256);
  for (const byte of bytes) counts[byte] = (counts[byte] ?? 0) + 1;
  let bits = 0;
  for (const count of counts) if (count > 0) bits -= (count / bytes.length) * Math.log2(count / bytes.length);
  return Math.round(bits * 100) / 100;
}
