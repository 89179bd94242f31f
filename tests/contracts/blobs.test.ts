import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { ListMultipartUploadsCommand, S3Client } from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFileBlobs } from '../../src/platform/blobs/files.ts';
import type { BlobStore } from '../../src/platform/blobs/index.ts';
import { createMemoryBlobs } from '../../src/platform/blobs/memory.ts';
import { createS3Blobs } from '../../src/platform/blobs/s3.ts';
import { s3ForTests } from '../support/s3-server.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'snowguard-blobs-'));
});
afterAll(async () => {
  await server?.stop();
  await rm(root, { recursive: true, force: true });
});

// It checks signatures, and has multipart uploads and presigned addresses: what a bucket of Amazon's has beyond is not tried.
const server = await s3ForTests();
const s3Options = server && { ...server, prefix: 'contract/', addressSeconds: 60 };

const adapters = [
  { name: 'files', create: () => createFileBlobs({ directory: path.join(root, 'contract') }) },
  { name: 'memory', create: createMemoryBlobs },
  ...(s3Options === null ? [] : [{ name: 's3', create: () => createS3Blobs(s3Options) }]),
];
const text = async (blobs: BlobStore, key: string) => {
  const found = await blobs.get(key);
  return found === null ? null : String(await buffer(found.stream));
};
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe.each(adapters)('blobs in $name', ({ create }) => {
  let blobs: BlobStore;
  beforeAll(() => {
    blobs = create();
  });

  test('gives back what it was given, from bytes or from a stream', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 5_000 }), { maxLength: 8 }),
        fc.boolean(),
        async (chunks, streamed) => {
          const bytes = Buffer.concat(chunks);
          const put = await blobs.put('some/where/a.bin', streamed ? Readable.from(chunks) : new Uint8Array(bytes));
          expect(put).toEqual({ sizeBytes: bytes.length, sha256: sha256(bytes) });
          const got = await blobs.get('some/where/a.bin');
          expect(got?.sizeBytes).toBe(bytes.length);
          expect(got && (await buffer(got.stream)).equals(bytes)).toBe(true);
          expect(await blobs.size('some/where/a.bin')).toBe(bytes.length);
        },
      ),
      { numRuns: 40 },
    );
  });

  test.each([
    [{ start: 0 }, 'hello world'],
    [{ start: 6 }, 'world'],
    [{ start: 0, end: 0 }, 'h'],
    [{ start: 4, end: 6 }, 'o w'],
    [{ start: 6, end: 900 }, 'world'],
    [{ start: 11 }, ''],
    [{ start: 50, end: 60 }, ''],
  ])('the part %j', async (range, expected) => {
    await blobs.put('r.txt', Buffer.from('hello world'));
    const found = await blobs.get('r.txt', range);
    expect(found?.sizeBytes).toBe(11);
    expect(found && String(await buffer(found.stream))).toBe(expected);
  });

  test('a key written again has the new bytes; who was reading goes on with the old ones', async () => {
    await blobs.put('again', Buffer.alloc(300_000, 'a'));
    const reading = await blobs.get('again');
    await blobs.put('again', Buffer.from('new'));
    expect(reading && (await buffer(reading.stream)).length).toBe(300_000);
    expect(await text(blobs, 'again')).toBe('new');
  });

  test('removed is gone, and removing what is not there does nothing', async () => {
    await blobs.put('gone/x', Buffer.from('1'));
    await blobs.remove('gone/x');
    await blobs.remove('gone/x');
    await blobs.remove('never/was/here');
    expect([await blobs.get('gone/x'), await blobs.size('gone/x')]).toEqual([null, null]);
  });

  test('a stream that breaks leaves what was there', async () => {
    await blobs.put('kept', Buffer.from('old'));
    async function* broken() {
      yield Buffer.from('half');
      throw new Error('cut off');
    }
    await expect(blobs.put('kept', Readable.from(broken()))).rejects.toThrow('cut off');
    expect(await text(blobs, 'kept')).toBe('old');
    await expect(blobs.put('fresh', Readable.from(broken()))).rejects.toThrow('cut off');
    expect(await blobs.get('fresh')).toBeNull();
  });

  test.each([
    '',
    '/',
    '/etc/passwd',
    'a/../b',
    '..',
    'a//b',
    'a/',
    './a',
    '.hidden',
    'A',
    'a b',
    'a\\b',
    'a\0b',
    'é',
    `${'a/'.repeat(300)}a`,
    'a'.repeat(201),
  ])('the key %j is refused', async (key) => {
    const refused = { code: 'blobs.bad-key' };
    await expect(blobs.put(key, Buffer.from('x'))).rejects.toMatchObject(refused);
    await expect(blobs.get(key)).rejects.toMatchObject(refused);
    await expect(blobs.size(key)).rejects.toMatchObject(refused);
    await expect(blobs.remove(key)).rejects.toMatchObject(refused);
  });
});

test('a stream is not held in memory', async () => {
  const blobs = createFileBlobs({ directory: path.join(root, 'large') });
  const chunk = Buffer.alloc(1024 * 1024, 'x');
  function* chunks() {
    for (let index = 0; index < 200; index++) yield chunk;
  }
  const before = process.memoryUsage.rss();
  let most = before;
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
  }, 5);
  const { sizeBytes } = await blobs.put('big', Readable.from(chunks()));
  clearInterval(watch);
  expect(sizeBytes).toBe(200 * 1024 * 1024);
  expect(most - before).toBeLessThan(80 * 1024 * 1024);
});

test('what a killed process left is cleared at the next start, what is being written is not', async () => {
  const directory = path.join(root, 'left');
  await createFileBlobs({ directory }).put('a', Buffer.from('1'));
  const unfinished = path.join(directory, '.unfinished');
  await writeFile(path.join(unfinished, 'old'), 'x');
  await writeFile(path.join(unfinished, 'young'), 'x');
  const longAgo = Date.now() / 1000 - 7_200;
  await utimes(path.join(unfinished, 'old'), longAgo, longAgo);
  await createFileBlobs({ directory }).put('b', Buffer.from('2'));
  expect(await readdir(unfinished)).toEqual(['young']);
  expect((await readdir(directory)).sort()).toEqual(['.unfinished', 'a', 'b']);
});

describe.skipIf(s3Options === null)('an S3 store', () => {
  const options = s3Options as NonNullable<typeof s3Options>;

  test('takes more than one part holds, and a wrong secret is refused', async () => {
    const blobs = createS3Blobs(options);
    const chunk = Buffer.alloc(1024 * 1024, 'x');
    const put = await blobs.put('big', Readable.from(Array.from({ length: 19 }, () => chunk)));
    expect(put).toEqual({ sizeBytes: 19 * chunk.length, sha256: sha256(Buffer.alloc(19 * chunk.length, 'x')) });
    expect(await blobs.size('big')).toBe(19 * chunk.length);
    const wrong = createS3Blobs({ ...options, credentials: { ...options.credentials, secretAccessKey: 'wrong' } });
    await expect(wrong.get('big')).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
    await expect(wrong.put('x', chunk)).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
  });

  const part = 5 * 1024 * 1024;
  test.each([part - 1, part, part + 1, 2 * part])('a stream of %i bytes arrives as it is', async (size) => {
    const blobs = createS3Blobs(options);
    const bytes = randomBytes(size);
    const chunks = Array.from({ length: Math.ceil(size / 700_001) }, (_, index) =>
      bytes.subarray(index * 700_001, (index + 1) * 700_001),
    );
    expect(await blobs.put('parts', Readable.from(chunks))).toEqual({ sizeBytes: size, sha256: sha256(bytes) });
    const got = await blobs.get('parts');
    expect(got && (await buffer(got.stream)).equals(bytes)).toBe(true);
  });

  test('a stream that breaks in a later part leaves nothing, no parts either', async () => {
    const blobs = createS3Blobs(options);
    async function* broken() {
      for (let index = 0; index < 12; index++) yield Buffer.alloc(1024 * 1024);
      throw new Error('cut off');
    }
    await expect(blobs.put('broken', Readable.from(broken()))).rejects.toThrow('cut off');
    expect(await blobs.size('broken')).toBeNull();
    const client = new S3Client({ ...options, forcePathStyle: true });
    const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: options.bucket }));
    client.destroy();
    expect(Uploads).toEqual([]);
  });

  test('sixteen streams at once are held in memory by a part each, and a few more', { timeout: 60_000 }, async () => {
    const blobs = createS3Blobs(options);
    const piece = Buffer.alloc(64 * 1024, 'x');
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    function* pieces() {
      for (let index = 0; index < 12 * 16; index++) {
        most = Math.max(most, process.memoryUsage().arrayBuffers - before);
        yield piece;
      }
    }
    const puts = await Promise.all(
      Array.from({ length: 16 }, (_, index) => blobs.put(`many/${index}`, Readable.from(pieces()))),
    );
    expect(puts.every(({ sizeBytes }) => sizeBytes === 12 * 1024 * 1024)).toBe(true);
    // 16 and 8 parts of 5 MB; what hashing and sending take comes on top.
    expect(most).toBeLessThan(150 * 1024 * 1024);
  });

  test('hands out addresses that need no key, for one object and a short while', async () => {
    const blobs = createS3Blobs(options);
    await blobs.put('shown', Buffer.from('hello world'));
    const address = (await blobs.address?.('shown')) ?? '';
    const answer = await fetch(address, { headers: { Range: 'bytes=6-' } });
    expect([answer.status, await answer.text()]).toEqual([206, 'world']);
    expect((await fetch(address.replace('/shown', '/big'))).status).toBe(403);
    expect((await fetch(address.split('?', 1)[0] ?? '')).ok).toBe(false);
  });
});
