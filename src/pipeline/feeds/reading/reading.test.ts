import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateRawSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFetcher } from '../../../platform/fetcher/http.ts';
import { silentProgress } from '../../../platform/log/index.ts';
import type { ReadContext } from '../model.ts';
import { fetchBytes } from './fetch-body.ts';
import { filesOf } from './files-of.ts';
import { maxRecordBytes } from './limits.ts';
import { obtain } from './obtain.ts';
import { documentsOf, elementsOf, linesOf, type Piece } from './pieces.ts';
import { unpackedBytes } from './unpack.ts';

const folder = mkdtempSync(join(tmpdir(), 'snowguard-reading-'));
afterAll(() => rmSync(folder, { recursive: true }));
const { signal } = new AbortController();

function fileWith(name: string, content: Uint8Array | string): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, content);
  return path;
}

interface Member {
  readonly name: string;
  readonly content: Buffer;
  /** What the directory claims, where it lies. */
  readonly claimedSize?: number;
  readonly claimedCrc?: number;
}

/** A zip archive as PKWARE's APPNOTE 6.3 lays it out: local headers with data, the directory, its end. */
function zipOf(members: readonly Member[], { overlap = false } = {}): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content, claimedSize = content.length, claimedCrc = crc32(content) } of members) {
    const packed = deflateRawSync(content);
    const sizes = Buffer.alloc(12);
    sizes.writeUInt32LE(claimedCrc, 0);
    sizes.writeUInt32LE(packed.length, 4);
    sizes.writeUInt32LE(claimedSize, 8);
    const lengths = Buffer.alloc(4);
    lengths.writeUInt16LE(name.length, 0);
    const fixed = Buffer.from([20, 0, 0, 0, 8, 0, 0, 0, 0, 0]);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), fixed, sizes, lengths, Buffer.from(name), packed]);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(overlap ? 0 : offset, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), fixed, sizes, lengths, place, Buffer.from(name)]));
    if (!overlap || offset === 0) locals.push(local);
    offset += overlap && offset > 0 ? 0 : local.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06');
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, list, end]);
}

async function drained<Item>(
  items: AsyncIterable<Item>,
): Promise<{ readonly items: readonly Item[]; readonly code: string | null }> {
  const found: Item[] = [];
  try {
    for await (const item of items) found.push(item);
  } catch (error) {
    return { items: found, code: (error as { readonly code: string }).code };
  }
  return { items: found, code: null };
}

const documents = async (path: string) => {
  const { items, code } = await drained<Piece>(documentsOf(filesOf(path, signal)));
  return { texts: items.map(({ name, text, whole }) => [name, whole ? text : 'too large']), code };
};

describe('files', () => {
  const members = [
    { name: 'a/CVE-1.json', content: Buffer.from('{"a":1}') },
    { name: 'README.md', content: Buffer.from('no record') },
    { name: 'b.json', content: Buffer.from('{"b":2}') },
  ];
  const expected = [
    ['a/CVE-1.json', '{"a":1}'],
    ['b.json', '{"b":2}'],
  ];

  test('of a folder, in order, without hidden ones', async () => {
    for (const { name, content } of members) fileWith(`tree/${name}`, content);
    fileWith('tree/.git/HEAD.json', '{}');
    fileWith('tree/c.json.gz', gzipSync('{"c":3}'));
    expect(await documents(join(folder, 'tree'))).toEqual({
      texts: [...expected, ['c.json.gz', '{"c":3}']],
      code: null,
    });
  });

  test('of a zip archive, also of one inside another, whatever its name', async () => {
    const zip = zipOf(members);
    expect(await documents(fileWith('one.bin', zip))).toEqual({ texts: expected, code: null });
    const outer = zipOf([{ name: 'cves.zip', content: zip }]);
    expect(await documents(fileWith('two.bin', outer))).toEqual({ texts: expected, code: null });
    fileWith('archives/all.zip', outer);
    expect(await documents(join(folder, 'archives'))).toEqual({ texts: expected, code: null });
  });

  test.each([
    ['a lying size', { claimedSize: 3 }],
    ['a lying checksum', { claimedCrc: 1 }],
  ])('%s in a zip archive ends it', async (_what, lie) => {
    const path = fileWith(
      'lie.zip',
      zipOf([
        { name: 'good.json', content: Buffer.from('1') },
        { name: 'bad.json', content: Buffer.from('{"a":1}'), ...lie },
      ]),
    );
    expect(await documents(path)).toEqual({ texts: [['good.json', '1']], code: 'feeds.unreadable' });
  });

  test('a truncated zip archive is refused', async () => {
    const zip = zipOf(members);
    expect((await documents(fileWith('cut.zip', zip.subarray(0, zip.length - 30)))).code).toBe('feeds.unreadable');
  });

  test('overlapping members are refused before they multiply', async () => {
    const content = Buffer.alloc(2_000_000, 32);
    const many = Array.from({ length: 200 }, (_, index) => ({ name: `${index + 100}.json`, content }));
    const { texts, code } = await documents(fileWith('overlap.zip', zipOf(many, { overlap: true })));
    expect(code).toBe('feeds.unreadable');
    expect(texts.length).toBeLessThan(10);
  });

  test('a bomb is refused by its density, as zip and as gzip', async () => {
    const zeros = Buffer.alloc(100 * 1024 * 1024);
    const zip = fileWith('bomb.zip', zipOf([{ name: 'a.json', content: zeros }]));
    expect((await documents(zip)).code).toBe('feeds.unreadable');
    const gzip = fileWith('bomb.gz', gzipSync(zeros));
    const { items, code } = await drained(unpackedBytes(gzip));
    expect(code).toBe('feeds.unreadable');
    expect(items.reduce((sum, { length }) => sum + length, 0)).toBeLessThan(80 * 1024 * 1024);
  });

  test('a record over the limit is named, not read', async () => {
    const path = fileWith(
      'large.zip',
      zipOf([{ name: 'a.json', content: Buffer.alloc(maxRecordBytes + 1, 32) }, ...members]),
    );
    expect(await documents(path)).toEqual({ texts: [['a.json', 'too large'], ...expected], code: null });
  });

  test.each([
    ['gzip', gzipSync],
    ['zstd', zstdCompressSync],
  ])('%s lines are undone; cut off, the whole ones come first', async (name, pack) => {
    const lines = Array.from({ length: 20_000 }, (_, index) => `{"n":${index},"x":"${(index * 7919).toString(36)}"}`);
    const packed = pack(lines.join('\n'));
    const whole = await drained(linesOf(unpackedBytes(fileWith(`${name}.jsonl`, packed)), 'lines'));
    expect([whole.items.map(({ text }) => text), whole.code]).toEqual([lines, null]);
    const cut = await drained(
      linesOf(unpackedBytes(fileWith('cut', packed.subarray(0, packed.length - 2000))), 'lines'),
    );
    expect(cut.code).toBe('feeds.unreadable');
    expect(cut.items.map(({ text }) => text)).toEqual(lines.slice(0, cut.items.length));
  });

  test('a line without end is bounded', async () => {
    const huge = Buffer.alloc(maxRecordBytes + 10, 0x61);
    const path = fileWith('huge.jsonl', Buffer.concat([Buffer.from('1\n'), huge, Buffer.from('\n2')]));
    const { items } = await drained(linesOf(unpackedBytes(path), 'x'));
    expect(items.map(({ name, text, whole }) => [name, text.length, whole])).toEqual([
      ['x:1', 1, true],
      ['x:2', 2000, false],
      ['x:3', 1, true],
    ]);
  });

  test('nesting of 200 MB neither overflows nor fills the memory', async () => {
    async function* nested() {
      for (let index = 0; index < 200; index++) yield Buffer.alloc(1024 * 1024, 0x5b);
    }
    const before = process.memoryUsage().rss;
    const { code } = await drained(elementsOf(nested(), { name: 'deep', path: ['v'] }));
    expect(code).toBe('feeds.unreadable');
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
  });
});

describe('obtain', () => {
  const context = (path: string): ReadContext => ({
    location: { kind: 'path', path },
    cursor: null,
    fetcher: { fetch: async () => ({ kind: 'refused', status: 500, retryAfterMs: null, message: '' }) },
    clock: { now: () => 0 },
    secret: null,
    progress: silentProgress,
    signal,
  });

  test('a folder is unchanged until a file in it changes', async () => {
    const path = join(folder, 'watched');
    fileWith('watched/a.json', '1');
    const first = await obtain(context(path), { mark: null });
    if (first.kind !== 'content') throw new Error('nothing');
    expect(await obtain(context(path), { mark: first.mark })).toEqual({ kind: 'unchanged' });
    fileWith('watched/b.json', '2');
    expect((await obtain(context(path), { mark: first.mark })).kind).toBe('content');
  });

  test('a path that is not there says so', async () => {
    await expect(obtain(context(join(folder, 'nowhere')), { mark: null })).rejects.toMatchObject({
      code: 'feeds.no-such-location',
    });
  });
});

describe('over HTTP', () => {
  let answers: ((request: IncomingMessage, response: ServerResponse) => void)[] = [];
  const asked: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    asked.push(request);
    (answers.shift() ?? ((_, last) => last.writeHead(404).end()))(request, response);
  });
  let context: ReadContext;
  let url: string;
  let close: () => Promise<void>;

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    url = `http://${host}/all.json`;
    const fetcher = createFetcher({ userAgent: 'test', allowHosts: [host] });
    close = fetcher.close;
    context = {
      location: { kind: 'url', url },
      cursor: null,
      fetcher,
      clock: { now: () => 0 },
      secret: null,
      progress: silentProgress,
      signal,
    };
  });
  afterAll(async () => {
    await close();
    server.close();
  });

  const status =
    (code: number, headers = {}) =>
    (_: IncomingMessage, response: ServerResponse) =>
      response.writeHead(code, headers).end();
  const content = (text: string) => (_: IncomingMessage, response: ServerResponse) => response.end(text);

  test('waits as it is asked to, and comes back', async () => {
    answers = [status(429, { 'retry-after': '1' }), status(503, { 'retry-after': '0' }), content('good')];
    const started = Date.now();
    expect(String(await fetchBytes(context, { url, maxBytes: 100 }))).toBe('good');
    expect(Date.now() - started).toBeGreaterThanOrEqual(1000);
  });

  test('gives up with a reason that says what to do', async () => {
    answers = Array.from({ length: 5 }, () => status(429, { 'retry-after': '0' }));
    await expect(fetchBytes(context, { url, maxBytes: 100 })).rejects.toMatchObject({
      code: 'feeds.throttled',
      retryable: true,
    });
    answers = [status(401)];
    await expect(fetchBytes(context, { url, maxBytes: 100 })).rejects.toMatchObject({ code: 'feeds.refused' });
    answers = [status(429, { 'retry-after': '86400' })];
    await expect(fetchBytes(context, { url, maxBytes: 100 })).rejects.toMatchObject({ code: 'feeds.throttled' });
  });

  test('a broken connection is tried again', async () => {
    answers = [(request) => request.socket.destroy(), content('good')];
    expect(String(await fetchBytes(context, { url, maxBytes: 100 }))).toBe('good');
  });

  test('what is absent is said to be so, and too much is refused', async () => {
    answers = [status(404)];
    expect(await fetchBytes(context, { url, maxBytes: 100 })).toBeNull();
    answers = [content('x'.repeat(200))];
    await expect(fetchBytes(context, { url, maxBytes: 100 })).rejects.toMatchObject({ code: 'fetch.too-large' });
  });

  test('a download is asked for again only if it changed', async () => {
    answers = [
      (_, response) => response.writeHead(200, { etag: '"one"' }).end('{}'),
      (request, response) => response.writeHead(request.headers['if-none-match'] === '"one"' ? 304 : 200).end(),
    ];
    const first = await obtain(context, { mark: null });
    if (first.kind !== 'content') throw new Error('nothing');
    await first.dispose();
    expect(await obtain(context, { mark: first.mark })).toEqual({ kind: 'unchanged' });
  });
});
