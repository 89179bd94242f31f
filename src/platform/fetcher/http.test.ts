import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isAllowedHost, isPublicAddress } from './addresses.ts';
import { createFetcher, retryAfterMs } from './http.ts';
import type { FetchOutcome } from './index.ts';

const routes: Record<string, RequestListener> = {
  '/plain': (request, response) => {
    if (request.headers['if-none-match'] === '"1"') response.writeHead(304).end();
    else response.writeHead(200, { etag: '"1"', 'content-type': 'application/json' }).end('{"a":1}');
  },
  '/gzip': (_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('packed')),
  '/bomb': (_request, response) =>
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(50_000_000))),
  '/broken-gzip': (_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('not gzip'),
  '/br': (_request, response) => response.writeHead(200, { 'content-encoding': 'br' }).end('x'),
  '/endless': (_request, response) => {
    response.writeHead(200);
    Readable.from(forever())
      .on('error', () => {})
      .pipe(response);
  },
  '/large': (_request, response) =>
    response.writeHead(200, { 'content-length': '5000000' }).end(Buffer.alloc(5_000_000)),
  '/slow': (_request, response) => void response.writeHead(200).write('a'),
  '/cut': (_request, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('half');
    setTimeout(() => response.destroy(), 20);
  },
  '/loop': (_request, response) => response.writeHead(302, { location: '/loop' }).end(),
  '/hop': (_request, response) => response.writeHead(301, { location: 'plain' }).end(),
  '/out': (_request, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
  '/inside': (_request, response) => response.writeHead(302, { location: 'http://127.0.0.2/' }).end(),
  '/busy': (_request, response) => response.writeHead(429, { 'retry-after': '7' }).end('slow down'),
  '/headers': (request, response) => response.writeHead(200).end(JSON.stringify(request.headers)),
  '/elsewhere': (request, response) =>
    response.writeHead(302, { location: `http://localhost:${request.socket.localPort}/headers` }).end(),
};

const links: Record<string, string> = {
  '/page': '</page?after=a%2Cb>; rel="next", </page>; rel="first"',
  '/last': '</page>; rel="prev"',
  '/away': '<http://elsewhere.example/page>; rel="next"',
};
for (const [path, link] of Object.entries(links))
  routes[path] = (_request, response) => response.writeHead(200, { link }).end('x');

function* forever() {
  for (;;) yield Buffer.alloc(65_536);
}

let server: Server;
let base: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    const route = routes[request.url ?? ''];
    if (route === undefined) response.writeHead(404).end();
    else route(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const fetcher = createFetcher({ userAgent: 'test', allowHosts: ['127.0.0.1', 'localhost'] });
const get = (path: string, more: Partial<Parameters<typeof fetcher.fetch>[0]> = {}) =>
  fetcher.fetch({ url: base + path, maxBytes: 1_000_000, timeoutMs: 5_000, ...more });

async function textOf(outcome: FetchOutcome): Promise<string> {
  if (outcome.kind !== 'content') throw new Error(outcome.kind);
  let text = '';
  for await (const chunk of outcome.body) text += String(chunk);
  return text;
}

describe('what arrives', () => {
  test.each([
    ['/plain', '{"a":1}'],
    ['/gzip', 'packed'],
    ['/hop', '{"a":1}'],
  ])('%s', async (path, text) => {
    expect(await textOf(await get(path))).toBe(text);
  });

  test('validators come back and save the second transfer', async () => {
    const outcome = await get('/plain');
    expect(outcome).toMatchObject({ kind: 'content', validators: { etag: '"1"' }, contentType: 'application/json' });
    await textOf(outcome);
    expect(await get('/plain', { validators: { etag: '"1"' } })).toEqual({ kind: 'unchanged' });
  });

  test('the next page is where the server says, at its own origin', async () => {
    const next = async (path: string) => {
      const outcome = await get(path);
      await textOf(outcome);
      return outcome.kind === 'content' ? outcome.next : null;
    };
    expect([await next('/page'), await next('/last'), await next('/away'), await next('/plain')]).toEqual([
      `${base}/page?after=a%2Cb`,
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('a refusal has its status and waiting time', async () => {
    expect(await get('/busy')).toMatchObject({ kind: 'refused', status: 429, retryAfterMs: 7000 });
    expect(await get('/none')).toMatchObject({ kind: 'refused', status: 404, retryAfterMs: null });
  });

  test('keys do not follow to another origin', async () => {
    const headers = { apiKey: 'k', Authorization: 'Bearer t', Accept: 'text/plain' };
    expect(JSON.parse(await textOf(await get('/headers', { headers })))).toMatchObject({ apikey: 'k' });
    const seen = JSON.parse(await textOf(await get('/elsewhere', { headers }))) as Record<string, string>;
    expect(seen).toMatchObject({ accept: 'text/plain', 'user-agent': 'test' });
    expect(Object.keys(seen)).not.toEqual(expect.arrayContaining(['apikey']));
    expect(seen.authorization).toBeUndefined();
  });
});

describe('what is refused', () => {
  test.each([
    ['/bomb', 'fetch.too-large'],
    ['/endless', 'fetch.too-large'],
    ['/large', 'fetch.too-large'],
    ['/broken-gzip', 'fetch.failed'],
    ['/br', 'fetch.encoding'],
    ['/cut', 'fetch.failed'],
    ['/loop', 'fetch.redirects'],
    ['/out', 'fetch.bad-url'],
    ['/inside', 'fetch.private-address'],
  ])('%s gives %s', async (path, code) => {
    await expect(get(path).then(textOf)).rejects.toMatchObject({ code });
  });

  test('an answer that takes too long', async () => {
    await expect(get('/slow', { timeoutMs: 200 }).then(textOf)).rejects.toMatchObject({ code: 'fetch.timeout' });
  });

  test('a caller that gives up', async () => {
    const signal = AbortSignal.timeout(50);
    await expect(get('/slow', { signal }).then(textOf)).rejects.toThrow();
  });

  test.each([
    'http://127.0.0.1:1/',
    'http://[::1]/',
    'http://localhost:1/',
    'http://0x7f.1/',
    'http://169.254.169.254/',
  ])('private address %s unless allowed', async (url) => {
    const guarded = createFetcher({ userAgent: 'test' });
    await expect(guarded.fetch({ url, maxBytes: 1, timeoutMs: 5000 })).rejects.toMatchObject({
      code: 'fetch.private-address',
    });
  });
});

test.each([
  ['8.8.8.8', true],
  ['10.1.2.3', false],
  ['100.64.0.1', false],
  ['172.32.0.1', true],
  ['2606:4700::1', true],
  ['::ffff:10.0.0.1', false],
  ['64:ff9b::a00:1', false],
  ['fe80::1', false],
  ['fd00::1', false],
  ['2002:a00:1::', false],
  ['example.org', false],
])('public address %s: %s', (address, expected) => {
  expect(isPublicAddress(address)).toBe(expected);
});

test('allowed hosts with and without a port', () => {
  expect(isAllowedHost(new URL('http://Mirror.example:8080/'), ['mirror.example'])).toBe(true);
  expect(isAllowedHost(new URL('http://mirror.example:8080/'), ['mirror.example:8081'])).toBe(false);
  expect(isAllowedHost(new URL('https://[::1]/'), ['::1'])).toBe(true);
  expect(isAllowedHost(new URL('https://xmirror.example/'), ['mirror.example'])).toBe(false);
});

test.each([
  [undefined, null],
  ['120', 120_000],
  ['Thu, 01 Jan 1970 00:00:10 GMT', 9_000],
  ['soon', null],
  ['999999999', 86_400_000],
])('Retry-After %s', (value, expected) => {
  expect(retryAfterMs(value, 1000)).toBe(expected);
});
