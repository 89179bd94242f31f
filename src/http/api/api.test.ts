import { describe, expect, test } from 'vitest';
import { AppError } from '../../foundation/errors.ts';
import { methodsOf } from '../methods.ts';
import { fakeReads, publication, release, testApp } from '../testing.ts';
import { endpointsOf } from './endpoints.ts';

const app = testApp();
const endpoints = endpointsOf({ reads: fakeReads(), publicUrl: 'http://localhost' });
const example = (path: string) =>
  path
    .replace('{attr}', 'openssh')
    .replace('publications/{id}', `publications/${publication.id}`)
    .replace('{id}', 'CVE-2024-6387')
    .replace('{channel}', 'rolling')
    .replace('{review}', '12')
    .replace('{uuid}', release(99).uuid);
// A number in brackets stands for so many letters, to keep the names of the tests short.
const long = (path: string) => path.replace(/\((\d+)\)/, (_, count) => 'x'.repeat(Number(count)));
const lock = (uuid: string, url = 'https://h.example/f/acme/secure/0') =>
  JSON.stringify({
    version: 7,
    root: 'root',
    nodes: {
      root: { inputs: { nixpkgs: 'nixpkgs' } },
      nixpkgs: {
        locked: {
          type: 'tarball',
          url: `https://h.example/f/pinned/acme/secure/0.1.97%2Brev-1/${uuid}/source.tar.gz`,
          narHash: 'sha256-x',
        },
        original: { type: 'tarball', url },
      },
    },
  });

test.each(
  endpoints.filter(({ method }) => method === 'get').map(({ path, response }) => [example(path), response] as const),
)('%s answers what it promises', async (path, schema) => {
  const response = await app.request(path);
  expect(response.status).toBe(200);
  expect(response.headers.get('Content-Type')).toMatch(/^application\/json/);
  const body = await response.json();
  expect(schema.parse(body)).toEqual(body);
  const again = await app.request(path, { headers: { 'If-None-Match': response.headers.get('ETag') ?? '' } });
  expect(again.status).toBe(304);
  expect((await app.request(path, { method: 'HEAD' })).status).toBe(200);
});

/** What an app really answers to, however it was put there; hono lists middleware under ALL. */
function servedBy({ routes }: ReturnType<typeof testApp>): readonly string[] {
  const own = routes.filter(({ method, path }) => path.startsWith('/api/v1') && method !== 'ALL');
  return [
    ...new Set(own.map(({ method, path }) => `${method.toLowerCase()} ${path.replaceAll(/:(\w+)/g, '{$1}')}`)),
  ].sort();
}

test('a route that is put in by hand is seen', () => {
  const planted = testApp();
  planted.put('/api/v1/planted/:name', (c) => c.text(''));
  expect(servedBy(planted)).toEqual([...servedBy(app), 'put /api/v1/planted/{name}'].sort());
});

test.each(servedBy(app))('%s gets past the guard of methods', (operation) => {
  const [method = '', path = ''] = operation.split(' ');
  expect(methodsOf(path.replaceAll(/\{\w+\}/g, '12'))).toContain(method.toUpperCase());
});

test('the OpenAPI document names every address that is served and no other, and every reference in it leads somewhere', async () => {
  const document = JSON.parse(await (await app.request('/api/openapi.json')).text());
  expect(document.openapi).toMatch(/^3\.1\./);
  const told = Object.entries(document.paths as Record<string, Record<string, { readonly operationId: string }>>);
  const operations = told.flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`));
  expect(operations.sort()).toEqual(servedBy(app));
  const ids = told.flatMap(([, methods]) => Object.values(methods).map(({ operationId }) => operationId));
  expect(new Set(ids).size).toBe(ids.length);
  const text = JSON.stringify(document);
  const references = [...text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name ?? '');
  expect(references.length).toBeGreaterThan(8);
  for (const name of references) expect(Object.keys(document.components.schemas)).toContain(name);
  expect(text).not.toMatch(/\$defs|\$schema/);
  expect(document.paths['/api/v1/packages/{attr}'].get.parameters).toEqual([
    { name: 'attr', in: 'path', required: true, schema: { type: 'string' } },
  ]);
  expect(document.paths['/api/v1/findings'].get.parameters.map(({ name }: { name: string }) => name)).toEqual([
    'limit',
    'after',
    'order',
    'band',
    'state',
  ]);
});

test.each([
  ['/api/v1/findings?limit=0', 400],
  ['/api/v1/findings?limit=201', 400],
  ['/api/v1/findings?order=luck', 400],
  ['/api/v1/findings?band=terrible', 400],
  ['/api/v1/packages?q=(201)', 400],
  ['/api/v1/packages/nothing', 404],
  ['/api/v1/packages/%ff', 400],
  ['/api/v1/releases/nothing', 404],
  ['/api/v1/publications/nothing', 404],
  ['/api/v1/publications?limit=0', 400],
  ['/api/v1/cve/%3Cscript%3E', 400],
  ['/api/v1/nothing', 404],
  ['/api/v1/packages?q=(5000)', 414],
])('%s is a problem with status %i', async (path, status) => {
  const response = await app.request(long(path), { headers: { Accept: 'text/html' } });
  expect(response.status).toBe(status);
  expect(response.headers.get('Content-Type')).toBe('application/problem+json');
  const problem = JSON.parse(await response.text());
  expect(problem).toMatchObject({
    status,
    type: expect.stringMatching(/^urn:snowguard:problem:/),
    title: expect.any(String),
  });
  expect(problem.detail.length).toBeGreaterThan(5);
});

test('a failure that passes is 503, any other 500; neither tells what broke', async () => {
  const failing = (error: unknown) =>
    testApp({ reads: fakeReads({ feeds: () => Promise.reject(error) }) }).request('/api/v1/feeds');
  const busy = await failing(new AppError({ code: 'database.busy', retryable: true }, 'locked: /srv/x.db'));
  const broken = await failing(new TypeError('cannot read x'));
  expect([busy.status, broken.status]).toEqual([503, 500]);
  expect((await busy.text()) + (await broken.text())).not.toMatch(/srv|cannot read|stack/);
});

describe('checking a posted lock', () => {
  const check = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
    app.request('/api/v1/check', { method: 'POST', body, headers });

  test('says what it lacks and what to run', async () => {
    const answer = JSON.parse(await (await check(lock(release(97).uuid))).text());
    expect(answer.mustAct).toMatchObject([
      {
        input: 'nixpkgs',
        command: 'nix flake update nixpkgs',
        band: 'critical',
        advisoryIds: ['CVE-2023-38545', 'CVE-2024-6387'],
        firstChange: null,
      },
    ]);
    expect(JSON.parse(await (await check(lock(release(99).uuid))).text()).mustAct).toEqual([]);
  });

  test.each([
    ['not JSON', 'hello', 422],
    ['no nodes', '{}', 422],
    ['not UTF-8', new Uint8Array([0x7b, 0xff, 0xfe]), 400],
    ['too large', 'x'.repeat(4 * 1024 * 1024 + 1), 413],
  ])('%s', async (_name, body, status) => {
    const response = await check(body);
    expect([response.status, response.headers.get('Content-Type')]).toEqual([status, 'application/problem+json']);
  });

  test('a length that lies is stopped while reading', async () => {
    let sent = 0;
    const endless = new ReadableStream({
      pull: (controller) => {
        sent += 1;
        controller.enqueue(new Uint8Array(1024 * 1024));
        if (sent > 100) controller.error(new Error('read on and on'));
      },
    });
    const response = await app.request(
      new Request('http://localhost/api/v1/check', {
        method: 'POST',
        body: endless,
        duplex: 'half',
        headers: { 'Content-Length': '10' },
      } as RequestInit),
    );
    expect(response.status).toBe(413);
    expect(sent).toBeLessThan(10);
  });

  test('reading the address is not offered', async () => {
    const response = await app.request('/api/v1/check');
    expect([response.status, response.headers.get('Allow')]).toEqual([405, 'POST']);
  });
});
