/** What only a real connection shows: raw request targets, streamed bodies, a client that hangs up. */
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { type ServerType, serve } from '@hono/node-server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fakeBlobs, release, tarball, testApp } from './testing.ts';

let server: ServerType;
let port = 0;
let destroyed = 0;
const pinned = `/f/pinned/acme/secure/0.1.99%2Brev-${'9'.repeat(40)}/${release(99).uuid}/source.tar.gz`;

beforeAll(async () => {
  const endless = () =>
    new Readable({
      read() {
        this.push(Buffer.alloc(65_536));
      },
      destroy(error, done) {
        destroyed += 1;
        done(error);
      },
    });
  const app = testApp({
    blobs: {
      ...fakeBlobs,
      size: async (key) => (key.includes('098') ? 1e12 : tarball.length),
      get: async (key, range) =>
        key.includes('098') ? { stream: endless(), sizeBytes: 1e12 } : fakeBlobs.get(key, range),
    },
  });
  port = await new Promise((resolve) => {
    server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, (address) => resolve(address.port));
  });
});
afterAll(() => {
  server.close();
});

function raw(request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(request));
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('end', () => resolve(Buffer.concat(chunks).toString('latin1')));
    socket.on('error', reject);
  });
}

const get = (target: string, more = '', method = 'GET') =>
  raw(`${method} ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${more}\r\n`);

test.each([
  ['/f/acme/secure/../../../../etc/passwd', /^HTTP\/1\.1 404/],
  ['/releases/%2e%2e/%2e%2e/etc/passwd', /^HTTP\/1\.1 404/],
  ['//evil.example/f/acme/secure/0', /^HTTP\/1\.1 40[04]/],
  ['/f//secure/0', /^HTTP\/1\.1 404/],
  ['/f/acme/secure/0?x=%ff', /^HTTP\/1\.1 307/],
  ['http://evil.example/f/acme/secure/0', /Location: http:\/\/localhost\/f\/pinned/i],
  ['/f/acme/secure/%5E0.1', /^HTTP\/1\.1 307/],
  ['/packages/%E0%A4%A', /^HTTP\/1\.1 404/],
  ['/f/acme/secure/(5000)', /^HTTP\/1\.1 414/],
])('the raw target %s', async (target, answer) => {
  const response = await get(target.replace('(5000)', 'a'.repeat(5000)));
  expect(response).toMatch(answer);
  expect(response).not.toMatch(/root:|\n\s+at |node_modules/);
});

test('the Host header does not steer where the resolver leads', async () => {
  const response = await raw('GET /f/acme/secure/0 HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n');
  expect(response).toMatch(/^location: http:\/\/localhost\/f\/pinned\//im);
  expect(response).not.toContain('evil');
});

test('HEAD has the length and no body; a range has just its bytes', async () => {
  const head = await get(pinned, '', 'HEAD');
  expect(head).toMatch(/^HTTP\/1\.1 200/);
  expect(head).toMatch(/^content-length: 1000\r$/im);
  expect(head.split('\r\n\r\n')[1]).toBe('');
  const part = await get(pinned, 'Range: bytes=995-\r\n');
  expect(part).toMatch(/^HTTP\/1\.1 206/);
  expect(Buffer.from(part.split('\r\n\r\n')[1] ?? '', 'latin1')).toEqual(tarball.subarray(995));
  expect(await get('/f/acme/secure/0', '', 'HEAD')).toMatch(/^content-length: 0\r$/im);
});

test('a client that hangs up ends the reading of the blob', async () => {
  await new Promise<void>((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () =>
      socket.write(
        `GET /f/pinned/acme/secure/0.1.98/${release(98).uuid}/source.tar.gz HTTP/1.1\r\nHost: localhost\r\n\r\n`,
      ),
    );
    socket.once('data', () => {
      socket.destroy();
      resolve();
    });
    socket.on('error', reject);
  });
  await expect.poll(() => destroyed, { timeout: 5000 }).toBe(1);
});
