import { crc32, createDeflateRaw } from 'node:zlib';

/** What is drawn from the source while deflate, on a thread of its own, is still at the pieces before. */
const mostAhead = 4;

/**
 * Gzip (RFC 1952) around raw deflate with nothing of the machine in it: no time, no name, operating system "unknown".
 * Level 6 for all; the bytes still depend on the zlib that packs, which is why a release's bytes are kept, never remade.
 */
export async function* gzipped(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const deflate = createDeflateRaw({ level: 6, memLevel: 8, windowBits: 15, chunkSize: 65_536 });
  // The source may fail while the reader is busy; the loop below throws it when the reader comes back.
  deflate.on('error', () => {});
  let checksum = 0;
  let size = 0;
  let ahead = 0;
  let onRoom = () => {};
  deflate.on('close', () => onRoom());
  const room = () =>
    new Promise<void>((resolve) => {
      onRoom = resolve;
    });
  const feed = (async () => {
    try {
      for await (const chunk of source) {
        checksum = crc32(chunk, checksum);
        size += chunk.length;
        ahead++;
        deflate.write(chunk, () => {
          ahead--;
          onRoom();
        });
        if (ahead >= mostAhead) await room();
        // The reader went away: leaving the loop lets the source go too.
        if (deflate.destroyed) return;
      }
      deflate.end();
    } catch (error) {
      deflate.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  })();
  yield Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
  yield* deflate as AsyncIterable<Buffer>;
  await feed;
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(checksum, 0);
  trailer.writeUInt32LE(size % 2 ** 32, 4);
  yield trailer;
}
