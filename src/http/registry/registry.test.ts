import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fakeRegistry, release, tarball, testApp } from '../testing.ts';

const app = testApp();
const newest = release(99);
const commit = '9'.repeat(40);
const pinned = `/f/pinned/acme/secure/0.1.99%2Brev-${commit}/${newest.uuid}/source.tar.gz`;
const link = `<http://localhost${pinned}?rev=${commit}&revCount=99&lastModified=1778000099&narHash=sha256-47DEQpj8HBSa%2B%2FTImW%2B5JCeuQeRkm5NMpJWZG3hSuFU%3D>; rel="immutable"`;

describe('the resolver', () => {
  test.each(['0', '0.1', '*', '%2A', '0.1.97', '%5E0.1', '0.tar.gz', '%3D0.1.99', '%3D0.1.99%2Brev-zzz'])(
    '%s leads to the newest that was not withdrawn',
    async (range) => {
      for (const method of ['GET', 'HEAD']) {
        const response = await app.request(`/f/acme/secure/${range}`, { method });
        expect(response.status).toBe(307);
        expect(response.headers.get('Location')).toBe(`http://localhost${pinned}`);
        expect(response.headers.get('Link')).toBe(link);
        expect(response.headers.get('Cache-Control')).toBe('no-cache');
        expect(response.headers.get('Vary')).toBe('Authorization');
        expect(response.headers.get('Content-Length')).toBe('0');
        expect(await response.text()).toBe('');
      }
    },
  );

  test('names are matched in any case and answered in their own spelling', async () => {
    const response = await app.request('/f/ACME/Secure/0');
    expect(response.headers.get('Location')).toBe(`http://localhost${pinned}`);
  });

  test.each([
    ['/f/acme/secure/latest', 400],
    ['/f/acme/secure/v0.1', 400],
    ['/f/acme/secure/%3D0.1.100', 404],
    ['/f/acme/secure/9', 404],
    ['/f/acme/nothing/0', 404],
    ['/f/nobody/secure/0', 404],
    ['/f/acme/secure/0/extra', 404],
    ['/f/acme/secure/%ff', 400],
    ['/f/acme/secure/%00', 400],
    ['/f/acme/secure/0%0aSet-Cookie:x', 400],
    ['/f/..%2f..%2fetc%2fpasswd/secure/0', 404],
    ['/f/%3Cscript%3E/x/0', 404],
    ['/f/acme/secure/(3000)', 400],
    ['/f/acme/secure/', 400],
  ])('%s is answered %i with one short line', async (path, status) => {
    const response = await app.request(path.replace('(3000)', '9'.repeat(3000)));
    const text = await response.text();
    expect(response.status).toBe(status);
    expect(response.headers.get('Content-Type')).toMatch(/^text\/plain/);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(200);
    expect(text.trim()).not.toMatch(/[\r\n]/);
    expect(text).not.toBe('\n');
  });

  test('an unchanged release saves the second hop', async () => {
    const response = await app.request('/f/acme/secure/0', { headers: { 'If-None-Match': `"${newest.uuid}"` } });
    expect([response.status, response.headers.get('ETag'), await response.text()]).toEqual([
      304,
      `"${newest.uuid}"`,
      '',
    ]);
    expect((await app.request('/f/acme/secure/0', { headers: { 'If-None-Match': '"other"' } })).status).toBe(307);
  });
});

describe('the pinned tarball', () => {
  test('is given whole, with its Link, and may be kept for ever', async () => {
    const response = await app.request(pinned);
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/gzip',
      'content-length': '1000',
      etag: `"${newest.uuid}"`,
      'accept-ranges': 'bytes',
      'cache-control': 'public, max-age=31536000, immutable',
      link,
    });
    expect(response.headers.has('Content-Encoding')).toBe(false);
    expect(Buffer.from(await response.arrayBuffer()).equals(tarball)).toBe(true);
  });

  test('HEAD has the headers of GET and opens nothing', async () => {
    const closed = testApp({
      blobs: {
        put: () => Promise.reject(),
        remove: () => Promise.reject(),
        size: async () => 1000,
        get: () => Promise.reject(new Error('opened')),
      },
    });
    const [head, get] = await Promise.all([closed.request(pinned, { method: 'HEAD' }), app.request(pinned)]);
    expect(head.status).toBe(200);
    expect(await head.text()).toBe('');
    expect(Object.fromEntries(head.headers)).toEqual(Object.fromEntries(get.headers));
  });

  test.each([
    ['bytes=0-0', 206, 'bytes 0-0/1000', 1],
    ['bytes=10-', 206, 'bytes 10-999/1000', 990],
    ['bytes=990-2000', 206, 'bytes 990-999/1000', 10],
    ['bytes=-5', 206, 'bytes 995-999/1000', 5],
    ['bytes=-5000', 206, 'bytes 0-999/1000', 1000],
    ['bytes=1000-', 416, 'bytes */1000', null],
    ['bytes=-0', 416, 'bytes */1000', null],
    ['bytes=5-2', 200, null, 1000],
    ['bytes=0-1,3-4', 200, null, 1000],
    ['lines=0-1', 200, null, 1000],
    ['bytes=-', 200, null, 1000],
  ])('Range %s', async (range, status, contentRange, length) => {
    const response = await app.request(pinned, { headers: { Range: range } });
    expect([response.status, response.headers.get('Content-Range')]).toEqual([status, contentRange]);
    if (length !== null) expect((await response.arrayBuffer()).byteLength).toBe(length);
  });

  test('If-Range of another release is answered whole; If-None-Match is answered 304, weak too', async () => {
    expect((await app.request(pinned, { headers: { Range: 'bytes=5-', 'If-Range': '"x"' } })).status).toBe(200);
    expect((await app.request(pinned, { headers: { Range: 'bytes=5-', 'If-Range': `"${newest.uuid}"` } })).status).toBe(
      206,
    );
    expect((await app.request(pinned, { headers: { 'If-None-Match': `W/"${newest.uuid}"` } })).status).toBe(304);
  });

  test.each([
    ['another host', testApp({ publicUrl: 'https://secure.example' }), pinned],
    ['a raw plus', app, pinned.replace('%2B', '+')],
    ['another case', app, pinned.replace('acme', 'ACME')],
  ])('%s serves the bytes without a Link that would differ from the lock', async (_name, other, path) => {
    const response = await other.request(path);
    expect([response.status, response.headers.get('Link')]).toEqual([200, null]);
  });

  test('behind a proxy that is trusted the forwarded address counts', async () => {
    const headers = { 'X-Forwarded-Proto': 'https', 'X-Forwarded-Host': 'secure.example' };
    const trusting = testApp({ publicUrl: 'https://secure.example', trustForwarded: true });
    const doubting = testApp({ publicUrl: 'https://secure.example' });
    expect((await trusting.request(pinned, { headers })).headers.has('Link')).toBe(true);
    expect((await doubting.request(pinned, { headers })).headers.has('Link')).toBe(false);
  });

  test('a withdrawn release keeps its pinned address; a removed one says so', async () => {
    expect((await app.request(`/f/pinned/acme/secure/0.1.100/${release(100).uuid}/source.tar.gz`)).status).toBe(200);
    expect((await app.request(`/f/pinned/acme/secure/0.1.97/${release(97).uuid}/source.tar.gz`)).status).toBe(410);
  });

  test.each([
    '/f/pinned/acme/secure/0.1.99/not-a-uuid/source.tar.gz',
    `/f/pinned/acme/secure/0.1.99/${newest.uuid}/other`,
    '/f/pinned',
    `/f/pinned/a/b/c/01900000-0000-7000-8000-00000000ffff/source.tar.gz`,
  ])('%s is not found', async (path) => {
    expect((await app.request(path)).status).toBe(404);
  });
});

describe('pages and programs at one address', () => {
  const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

  test.each([
    [browser, true],
    ['TEXT/HTML', true],
    ['text/*', true],
    ['application/json;q=0.5, text/html', true],
    ['text/html;q=0.5, application/json', false],
    ['application/json, text/html;q=0.9', false],
    ['text/html;q=0', false],
    ['application/json', false],
    ['application/json, text/plain, */*', false],
    ['*/*', false],
    ['', false],
    [';;,q=,text/', false],
  ])('Accept: %s', async (accept, isPage) => {
    for (const path of ['/flakes', '/orgs?include_public=true', '/label/nix', '/search?q=x']) {
      const response = await app.request(path, { headers: { Accept: accept } });
      const type = response.headers.get('Content-Type');
      expect(response.status === 303 || type?.startsWith('text/html') === true, path).toBe(isPage);
      if (!isPage) expect(Array.isArray(await response.json()), path).toBe(true);
      expect(response.headers.get('Vary')).toBe('Accept');
    }
  });

  test.each([
    ['/f/acme/secure', '/flake/acme/secure'],
    ['/f/Acme/Secure/releases', '/flake/Acme/Secure/releases'],
    ['/f/a%2f..%2f/x', '/flake/a%2F..%2F/x'],
  ])('a browser is sent from %s to the page', async (path, page) => {
    const response = await app.request(path, { headers: { Accept: browser } });
    expect([response.status, response.headers.get('Location'), response.headers.get('Vary')]).toEqual([
      303,
      page,
      'Accept',
    ]);
  });

  test('a badge and a range are the same for everyone', async () => {
    for (const path of ['/f/acme/secure/badge', '/f/acme/secure/0', '/version/acme/secure/0']) {
      const [page, other] = await Promise.all(
        [browser, '*/*'].map((Accept) => app.request(path, { headers: { Accept } })),
      );
      expect([page?.status, await page?.text()]).toEqual([other?.status, await other?.text()]);
    }
  });
});

describe('whatever is asked', () => {
  const text = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 40 }),
    fc.string({ unit: 'binary', maxLength: 40 }).filter((binary) => binary.isWellFormed()),
    fc.constantFrom('../../etc/passwd', '%', '%ff', '\0', '\n', '__proto__', 'constructor', '"><script>', '=0.1.99'),
    fc.string({ unit: fc.constantFrom(...'*=<>^~,.x0129+- '), maxLength: 30 }),
  );
  const segment = text.map(encodeURIComponent);

  test('a list is a list', async () => {
    const lists = fc.oneof(
      segment.map((one) => `/search?q=${one}`),
      segment.map((one) => `/label/x${one}`),
      segment.map((one) => `/orgs/x${one}/projects`),
      fc
        .tuple(segment, segment)
        .map(([flake, range]) => `/version/resolve/acme/x${flake}/0${encodeURIComponent(range)}`),
    );
    await fc.assert(
      fc.asyncProperty(lists, async (path) => {
        const response = await app.request(path);
        expect([response.status, Array.isArray(await response.json())]).toEqual([200, true]);
      }),
      { numRuns: 500 },
    );
  });

  const raw = fc.oneof(
    segment,
    fc.constantFrom('', '.', '..', '%2e%2e', '%2f', '..%2f..%2fetc', '%', '%ff', '%00', '%0a', 'pinned', 'releases'),
    fc.constantFrom('acme', 'secure', 'badge', '0', '0.1.*', '%252e%252e', '%25', '\\', ';', '@evil.example', ':'),
  );

  test('every answer is known, leads nowhere foreign, and says what is wrong in one line', async () => {
    const roots = fc.constantFrom('f', 'version', 'version/resolve', 'orgs', 'label');
    await fc.assert(
      fc.asyncProperty(roots, fc.array(raw, { maxLength: 5 }), fc.constantFrom('GET', 'HEAD'), async (...given) => {
        const [root, segments, method] = given;
        const response = await app.request(`/${[root, ...segments].join('/')}`, { method });
        const said = await response.text();
        expect([200, 307, 400, 404]).toContain(response.status);
        expect(response.headers.get('Location') ?? `http://localhost${pinned}`).toBe(`http://localhost${pinned}`);
        if (response.status >= 400) {
          expect(Buffer.byteLength(said)).toBeLessThanOrEqual(200);
          expect(said.trimEnd()).not.toMatch(/\p{Cc}/u);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    ['/orgs/..%2f..%2fetc/projects', 200],
    ['/orgs/acme%2fsecure/projects', 200],
    ['/orgs/%ff/projects', 200],
    ['/orgs/acme/projects/', 404],
    ['/orgs/acme', 404],
    ['/flakes/', 404],
    ['/label/%00', 200],
    ['/label/', 404],
    ['/f/acme%2fsecure/badge', 404],
    ['/f/acme/secure%2fbadge', 404],
    ['/f/acme/secure/badge/x', 404],
    ['/f/acme/secure/badge%00', 400],
    ['/version/acme/secure', 404],
    ['/version/acme%2fsecure/0', 404],
    ['/version/pinned/secure/0', 404],
    ['/version/resolve/acme/secure/..%2f..%2fx', 200],
  ])('%s is answered with %i and tells nothing', async (path, status) => {
    const response = await app.request(path);
    const said = await response.text();
    expect([response.status, status === 200 ? said : '[]']).toEqual([status, '[]']);
  });
});

test('a read that fails does not leak what failed', async () => {
  const lines: unknown[] = [];
  const failing = testApp({
    registry: {
      ...fakeRegistry,
      current: () => Promise.reject(new Error('no such table: release at /srv/secret.db')),
    },
    log: { info: () => {}, warn: () => {}, error: (_message, fields) => lines.push(fields) },
  });
  const response = await failing.request('/f/acme/secure/0');
  const text = await response.text();
  expect(response.status).toBe(500);
  expect(text).toContain('request-1');
  expect(text).not.toMatch(/table|secret|at \//);
  expect(lines).toMatchObject([{ requestId: 'request-1', error: 'no such table: release at /srv/secret.db' }]);
});
