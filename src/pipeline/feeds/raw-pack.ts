import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompressSync } from 'node:zlib';

/** Raw texts end to end, compressed together. */
export interface RawPack {
  readonly content: Uint8Array;
  readonly places: readonly RawPlace[];
}

export interface RawPlace {
  readonly offset: number;
  readonly length: number;
}

const textsTogether = 64;
const bytesTogether = 256 * 1024;
const fast = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };
const compress = promisify<string, typeof fast, Buffer>(zstdCompress);

/** Compresses beside the calling thread. */
export function packRaw(texts: readonly string[]): Promise<readonly RawPack[]> {
  const packs: Promise<RawPack>[] = [];
  let places: RawPlace[] = [];
  let own: string[] = [];
  let size = 0;
  const close = () => {
    if (own.length > 0) packs.push(packed(own.join(''), places));
    [places, own, size] = [[], [], 0];
  };
  for (const text of texts) {
    const length = Buffer.byteLength(text);
    if (own.length === textsTogether || size + length > bytesTogether) close();
    places.push({ offset: size, length });
    own.push(text.toWellFormed());
    size += length;
  }
  close();
  return Promise.all(packs);
}

async function packed(text: string, places: readonly RawPlace[]): Promise<RawPack> {
  return { content: await compress(text, fast), places };
}

/** Gives the text at a place of a pack. */
export function unpackRaw(content: Uint8Array): (place: RawPlace) => string {
  const bytes = zstdDecompressSync(content);
  return ({ offset, length }) => bytes.toString('utf8', offset, offset + length);
}
