import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../src/foundation/clock.ts';
import { eventsAfter, type JournalTables } from '../../src/journal/index.ts';
import { migrate, migrations } from '../../src/migrations/index.ts';
import { createFileBlobs } from '../../src/platform/blobs/files.ts';
import { openSqlite } from '../../src/platform/database/sqlite.ts';
import { databasesForTests } from '../../src/platform/database/testing.ts';
import { createEmbeddedQueue, type JobTables } from '../../src/platform/queue/embedded.ts';
import type { Job, Queue } from '../../src/platform/queue/index.ts';
import { openPgBossQueue } from '../../src/platform/queue/pg-boss.ts';
import { blobContent } from './expected.ts';

const rounds = 8;
const log = { info: () => {}, warn: () => {}, error: () => {} };
const postgres = (await databasesForTests()).find(({ name }) => name === 'postgres');

let root: string;
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'snowguard-kill-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** Lets the victim work until it has said something and a moment more, kills it, gives the lines it said. */
async function killed(work: string, place: string, first: number, momentMs: number): Promise<readonly string[]> {
  const victim = spawn(process.execPath, [path.join(import.meta.dirname, 'victim.ts'), work, place, String(first)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  const spoke = Promise.withResolvers<void>();
  const ended = new Promise<string | null>((resolve) => victim.once('close', (_code, signal) => resolve(signal)));
  victim.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    spoke.resolve();
  });
  await Promise.race([spoke.promise, ended]);
  await sleep(momentMs);
  victim.kill('SIGKILL');
  expect(await ended).toBe('SIGKILL');
  return said.split('\n').slice(0, -1);
}

/** Kills again and again, each time at another moment; gives every line. */
async function killedOften(work: string, place: string): Promise<readonly string[]> {
  const lines: string[] = [];
  for (let round = 0; round < rounds; round++)
    lines.push(...(await killed(work, place, round * 100_000, 20 + round * 23)));
  return lines;
}

async function migrated(name: string) {
  const file = path.join(root, name);
  const db = await openSqlite<JournalTables & JobTables>({ file });
  await migrate(db, migrations, 0);
  return { file, db };
}

test('the database has every transaction it acknowledged, and none by half', async () => {
  const { file, db } = await migrated('database.sqlite');
  await db.close();
  const acknowledged = await killedOften('database', file);
  const after = await openSqlite<JournalTables>({ file });
  const events = await eventsAfter(after, 0, 1_000_000);
  const halves = Map.groupBy(events, ({ subject }) => subject);
  expect(acknowledged.filter((n) => !halves.has(n))).toEqual([]);
  expect([...halves.values()].filter((pair) => pair.map(({ actor }) => actor).join() !== 'first,second')).toEqual([]);
  expect((await sql`pragma integrity_check`.execute(after.read)).rows.map((row) => ({ ...(row as object) }))).toEqual([
    { integrity_check: 'ok' },
  ]);
  await after.close();
  console.log(`killed ${rounds} times: ${acknowledged.length} transactions acknowledged, ${halves.size} there`);
});

test('the blob store has every blob it acknowledged, and none by half', async () => {
  const directory = path.join(root, 'blobs');
  const acknowledged = (await killedOften('blobs', directory)).map(Number);
  const blobs = createFileBlobs({ directory });
  const wrong: number[] = [];
  for (const n of acknowledged) {
    // The next one may have been stored without a word; if so, whole.
    for (const [number, mayMiss] of [
      [n, false],
      [n + 1, true],
    ] as const) {
      const found = await blobs.get(`some/blob-${number}`);
      const fine = found === null ? mayMiss : (await buffer(found.stream)).equals(blobContent(number));
      if (!fine) wrong.push(number);
    }
  }
  expect(wrong).toEqual([]);
  console.log(`killed ${rounds} times: ${acknowledged.length} blobs acknowledged, all there`);
});

test('every job that was acknowledged is done in the end', async () => {
  const { file, db } = await migrated('queue.sqlite');
  const lines = await killedOften('queue', file);
  const done = new Set(lines.flatMap((line) => (line.startsWith('ran ') ? [line.slice(4)] : [])));
  const acknowledged = lines.filter((line) => !line.startsWith('ran '));
  const queue = createEmbeddedQueue({ database: db, clock: systemClock, random: randomBytes, log });
  const left = await queue.counts();
  const started = performance.now();
  await queue.start({ work: async ({ key }) => void done.add(key) }, 4);
  await queue.idle();
  // Much sooner than a lease ends: the dead process is seen to be dead.
  expect(performance.now() - started).toBeLessThan(15_000);
  await queue.stop();
  await db.close();
  expect(acknowledged.filter((n) => !done.has(n))).toEqual([]);
  console.log(
    `killed ${rounds} times: ${acknowledged.length} jobs acknowledged, ${left.waiting + left.running} left, all done`,
  );
});

test('a job that kills its process again and again ends among the dead', async () => {
  const { file, db } = await migrated('poison.sqlite');
  const queue = createEmbeddedQueue({ database: db, clock: systemClock, random: randomBytes, log });
  await queue.enqueue({ kind: 'hang', key: 'poison', payload: {} });
  for (let attempt = 1; attempt <= 5; attempt++) expect(await killed('hang-embedded', file, 0, 5)).toEqual(['poison']);
  await queue.start({}, 1);
  expect(await queue.dead()).toEqual([
    { id: expect.any(String), kind: 'hang', key: 'poison', error: 'its process ended while it ran' },
  ]);
  await queue.stop();
  await db.close();
});

test.skipIf(postgres === undefined)(
  'pg-boss hands out the job of a killed process again',
  { timeout: 90_000 },
  async () => {
    const url = (await postgres?.place()) ?? '';
    const queue = await openPgBossQueue({ url, clock: systemClock, log, heartbeatSeconds: 10 });
    await queue.enqueue({ kind: 'hang', key: 'k', payload: { n: 1 } });
    expect(await killed('hang-pg-boss', url, 0, 20)).toEqual(['k']);
    expect(await queue.counts()).toEqual({ waiting: 0, running: 1, dead: 0 });
    const seen: Job[] = [];
    await handOut(queue, seen);
    expect(seen.map(({ key, payload, attempt }) => [key, payload, attempt])).toEqual([['k', { n: 1 }, 2]]);
    await queue.close();
  },
);

async function handOut(queue: Queue, seen: Job[]): Promise<void> {
  await queue.start({ hang: async (job) => void seen.push(job) }, 1);
  await queue.idle();
}
