import { AppError } from '../../../foundation/errors.ts';

/** What is wrong with a tarball that somebody sent; the message is told to them. */
export const tarballFault = { code: 'releases.tarball', retryable: false } as const;

export interface ByteReader {
  /** The next bytes, all together; null at the very end. Fails when the end comes in between. */
  readonly take: (sizeBytes: number) => Promise<Buffer | null>;
  /** Hands the next bytes on piece by piece. */
  readonly pour: (sizeBytes: number, into: (piece: Buffer) => Promise<void>) => Promise<void>;
  /** Reads what is left and forgets it. */
  readonly drain: () => Promise<void>;
}

/** Reads a stream by counted bytes, and never more than `maxBytes` of it. */
export function readBytes(source: AsyncIterable<Uint8Array>, maxBytes: number): ByteReader {
  const chunks = source[Symbol.asyncIterator]();
  let rest: Buffer = Buffer.alloc(0);
  let seen = 0;
  const more = async (): Promise<boolean> => {
    const next = await chunks.next();
    if (next.done === true) return false;
    rest = Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength);
    seen += rest.length;
    if (seen > maxBytes) throw new AppError(tarballFault, `it unpacks to more than ${maxBytes} bytes`);
    return true;
  };
  const pour = async (sizeBytes: number, into: (piece: Buffer) => Promise<void>) => {
    for (let left = sizeBytes; left > 0; ) {
      if (rest.length === 0 && !(await more())) throw new AppError(tarballFault, 'it ends too early');
      const piece = rest.subarray(0, left);
      rest = rest.subarray(piece.length);
      left -= piece.length;
      await into(piece);
    }
  };
  return {
    take: async (sizeBytes) => {
      while (rest.length === 0) if (!(await more())) return sizeBytes === 0 ? Buffer.alloc(0) : null;
      const pieces: Buffer[] = [];
      await pour(sizeBytes, async (piece) => void pieces.push(piece));
      return pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces);
    },
    pour,
    drain: async () => {
      while (await more());
    },
  };
}
