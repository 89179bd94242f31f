/** What else comes over a connection: noise, floods, guesses. The registry answers, keeps nothing, and goes on. */
import { connect } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { metadata, push, type RegistryWorld, registryWorld } from '../support/registry-world.ts';

let world: RegistryWorld;
beforeAll(async () => {
  world = await registryWorld();
  await push(world, { name: 'acme/there' });
});
afterAll(() => world.close());

const goesOn = async () => expect((await world.ask('/f/acme/there/1')).status).toBe(307);

test('noise at the addresses of publishing is refused in one JSON string, and leaves nothing', async () => {
  const segment = fc.oneof(
    fc.constantFrom(
      '..',
      '.',
      '',
      '%2e%2e',
      '%00',
      '%ff',
      '__proto__',
      'acme',
      'there',
      '1.0.0',
      '-1',
      '1e9',
      '9'.repeat(30),
    ),
    fc.string({ unit: 'grapheme', maxLength: 20 }).map(encodeURIComponent),
  );
  const body = fc.oneof(
    fc.constantFrom('', '{', '[]', 'null', '{"a":'.repeat(5000), JSON.stringify(metadata({ labels: [1] }))),
    fc.json({ maxDepth: 3 }),
    fc
      .record({
        commit_count: fc.anything(),
        visibility: fc.anything(),
        revision: fc.anything(),
        labels: fc.anything(),
      })
      .map((given) => JSON.stringify(metadata({ ...given })) ?? ''),
  );
  const before = (await world.current()).flakes.length;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('upload', 'publish'),
      fc.array(segment, { minLength: 1, maxLength: 8 }),
      fc.constantFrom('POST', 'PUT'),
      body,
      async (root, segments, method, text) => {
        const headers = { Authorization: 'Bearer publisher', 'Content-Type': 'application/json' };
        const target = `/${[root, ...segments].join('/')}`;
        const answer = await world.ask(target, { method, headers, body: text });
        expect([400, 401, 404, 405]).toContain(answer.status);
        expect(answer.text).not.toMatch(/\bat \/|node_modules|Error:/);
      },
    ),
    { numRuns: 300 },
  );
  expect((await world.current()).flakes.length).toBe(before);
  await goesOn();
});

test('metadata without end is cut off', async () => {
  const headers = { Authorization: 'Bearer publisher' };
  const body = JSON.stringify(metadata({ readme: 'x'.repeat(9_000_000) }));
  const hash = `${'A'.repeat(43)}=`;
  const answer = await world
    .ask(`/upload/acme/large/1.0.0/10/${hash}`, { method: 'POST', headers, body })
    .catch(() => null);
  expect([413, undefined]).toContain(answer?.status);
  await goesOn();
});

test.each([
  [
    'a header too long',
    `GET /f/acme/there/1 HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`,
    /^HTTP\/1.1 431/,
  ],
  [
    'headers too many',
    `GET /f/acme/there/1 HTTP/1.1\r\nHost: x\r\n${'X: 1\r\n'.repeat(5_000)}\r\n`,
    /^HTTP\/1.1 (431|307)/,
  ],
  ['no HTTP at all', 'hello\r\n\r\n', /^HTTP\/1.1 400/],
  [
    'two lengths',
    'POST /publish/x HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
    /^HTTP\/1.1 400/,
  ],
  [
    'a length and chunks',
    'POST /publish/x HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
    /^HTTP\/1.1 400/,
  ],
  [
    'an address too long',
    `GET /f/acme/there/${'1'.repeat(9_000)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
    /^HTTP\/1.1 414/,
  ],
])('%s', async (_name, bytes, expected) => {
  expect(await raw(bytes)).toMatch(expected);
  await goesOn();
});

test('who guesses tokens has to wait; who sends none is answered meanwhile', async () => {
  const guess = (count: number) =>
    world.ask('/f/acme/there/1', { headers: { Authorization: `Bearer sg_guess${count}` } });
  let status = 0;
  for (let count = 0; count < 500 && status !== 429; count++) status = (await guess(count)).status;
  expect(status).toBe(429);
  const waiting = await guess(0);
  expect(Number(waiting.headers['retry-after'])).toBeGreaterThan(0);
  await goesOn();
});

function raw(bytes: string): Promise<string> {
  return new Promise((resolve) => {
    let said = '';
    const socket = connect(world.port, '127.0.0.1', () => socket.write(bytes));
    socket.on('data', (chunk) => {
      said += chunk.toString('latin1');
      socket.end();
    });
    socket.on('error', () => resolve(said));
    socket.on('close', () => resolve(said));
  });
}
