import { crc32, deflateRawSync } from 'node:zlib';

/** Bytes; smaller members grow. */
const worthPacking = 100;

/** An archive that is being written, a member at a time: thousands of them need not hold up everybody else. */
export interface ZipWriter {
  readonly add: (name: string, content: Buffer) => void;
  readonly end: () => Buffer<ArrayBuffer>;
}

/**
 * `PK\3\4`, the facts of a member, its name and its bytes, for each; then a directory of all; then where that begins. Defined by
 * https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT. The same members give the same bytes.
 */
export function createZip(): ZipWriter {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  let count = 0;
  return {
    add: (name, content) => {
      const isPacked = content.length > worthPacking;
      const packed = isPacked ? deflateRawSync(content) : content;
      const facts = Buffer.alloc(26);
      facts.writeUInt16LE(20, 0);
      // Names are UTF-8.
      facts.writeUInt16LE(0x0800, 2);
      facts.writeUInt16LE(isPacked ? 8 : 0, 4);
      // 1980-01-01, the first day there is: when it was written is no content.
      facts.writeUInt16LE(0x0021, 8);
      facts.writeUInt32LE(crc32(content), 10);
      facts.writeUInt32LE(packed.length, 14);
      facts.writeUInt32LE(content.length, 18);
      facts.writeUInt16LE(Buffer.byteLength(name), 22);
      const rest = Buffer.alloc(14);
      rest.writeUInt32LE(offset, 10);
      const entry = [Buffer.from('PK\x03\x04', 'latin1'), facts, Buffer.from(name), packed];
      local.push(...entry);
      central.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), facts, rest, Buffer.from(name));
      offset += entry.reduce((sum, part) => sum + part.length, 0);
      count += 1;
    },
    end: () => {
      const directory = Buffer.concat(central);
      return Buffer.concat([...local, directory, ...endOf({ count, size: directory.length, offset })]);
    },
  };
}

const mostInPlain = 0xffff;

/** With more members than the plain end can count, the longer one stands before it. */
function endOf(given: { readonly count: number; readonly size: number; readonly offset: number }): readonly Buffer[] {
  const { count, size, offset } = given;
  const isLong = count >= mostInPlain;
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(Math.min(count, mostInPlain), 8);
  end.writeUInt16LE(Math.min(count, mostInPlain), 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  if (!isLong) return [end];
  const long = Buffer.alloc(76);
  long.write('PK\x06\x06', 'latin1');
  long.writeBigUInt64LE(44n, 4);
  long.writeUInt16LE(45, 12);
  long.writeUInt16LE(45, 14);
  long.writeBigUInt64LE(BigInt(count), 24);
  long.writeBigUInt64LE(BigInt(count), 32);
  long.writeBigUInt64LE(BigInt(size), 40);
  long.writeBigUInt64LE(BigInt(offset), 48);
  long.write('PK\x06\x07', 56, 'latin1');
  long.writeBigUInt64LE(BigInt(offset + size), 64);
  long.writeUInt32LE(1, 72);
  return [long, end];
}
