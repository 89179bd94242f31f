import { randomBytes } from 'node:crypto';
import { mkdtemp, open, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Writable } from 'node:stream';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFileSender } from './send-file.ts';

const kibibyte = 1024;
const content = randomBytes(1_500 * kibibyte);
let folder = '';
let file = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'snowguard-send-'));
  file = path.join(folder, 'content');
  await writeFile(file, content);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Keeps what it is given, and takes its time for each piece. */
function collector(slowMs = 0) {
  const chunks: Buffer[] = [];
  const target = new Writable({
    // What it keeps must not be what is used again.
    write: (chunk: Buffer, _, done) => {
      chunks.push(Buffer.from(chunk));
      if (slowMs === 0) done();
      else setTimeout(done, slowMs);
    },
  });
  return { target, bytes: () => Buffer.concat(chunks) };
}

async function sent(send: ReturnType<typeof createFileSender>, target: Writable, start: number, end: number) {
  const handle = await open(file);
  try {
    await send({ handle, start, end }, target);
  } finally {
    await handle.close();
  }
}

test('every part of a file arrives as it is, however many are sent together', async () => {
  const send = createFileSender();
  const edge = fc.constantFrom(
    0,
    1,
    32 * kibibyte - 1,
    32 * kibibyte,
    32 * kibibyte + 1,
    512 * kibibyte,
    content.length,
  );
  const at = fc.oneof(edge, fc.nat(content.length));
  const part = fc.tuple(at, at).map(([one, other]) => [Math.min(one, other), Math.max(one, other) - 1] as const);
  await fc.assert(
    fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 80 }), async (parts) => {
      await Promise.all(
        parts.map(async ([start, end], index) => {
          const { target, bytes } = collector(index % 7 === 0 ? 1 : 0);
          await sent(send, target, start, end);
          expect(bytes().equals(content.subarray(start, end + 1))).toBe(true);
          expect(target.writableEnded).toBe(true);
        }),
      );
    }),
    { numRuns: 15 },
  );
});

test('who leaves, and a file that became shorter, end with an error, and the next is sent whole', async () => {
  const send = createFileSender();
  const gone = collector(20);
  setTimeout(() => gone.target.destroy(), 30);
  await expect(sent(send, gone.target, 0, content.length - 1)).rejects.toThrow();
  const short = path.join(folder, 'short');
  await writeFile(short, content);
  const handle = await open(short);
  await truncate(short, 40 * kibibyte);
  await expect(send({ handle, start: 0, end: content.length - 1 }, collector().target)).rejects.toThrow('shorter');
  await handle.close();
  const { target, bytes } = collector();
  await sent(send, target, 0, content.length - 1);
  expect(bytes().equals(content)).toBe(true);
});

test('five hundred slow ones at once, some begun alone, take a piece each and no more', async () => {
  const send = createFileSender();
  /** As a socket whose other end reads nothing. */
  const deaf = () => {
    let left = () => {};
    return new Writable({
      write: (_chunk, _encoding, done) => {
        left = () => done(new Error('left'));
      },
      destroy: (error, done) => {
        left();
        done(error);
      },
    });
  };
  const before = process.memoryUsage().arrayBuffers;
  const all = Array.from({ length: 500 }, deaf);
  const handle = await open(file);
  const ends = all.map((target) => send({ handle, start: 0, end: content.length - 1 }, target).catch(() => null));
  await expect.poll(() => all.every(({ writableLength }) => writableLength > 0)).toBe(true);
  // 8 MB that are shared, and 32 KB each.
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(26 * 1024 * kibibyte);
  for (const target of all) target.destroy();
  await Promise.all(ends);
  await handle.close();
});
