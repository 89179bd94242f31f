import type { FileHandle } from 'node:fs/promises';
import type { Writable } from 'node:stream';

interface Part {
  readonly handle: FileHandle;
  readonly start: number;
  /** Inclusive. */
  readonly end: number;
}

// All that are sent at one moment share so much memory, however many they are.
const sharedBytes = 16 * 1024 * 1024;
const pieces = [16, 32, 64, 128, 256, 512, 1024].map((kibibytes) => kibibytes * 1024);
const smallest = pieces[0] as number;
const spareBytes = 8 * 1024 * 1024;

/**
 * Sends parts of files, reading the next piece while the last one is on its way, into buffers that are used again: a stream
 * makes a fresh one for each piece, which costs more than the reading. Who begins while few are there takes smaller pieces
 * as more come.
 */
export function createFileSender(): (part: Part, target: Writable) => Promise<void> {
  const buffers = createBuffers();
  let sending = 0;
  return async ({ handle, start, end }, target) => {
    sending += 1;
    const take = () => buffers.take(sharedBytes / sending / 2);
    let [current, other] = [take(), take()];
    const read = async (buffer: Buffer, at: number) =>
      (await handle.read(buffer, 0, Math.min(buffer.length, end - at + 1), at)).bytesRead;
    let reading = start <= end ? read(current, start) : Promise.resolve(0);
    try {
      for (let at = start; at <= end; ) {
        const count = await reading;
        if (count === 0) throw new Error('the file became shorter');
        at += count;
        const written = write(target, current.subarray(0, count));
        if (at <= end) {
          buffers.giveBack(other);
          other = take();
          reading = read(other, at);
        }
        await written;
        [current, other] = [other, current];
      }
      target.end();
    } finally {
      // Not before nobody writes into it any more.
      await reading.catch(() => 0);
      buffers.giveBack(current);
      buffers.giveBack(other);
      sending -= 1;
    }
  };
}

/** Buffers that are lent, at most `sharedBytes` of them beyond the smallest. */
function createBuffers() {
  const spare = new Map(pieces.map((size) => [size, [] as Buffer[]]));
  let [lentBytes, keptBytes] = [0, 0];
  return {
    take: (mostBytes: number): Buffer => {
      const most = Math.min(mostBytes, sharedBytes - lentBytes);
      const size = pieces.findLast((one) => one <= most) ?? smallest;
      lentBytes += size;
      const kept = spare.get(size)?.pop();
      if (kept === undefined) return Buffer.allocUnsafeSlow(size);
      keptBytes -= size;
      return kept;
    },
    giveBack: (buffer: Buffer): void => {
      lentBytes -= buffer.length;
      if (keptBytes + buffer.length > spareBytes) return;
      keptBytes += buffer.length;
      spare.get(buffer.length)?.push(buffer);
    },
  };
}

function write(target: Writable, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    target.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}
