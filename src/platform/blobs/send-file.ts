import type { FileHandle } from 'node:fs/promises';
import type { Writable } from 'node:stream';

interface Part {
  readonly handle: FileHandle;
  readonly start: number;
  /** Inclusive. */
  readonly end: number;
}

// All that are sent at one moment share so much memory, within these bounds each.
const sharedBytes = 32 * 1024 * 1024;
const pieces = [64, 128, 256, 512, 1024].map((kibibytes) => kibibytes * 1024);
const mostSpare = 16;

/**
 * Sends parts of files, reading the next piece while the last one is on its way, into buffers that are used again: a stream
 * makes a fresh one for each piece, which costs more than the reading.
 */
export function createFileSender(): (part: Part, target: Writable) => Promise<void> {
  const spare = new Map<number, Buffer[]>();
  let sending = 0;
  const take = (size: number) => spare.get(size)?.pop() ?? Buffer.allocUnsafeSlow(size);
  const giveBack = (buffer: Buffer) => {
    const kept = spare.get(buffer.length) ?? [];
    if (kept.length < mostSpare) spare.set(buffer.length, [...kept, buffer]);
  };
  return async ({ handle, start, end }, target) => {
    sending += 1;
    const fair = sharedBytes / sending / 2;
    const size = pieces.findLast((one) => one <= fair) ?? (pieces[0] as number);
    let [current, other] = [take(size), take(size)];
    const read = async (buffer: Buffer, at: number) =>
      (await handle.read(buffer, 0, Math.min(size, end - at + 1), at)).bytesRead;
    let reading = start <= end ? read(current, start) : Promise.resolve(0);
    try {
      for (let at = start; at <= end; ) {
        const count = await reading;
        if (count === 0) throw new Error('the file became shorter');
        at += count;
        const written = write(target, current.subarray(0, count));
        if (at <= end) reading = read(other, at);
        await written;
        [current, other] = [other, current];
      }
      target.end();
    } finally {
      // Not before nobody writes into it any more.
      await reading.catch(() => 0);
      giveBack(current);
      giveBack(other);
      sending -= 1;
    }
  };
}

function write(target: Writable, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    target.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}
