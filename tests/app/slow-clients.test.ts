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
  socket.write(first, 'latin1');
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
  expect(slow.some(({ heard }) => heard() !== '')).toBe(true);
  expect(await served()).toBe(200);
});

/** A file of 900,000 bytes begins: what follows is sound until it stops. https://nix.dev/manual/nix/2.26/protocols/nix-archive */
const beginning = ['nix-archive-1', '(', 'type', 'regular', 'contents'].map(word).join('') + lengthOf(900_000);

function word(text: string): string {
  return lengthOf(text.length) + text.padEnd(Math.ceil(text.length / 8) * 8, '\0');
}

function lengthOf(count: number): string {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(count));
  return bytes.toString('latin1');
}

test('a body that trickles in for ever, and one that stops', async () => {
  const token = await world.token(['cache-write']);
  const head = (name: string) =>
    `PUT /cache/nar/${name.repeat(52)}.nar HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Length: 1000000\r\n\r\n${beginning}`;
  const [trickling, stopped] = [talk(), talk()];
  const ends = [drip(trickling, head('1'), 'x', 100), drip(stopped, head('2'), '', 2_000_000)];
  expect(await served()).toBe(200);
  const [trickled = 0, stood = 0] = await Promise.all(ends);
  expect(trickled).toBeGreaterThan(patience.requestMs - 100);
  expect(stood).toBeGreaterThan(patience.idleMs - 100);
  expect(Math.max(trickled, stood)).toBeLessThan(8_000);
  for (const { heard } of [trickling, stopped]) expect(heard()).toMatch(/^(HTTP\/1\.1 408 |$)/);
  for (const name of ['1', '2']) {
    const place = `${world.origin}/cache/nar/${name.repeat(52)}.nar`;
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

const question = 'GET /api/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n';
const answersIn = (heard: string) => heard.split('HTTP/1.1 200 OK').length - 1;

test('who asks and never reads the answer', async () => {
  const asked = 60;
  const deaf = talk();
  deaf.socket.pause();
  deaf.socket.write(question.repeat(asked));
  expect(await served()).toBe(200);
  await sleep(patience.idleMs * 3);
  // What was sent before it was let go is still to be read, and that is not all it asked for.
  deaf.socket.resume();
  await deaf.over;
  expect(answersIn(deaf.heard())).toBeGreaterThan(0);
  expect(answersIn(deaf.heard())).toBeLessThan(asked);
});

test('who asks ever more before it is answered is let go; a few questions at once are answered', async () => {
  const flood = talk();
  flood.socket.write(question.repeat(20_000));
  expect(await flood.over).toBeLessThan(5_000);
  expect(answersIn(flood.heard())).toBeLessThan(200);
  const few = talk();
  few.socket.write(`${question.repeat(9)}${question.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n')}`);
  await few.over;
  expect(answersIn(few.heard())).toBe(10);
});
