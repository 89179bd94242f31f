/** What a hostile client, or an unlucky one, sends to a binary cache: nothing wrong is ever shown, and nothing breaks. */
import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import { brotliCompressSync, constants, gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeBase32 } from '../../src/formats/nix/base32.ts';
import { narOf } from '../../src/formats/nix/nar.ts';
import { parseSignature } from '../../src/formats/nix/signature.ts';
import { type CacheWorld, cacheWorld } from '../support/cache-world.ts';

let world: CacheWorld;
let token: string;
beforeAll(async () => {
  world = await cacheWorld({ more: '[cache]\nmaximum_nar_mb = 2\n' });
  token = await world.token(['cache-write', 'read']);
});
afterAll(() => world?.close());

const put = (place: string, body: Uint8Array | string, headers: Record<string, string> = {}) =>
  fetch(`${world.origin}/cache/${place}`, {
    method: 'PUT',
    body: typeof body === 'string' ? body : new Uint8Array(body),
    headers: { Authorization: `Basic ${Buffer.from(`any:${token}`).toString('base64')}`, ...headers },
  });
const get = (place: string, init: RequestInit = {}) => fetch(`${world.origin}/cache/${place}`, init);
const sha256 = (bytes: Uint8Array) => encodeBase32(createHash('sha256').update(bytes).digest());

async function archive(content: string | Buffer): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of narOf([{ path: 'file', kind: 'regular', content: Buffer.from(content) }]))
    chunks.push(chunk);
  return Buffer.concat(chunks);
}

let count = 0;
/** A store path nobody used yet, its archive and what is to be said of it. */
async function sample(content = `content ${++count}`) {
  const nar = await archive(content);
  const file = zstdCompressSync(nar);
  const hash = encodeBase32(createHash('sha256').update(`path ${++count}`).digest().subarray(0, 20));
  const fields: Record<string, string> = {
    StorePath: `/nix/store/${hash}-sample-1.0`,
    URL: `nar/${sha256(file)}.nar.zst`,
    Compression: 'zstd',
    FileHash: `sha256:${sha256(file)}`,
    FileSize: String(file.length),
    NarHash: `sha256:${sha256(nar)}`,
    NarSize: String(nar.length),
    References: '',
  };
  const info = (changes: Record<string, string> = {}) =>
    Object.entries({ ...fields, ...changes })
      .map(([key, value]) => `${key}: ${value}\n`)
      .join('');
  return { nar, file, hash, url: fields.URL ?? '', info };
}
const blobsNow = async () =>
  (await readdir(path.join(world.folder, 'workspace', 'blobs'), { recursive: true, withFileTypes: true })).filter(
    (one) => one.isFile(),
  ).length;

describe('an upload', () => {
  test('keeps what only others understand, as it came', async () => {
    const one = await sample();
    const provenance = '{"type":"copied","from":"https://cache.example/ü","next":null}';
    await put(one.url, one.file);
    const info = one.info({ Provenance: provenance, 'X-Odd': '' });
    expect((await put(`${one.hash}.narinfo`, info)).status).toBe(201);
    const kept = async () => {
      const text = await (await get(`${one.hash}.narinfo`)).text();
      return text.split('\n').filter((line) => /^(Provenance|X-Odd)/.test(line));
    };
    expect(await kept()).toEqual([`Provenance: ${provenance}`, 'X-Odd: ']);
    // Whoever signs again changes nothing else.
    expect((await put(`${one.hash}.narinfo`, one.info({ Provenance: '{}' }))).status).toBe(200);
    expect(await kept()).toEqual([`Provenance: ${provenance}`, 'X-Odd: ']);
  });

  test('is seen once all of it is there and true, with our signature, and read in parts and conditionally', async () => {
    const one = await sample();
    expect((await get(one.url)).status).toBe(404);
    expect((await put(one.url, one.file)).status).toBe(201);
    expect((await get(one.url)).status).toBe(404);
    expect((await put(`${one.hash}.narinfo`, one.info())).status).toBe(201);
    const text = await (await get(`${one.hash}.narinfo`)).text();
    const [name] = [...text.matchAll(/^Sig: (.+)$/gm)].map(([, signature]) => parseSignature(signature ?? '')?.name);
    expect(name).toBe('localhost-1');
    const whole = await get(one.url);
    expect(Buffer.from(await whole.arrayBuffer()).equals(one.file)).toBe(true);
    const head = await get(one.url, { method: 'HEAD' });
    expect(head.headers.get('content-length')).toBe(String(one.file.length));
    const part = await get(one.url, { headers: { Range: 'bytes=3-9' } });
    expect([part.status, Buffer.from(await part.arrayBuffer())]).toEqual([206, one.file.subarray(3, 10)]);
    expect((await get(one.url, { headers: { Range: 'bytes=99999-' } })).status).toBe(416);
    const etag = whole.headers.get('etag') ?? '';
    expect((await get(one.url, { headers: { 'If-None-Match': etag } })).status).toBe(304);
    const listing = (await (await get(`${one.hash}.ls`)).json()) as {
      root: { entries: { file: { narOffset: number } } };
    };
    expect(one.nar.subarray(listing.root.entries.file.narOffset).toString()).toMatch(/^content \d/);
  });

  test('again with other content is refused, with another signature it is merged', async () => {
    const one = await sample();
    const other = await sample();
    for (const each of [one, other]) expect((await put(each.url, each.file)).status).toBe(201);
    expect((await put(`${one.hash}.narinfo`, one.info())).status).toBe(201);
    const before = await (await get(`${one.hash}.narinfo`)).text();
    const swapped = other.info({ StorePath: `/nix/store/${one.hash}-sample-1.0` });
    expect((await put(`${one.hash}.narinfo`, swapped)).status).toBe(409);
    expect((await put(`${one.hash}.narinfo`, one.info({ References: `${other.hash}-sample-1.0` }))).status).toBe(409);
    expect(await (await get(`${one.hash}.narinfo`)).text()).toBe(before);
    const signature = `person-1:${Buffer.alloc(64, 1).toString('base64')}`;
    const forged = `localhost-1:${Buffer.alloc(64, 2).toString('base64')}`;
    const signed = `${one.info()}Sig: ${signature}\nSig: ${forged}\n`;
    expect((await put(`${one.hash}.narinfo`, signed)).status).toBe(200);
    const after = await (await get(`${one.hash}.narinfo`)).text();
    expect(after).toContain(signature);
    expect(after).not.toContain(forged);
  });

  const bomb = Buffer.alloc(64 * 1024 * 1024);
  test.each<[string, (one: Awaited<ReturnType<typeof sample>>) => [string, Uint8Array]]>([
    [
      'other bytes than the name says',
      (one) => [one.url, zstdCompressSync(Buffer.concat([one.nar, Buffer.from('x')]))],
    ],
    ['a well-formed archive under a wrong name', (one) => [`nar/${'0'.repeat(52)}.nar.zst`, one.file]],
    ['half an archive', (one) => named(zstdCompressSync(one.nar.subarray(0, 80)), 'nar.zst')],
    ['half a compressed file', (one) => named(one.file.subarray(0, one.file.length - 9), 'nar.zst')],
    ['what is no archive', () => named(zstdCompressSync(Buffer.from('PK\u0003\u0004')), 'nar.zst')],
    ['what is not compressed', (one) => named(one.nar, 'nar.zst')],
    ['what is not xz', (one) => named(one.nar, 'nar.xz')],
    ['half a gzip', (one) => named(gzipSync(one.nar).subarray(0, 40), 'nar')],
    ['a bomb in gzip', () => named(gzipSync(bomb), 'nar')],
    ['nothing', () => named(Buffer.alloc(0), 'nar')],
    ['a bomb of zeros', () => named(zstdCompressSync(bomb), 'nar.zst')],
    [
      'a bomb in brotli',
      () => named(brotliCompressSync(bomb, { params: { [constants.BROTLI_PARAM_QUALITY]: 3 } }), 'nar.br'),
    ],
  ])('of %s is refused, and leaves nothing', async (_what, make) => {
    const one = await sample();
    const before = await blobsNow();
    const [url, bytes] = make(one);
    const answer = await put(url, bytes);
    expect([answer.status, await answer.text()]).toEqual([
      expect.toBeOneOf([413, 422]),
      expect.stringMatching(/.{10,}/),
    ]);
    expect(await blobsNow()).toBe(before);
    expect((await put(`${one.hash}.narinfo`, one.info({ URL: url }))).status).toBe(422);
    expect((await get(`${one.hash}.narinfo`)).status).toBe(404);
  });

  test('of an archive that is too large is refused', async () => {
    const [url, bytes] = named(await archive(Buffer.alloc(3 * 1024 * 1024, 1)), 'nar');
    expect((await put(url, bytes)).status).toBe(413);
  });

  test.each([
    ['another NarHash', { NarHash: `sha256:${'0'.repeat(52)}` }],
    ['another NarSize', { NarSize: '1' }],
    ['another FileHash', { FileHash: `sha256:${'0'.repeat(52)}` }],
    ['another FileSize', { FileSize: '1' }],
    ['another compression', { Compression: 'xz' }],
    ['a compression that its name could hide', { Compression: 'gzip' }],
    ['a content address of another path', { CA: `fixed:r:sha256:${'0'.repeat(52)}` }],
    ['a content address that is none', { CA: 'fixed:r:whirlpool:0' }],
    ['a thousand things nobody asked', Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`X-${n}`, 'y']))],
    ['a reference that is not there', { References: `${'0'.repeat(32)}-absent` }],
    ['the path of another', { StorePath: `/nix/store/${'1'.repeat(32)}-other` }],
    ['a URL elsewhere', { URL: 'https://elsewhere.example/nar/x.nar' }],
    ['a URL that leads out', { URL: 'nar/../../secret' }],
    ['a signature that is none', { Sig: 'test-1:AAAA' }],
  ])('that says %s is refused', async (_what, changes) => {
    const one = await sample();
    expect((await put(one.url, one.file)).status).toBe(201);
    expect((await put(`${one.hash}.narinfo`, one.info(changes))).status).toBe(422);
    expect((await get(`${one.hash}.narinfo`)).status).toBe(404);
  });

  // As Nix 2.26.3 names what holds a line "hello": by its text, by a hash of it, and by another one.
  test.each([
    ['6d043xpnq5r9msdq2pasmblnx6csx25h-plain', 'text:sha256:00xyyr3fi8l6hb839bv3f7yb86yjv7xi1cgh1xnhipym4asvb4aq'],
    [
      'xnn6zlbfipi9n3yiyzlrsgxax38vrxhd-flat-sha256',
      'fixed:sha256:00xyyr3fi8l6hb839bv3f7yb86yjv7xi1cgh1xnhipym4asvb4aq',
    ],
    ['q6nl8rpbwbn81kss6kklr86mmwwpxl8s-flat-sha1', 'fixed:sha1:iwjz551fyw0cxcjgf4l6c879zabd6wpm'],
    ['zdx3x739klpva5cnxlvm0i54v1nqvdcf-flat-md5', 'fixed:md5:4425hx5d1mc9y39llj4k4nm55i'],
  ])('of %s is taken with the contents that its address names, and with no others', async (name, address) => {
    const offer = async (nar: Buffer) => {
      const [url, file] = named(nar, 'nar');
      expect((await put(url, file)).status).toBe(201);
      const info = `StorePath: /nix/store/${name}\nURL: ${url}\nCompression: none\nNarHash: sha256:${sha256(nar)}\nNarSize: ${nar.length}\nReferences: \nCA: ${address}\n`;
      const answer = await put(`${name.slice(0, 32)}.narinfo`, info);
      return [answer.status, await answer.text()];
    };
    const refused = [422, expect.stringContaining('CA is not of the contents of this archive')];
    expect(await offer(oneFile('jello\n'))).toEqual(refused);
    expect(await offer(oneFile('hello\n', 'executable', ''))).toEqual(refused);
    expect(await offer(await archive('hello\n'))).toEqual(refused);
    expect((await get(`${name.slice(0, 32)}.narinfo`)).status).toBe(404);
    expect(await offer(oneFile('hello\n'))).toEqual([201, '']);
  });

  test('that breaks off leaves nothing', async () => {
    const one = await sample();
    const before = await blobsNow();
    const socket = connect(Number(new URL(world.origin).port), '127.0.0.1');
    const head = `PUT /cache/${one.url} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Length: ${one.file.length}\r\n\r\n`;
    socket.write(Buffer.concat([Buffer.from(head), one.file.subarray(0, 20)]), () =>
      setTimeout(() => socket.destroy(), 100),
    );
    await new Promise((resolve) => socket.once('close', resolve));
    await expect.poll(blobsNow).toBe(before);
    expect((await put(`${one.hash}.narinfo`, one.info())).status).toBe(422);
  });
});

describe('addresses', () => {
  test.each([
    'nar/..%2f..%2fsnowguard.toml',
    '..%2f..%2fetc%2fpasswd',
    'nar/%2e%2e/%2e%2e/snowguard.db',
    'log/..%2f..%2fsnowguard.toml',
    'debuginfo/%00',
    'acme/..%2f/nix-cache-info.narinfo',
    `${'0'.repeat(32)}.narinfo/`,
    `${'e'.repeat(32)}.narinfo`,
    `nar/${'0'.repeat(52)}.nar.exe`,
    'realisations/sha256:zz!out.doi',
    'x'.repeat(3_000),
  ])('%s names nothing', async (place) => {
    expect((await get(place)).status).toBe(404);
    expect((await put(place, '{}')).status).toBeGreaterThanOrEqual(400);
  });

  test('whatever is PUT, the answer is below 500 and nothing of it is shown', async () => {
    const place = fc.oneof(
      fc.constantFrom('nix-cache-info', `${'0'.repeat(32)}.narinfo`, `${'0'.repeat(32)}.ls`, 'log/x', 'debuginfo/ab'),
      fc.string({ maxLength: 30 }).map(encodeURIComponent),
      fc.constantFrom('nar', 'nar.xz', 'nar.zst', 'nar.br').map((ending) => `nar/${'0'.repeat(52)}.${ending}`),
    );
    await fc.assert(
      fc.asyncProperty(place, fc.uint8Array({ maxLength: 200 }), async (where, body) => {
        expect((await put(where, Buffer.from(body))).status).toBeLessThan(500);
      }),
      { numRuns: 60 },
    );
    expect((await get(`${'0'.repeat(32)}.narinfo`)).status).toBe(404);
    expect(await (await get('nix-cache-info')).text()).toBe('StoreDir: /nix/store\nWantMassQuery: 1\nPriority: 30\n');
  });

  test('a flood of headers is cut off, and the cache goes on', async () => {
    const many = Array.from({ length: 3_000 }, (_, index) => `X-${index}: ${'x'.repeat(20)}\r\n`).join('');
    const socket = connect(Number(new URL(world.origin).port), '127.0.0.1');
    socket.on('error', () => {});
    socket.write(`GET /cache/nix-cache-info HTTP/1.1\r\nHost: x\r\n${many}\r\n`);
    const answer = await new Promise<string>((resolve) => {
      socket.once('data', (bytes) => resolve(bytes.toString()));
      socket.once('close', () => resolve(''));
    });
    expect(answer).toMatch(/^(HTTP\/1.1 431|$)/);
    expect((await get('nix-cache-info')).status).toBe(200);
  });

  test('a small file is decoded, kept and given back', async () => {
    const name = `log/${'0'.repeat(32)}-hello-1.0.drv`;
    const sent = await put(name, zstdCompressSync(Buffer.from('made it\n')), { 'Content-Encoding': 'zstd' });
    expect(sent.status).toBe(201);
    expect(await (await get(name)).text()).toBe('made it\n');
    const bomb = zstdCompressSync(Buffer.alloc(128 * 1024 * 1024));
    expect((await put(name, bomb, { 'Content-Encoding': 'zstd' })).status).toBe(413);
    expect((await put('debuginfo/abcd', '{"archive":"../../x","member":"y"}')).status).toBe(422);
    expect((await put('debuginfo/abcd', '{"archive":"../nar/x.nar","member":"lib/y"}')).status).toBe(201);
  });
});

/** An archive that is a file itself. */
function oneFile(content: string, ...marks: readonly string[]): Buffer {
  const words = ['nix-archive-1', '(', 'type', 'regular', ...marks, 'contents', content, ')'];
  return Buffer.concat(
    words.map((word) => {
      const bytes = Buffer.alloc(8 + Math.ceil(word.length / 8) * 8);
      bytes.writeBigUInt64LE(BigInt(word.length));
      bytes.write(word, 8, 'latin1');
      return bytes;
    }),
  );
}

function named(bytes: Uint8Array, ending: string): [string, Uint8Array] {
  return [`nar/${sha256(bytes)}.${ending}`, bytes];
}
