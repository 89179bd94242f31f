import { readv } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import type { Writable } from 'node:stream';

interface Part {
  readonly handle: FileHandle;
  readonly start: number;
  /** Inclusive. */
  readonly end: number;
}

const pieceBytes = 32 * 1024;
// All that are sent at one moment share 8 MB, and have one piece each, however many they are.
const sharedPieces = 256;
const sparePieces = 512;
// Reading less than this ahead gains nothing: others are sent meanwhile anyway.
const aheadPieces = 4;

/**
 * Sends parts of files through pieces of memory that are used again: a stream takes fresh memory for everything it reads,
 * which costs more than the reading. While few are sent, each reads on as its last pieces are on their way; as more come, each
 * goes on with fewer.
 */
export function createFileSender(): (part: Part, target: Writable) => Promise<void> {
  const pieces = createPieces();
  let sending = 0;
  return async ({ handle, start, end }, target) => {
    sending += 1;
    let [current, other]: [Buffer[], Buffer[]] = [[], []];
    let reading: Promise<number> | null = null;
    const read = (into: Buffer[], at: number) => {
      const share = Math.max(1, Math.floor(sharedPieces / sending));
      pieces.fit(into, share >= 2 * aheadPieces ? Math.floor(share / 2) : share);
      return readInto(handle, filled(into, end - at + 1), at);
    };
    try {
      for (let at = start; at <= end; ) {
        reading ??= read(current, at);
        const count = await reading;
        reading = null;
        if (count === 0) throw new Error('the file became shorter');
        at += count;
        const written = write(target, filled(current, count));
        if (at <= end && sending * 2 * aheadPieces <= sharedPieces) reading = read(other, at);
        else pieces.fit(other, 0);
        await written;
        if (reading !== null) [current, other] = [other, current];
      }
      target.end();
    } finally {
      // Not before nobody writes into them any more.
      await reading?.catch(() => 0);
      pieces.fit(current, 0);
      pieces.fit(other, 0);
      sending -= 1;
    }
  };
}

/** Pieces that are lent, at most `sharedPieces` of them beyond the first of everybody. */
function createPieces() {
  const spare: Buffer[] = [];
  let lent = 0;
  return {
    /** Lends so many, or takes back what is more. */
    fit: (held: Buffer[], wanted: number): void => {
      while (held.length < wanted && (held.length === 0 || lent < sharedPieces)) {
        held.push(spare.pop() ?? Buffer.allocUnsafeSlow(pieceBytes));
        lent += 1;
      }
      while (held.length > wanted) {
        const piece = held.pop();
        lent -= 1;
        if (piece !== undefined && spare.length < sparePieces) spare.push(piece);
      }
    },
  };
}

/** The first so many bytes of the pieces, as far as they go. */
function filled(pieces: readonly Buffer[], bytes: number): readonly Buffer[] {
  const whole = Math.floor(bytes / pieceBytes);
  if (whole >= pieces.length) return pieces;
  const rest = bytes % pieceBytes;
  return [...pieces.slice(0, whole), ...pieces.slice(whole, whole + 1).map((piece) => piece.subarray(0, rest))];
}

/** By a callback: a promise of Node's takes memory for each reading that only a collection frees. */
function readInto({ fd }: FileHandle, pieces: readonly Buffer[], at: number): Promise<number> {
  return new Promise((resolve, reject) => {
    readv(fd, pieces, at, (error, count) => (error ? reject(error) : resolve(count)));
  });
}

/** Resolves when all of them were taken. Node joins them to one call. */
function write(target: Writable, pieces: readonly Buffer[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const last = pieces.length - 1;
    for (const [index, piece] of pieces.entries())
      target.write(piece, index < last ? undefined : (error) => (error ? reject(error) : resolve()));
  });
}
