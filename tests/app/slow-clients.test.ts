/** Clients that take their time, stop in the middle or send too much: they are let go, and everybody else is served meanwhile. */
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CacheWorld, cacheWorld } from '../support/cache-world.ts';

const patience = { headersMs: 400, requestMs: 1_500, idleMs: 700, lookMs: 50 };
let world: CacheWorld;
let port: number;
beforeAll(async () => {
  world = await cacheWorld({ patience });
  port = Number(new URL(world.origin).port);
});
afterAll(() => world.close());

interface Conversation {
  readonly socket: Socket;
  readonly heard: () => string;
  /** Resolves to the milliseconds until the server was through with it. */
  readonly over: Promise<number>;
}

function talk(): Conversation {
  const startedAt = performance.now();
  const socket = connect(port, '127.0.0.1');
  let heard = '';
  socket.setEncoding('latin1').on('data', (text: string) => {
    heard += text;
  });
  socket.on('error', () => {});
  const over = new Promise<number>((resolve) => socket.once('close', () => resolve(performance.now() - startedAt)));
  return { socket, heard: () => heard, over };
}

/** Writes a piece at a time until the server has had enough. */
async function drip({ socket, over }: Conversation, first: string, piece: string, everyMs: number): Promise<number> {
  socket.write(first);
  const gone = over.then(() => true);
  while (!(await Promise.race([gone, sleep(everyMs, false)]))) socket.write(piece);
  return over;
}

const served = async () => (await fetch(`${world.origin}/healthz`)).status;

test('headers that trickle in for ever', async () => {
  const slow = Array.from({ length: 50 }, () => talk());
  const ends = slow.map((one) => drip(one, 'GET / HTTP/1.1\r\nHost: x\r\n', 'X-A: b\r\n', 60));
  expect(await served()).toBe(200);
  expect(Math.max(...(await Promise.all(ends)))).toBeLessThan(5_000);
  for (const { heard } of slow) expect(heard()).toMatch(/^(HTTP\/1\.1 408 |$)/);
  expect(await served()).toBe(200);
});

test('a body that trickles in for ever, and one that stops', async () => {
  const token = await world.token(['cache-write']);
  const head = (name: string) =>
    `PUT /cache/nar/${name}.nar.xz HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Length: 1000000\r\n\r\n`;
  const [trickling, stopped] = [talk(), talk()];
  const ends = [drip(trickling, head('1'.repeat(52)), 'x', 100), drip(stopped, head('2'.repeat(52)), '', 2_000_000)];
  stopped.socket.write('half of');
  expect(await served()).toBe(200);
  expect(Math.max(...(await Promise.all(ends)))).toBeLessThan(8_000);
  // What it sends is no archive, which shows with the first bytes.
  expect(trickling.heard()).toMatch(/^(HTTP\/1\.1 (408|422) |$)/);
  expect(stopped.heard()).toMatch(/^(HTTP\/1\.1 (408|422) |$)/);
  for (const name of ['1', '2']) {
    const place = `${world.origin}/cache/nar/${name.repeat(52)}.nar.xz`;
    expect((await fetch(place, { headers: { Authorization: `Bearer ${token}` } })).status).toBe(404);
  }
});

test.each([
  ['one header of 100 kB', `X-A: ${'b'.repeat(100_000)}\r\n`],
  ['ten thousand headers', Array.from({ length: 10_000 }, (_, index) => `X-${index}: b\r\n`).join('')],
])('%s', async (_, headers) => {
  const flood = talk();
  flood.socket.write(`GET / HTTP/1.1\r\nHost: x\r\n${headers}\r\n`);
  await flood.over;
  expect(flood.heard()).toMatch(/^(HTTP\/1\.1 431 |$)/);
  expect(await served()).toBe(200);
});

test('who asks and never reads the answer', async () => {
  const deaf = talk();
  deaf.socket.pause();
  deaf.socket.write('GET /api/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(200));
  expect(await served()).toBe(200);
  await sleep(patience.idleMs * 3);
  // What was sent before it was let go is still to be read.
  deaf.socket.resume();
  expect(await deaf.over).toBeLessThan(10_000);
});
