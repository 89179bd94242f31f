import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/foundation/clock.ts';
import { AppError } from '../../src/foundation/errors.ts';
import type { Database } from '../../src/platform/database/index.ts';
import { openPostgres } from '../../src/platform/database/postgres.ts';
import { databasesForTests } from '../../src/platform/database/testing.ts';
import type { Log } from '../../src/platform/log/index.ts';
import { createEmbeddedQueue, type JobTables } from '../../src/platform/queue/embedded.ts';
import type { Job, JobHandler, Queue } from '../../src/platform/queue/index.ts';
import { openPgBossQueue } from '../../src/platform/queue/pg-boss.ts';

const log: Log = { info: () => {}, warn: () => {}, error: (message, fields) => console.error(message, fields) };

interface Place {
  readonly database: Database<JobTables>;
  /** Another queue over the same jobs, as a second process has it. */
  readonly open: () => Promise<Queue>;
  readonly close: () => Promise<void>;
}

const engines = await databasesForTests();
const adapters: readonly { readonly name: string; readonly place: () => Promise<Place> }[] = [
  ...engines.map((engine) => ({
    name: `the embedded queue on ${engine.name}`,
    place: async () => {
      const database = await engine.open<JobTables>();
      const open = async () => createEmbeddedQueue({ database, clock: systemClock, random: randomBytes, log });
      return { database, open, close: async () => {} };
    },
  })),
  ...engines
    .filter(({ name }) => name === 'postgres')
    .map((engine) => ({
      name: 'pg-boss',
      place: async () => {
        const url = await engine.place();
        const database = await openPostgres<JobTables>({ url });
        const opened: { readonly close: () => Promise<void> }[] = [];
        const open = async () => {
          const queue = await openPgBossQueue({ url, clock: systemClock, log });
          opened.push(queue);
          return queue;
        };
        const close = async () => {
          for (const queue of opened) await queue.close();
          await database.close();
        };
        return { database, open, close };
      },
    })),
];

describe.each(adapters)('$name', ({ place }) => {
  let world: Place;
  let queue: Queue;
  beforeEach(async () => {
    world = await place();
    queue = await world.open();
  });
  afterEach(async () => {
    await queue.stop();
    await world.close();
  });
  const add = (kind: string, key: string, payload: Job['payload'] = {}) => queue.enqueue({ kind, key, payload });
  const none = { waiting: 0, running: 0, dead: 0 };

  test('every job is handed to the handler of its kind', async () => {
    const seen: unknown[] = [];
    const note: JobHandler = async ({ kind, key, payload, attempt }) => void seen.push([kind, key, payload, attempt]);
    await add('a.one', 'x', { n: 1 });
    await add('a.two', '', { deep: { text: 'ü', list: [1, null] } });
    expect(await queue.counts()).toEqual({ ...none, waiting: 2 });
    await queue.start({ 'a.one': note, 'a.two': note }, 2);
    await add('a.one', 'y');
    await queue.idle();
    expect(seen.sort()).toEqual([
      ['a.one', 'x', { n: 1 }, 1],
      ['a.one', 'y', {}, 1],
      ['a.two', '', { deep: { text: 'ü', list: [1, null] } }, 1],
    ]);
    expect(await queue.counts()).toEqual(none);
  });

  test('one of a kind and key waits; what is added while it runs comes after it, never beside it', async () => {
    const log: string[] = [];
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const handler: JobHandler = async ({ key, payload }) => {
      log.push(`begin ${key}${payload.n}`);
      if (payload.n === 1) await gate;
      log.push(`end ${key}${payload.n}`);
    };
    await add('a', 'k', { n: 1 });
    await add('a', 'k', { n: 'dropped' });
    expect(await queue.counts()).toEqual({ ...none, waiting: 1 });
    await queue.start({ a: handler }, 4);
    await until(() => log.length === 1);
    await add('a', 'k', { n: 2 });
    await add('a', 'k', { n: 'dropped' });
    await add('a', 'other', { n: 3 });
    await until(() => log.includes('end other3'));
    release();
    await queue.idle();
    expect(log).toEqual(['begin k1', 'begin other3', 'end other3', 'end k1', 'begin k2', 'end k2']);
  });

  test('no more run at a time than asked for', async () => {
    let running = 0;
    let most = 0;
    const handler: JobHandler = async () => {
      most = Math.max(most, ++running);
      await sleep(5);
      running--;
    };
    for (let index = 0; index < 20; index++) await add(index % 2 === 0 ? 'a' : 'b', `k${index}`);
    await queue.start({ a: handler, b: handler }, 3);
    await queue.idle();
    expect(most).toBe(3);
  });

  test('a job that fails is tried again after a second, then two', async () => {
    const at: number[] = [];
    const attempts: number[] = [];
    const handler: JobHandler = async (job) => {
      at.push(Date.now());
      attempts.push(job.attempt);
      if (job.attempt < 3) throw new Error('not yet');
    };
    await add('a', 'k');
    await queue.start({ a: handler }, 1);
    await until(async () => at.length === 1 && (await queue.counts()).running === 0);
    await add('a', 'k');
    await queue.idle();
    expect(attempts).toEqual([1, 2, 3]);
    const [first = 0, second = 0, third = 0] = at;
    expect(second - first).toBeGreaterThanOrEqual(990);
    expect(third - second).toBeGreaterThanOrEqual(1_990);
    expect(third - first).toBeLessThan(6_500);
  });

  test('a job that cannot succeed is dead with its error, and may be tried again by hand', async () => {
    let broken = true;
    const handler: JobHandler = async () => {
      if (broken) throw new AppError({ code: 'a.broken', retryable: false }, 'broken\nfor good');
    };
    await add('a', 'k', { n: 7 });
    await queue.start({ a: handler }, 1);
    await queue.idle();
    expect(await queue.counts()).toEqual({ ...none, dead: 1 });
    const [dead] = await queue.dead();
    expect(dead).toEqual({ id: expect.any(String), kind: 'a', key: 'k', error: 'broken for good' });
    broken = false;
    expect(await queue.retryDead('no such job')).toBe(false);
    expect(await queue.retryDead(dead?.id ?? '')).toBe(true);
    await queue.idle();
    expect(await queue.counts()).toEqual(none);
  });

  test('a job is not run before its time', async () => {
    let ranAt = 0;
    const runAt = Date.now() + 1_200;
    await queue.enqueue({ kind: 'a', key: 'k', payload: {}, runAt });
    const handler: JobHandler = async () => {
      ranAt = Date.now();
    };
    await queue.start({ a: handler }, 1);
    await queue.idle();
    expect(ranAt).toBeGreaterThanOrEqual(runAt - 5);
  });

  test('stopping signals what runs and waits for it; an interrupted job has not been tried', async () => {
    const attempts: number[] = [];
    let stopped = false;
    const waitsForStop: JobHandler = async (job, signal) => {
      attempts.push(job.attempt);
      await sleep(60_000, undefined, { signal }).finally(() => {
        stopped = true;
      });
    };
    await add('a', 'k');
    await queue.start({ a: waitsForStop }, 1);
    await until(() => attempts.length === 1);
    const idle = queue.idle();
    await queue.stop();
    await idle;
    expect(stopped).toBe(true);
    expect(await queue.counts()).toEqual({ ...none, waiting: 1 });
    await queue.start({ a: async (job) => void attempts.push(job.attempt) }, 1);
    await queue.idle();
    expect(attempts).toEqual([1, 1]);
  });

  test('a job in a transaction is there when that commits, and never when it does not', async () => {
    const seen: string[] = [];
    await queue.start({ a: async ({ key }) => void seen.push(key) }, 1);
    const rolledBack = world.database.write(async (trx) => {
      await queue.enqueueIn(trx, { kind: 'a', key: 'lost', payload: {} });
      throw new Error('no');
    });
    await expect(rolledBack).rejects.toThrow('no');
    await world.database.write((trx) => queue.enqueueIn(trx, { kind: 'a', key: 'kept', payload: {} }));
    await queue.idle();
    expect(seen).toEqual(['kept']);
  });

  test('two processes share the work, each job once', async () => {
    const other = await world.open();
    const seen: string[] = [];
    const handler: JobHandler = async ({ key }) => {
      seen.push(key);
      await sleep(2);
    };
    for (let index = 0; index < 40; index++) await add('a', `k${index}`);
    await Promise.all([queue.start({ a: handler }, 2), other.start({ a: handler }, 2)]);
    await Promise.all([queue.idle(), other.idle()]);
    await other.stop();
    expect(seen.length).toBe(40);
    expect(new Set(seen).size).toBe(40);
  });

  test('a kind that nobody handles waits', async () => {
    await add('later', 'k');
    await add('a', 'k');
    await queue.start({ a: async () => {} }, 1);
    await until(async () => {
      const { waiting, running } = await queue.counts();
      return waiting + running === 1;
    });
    await sleep(50);
    expect(await queue.counts()).toEqual({ ...none, waiting: 1 });
  });
});

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 10_000; Date.now() < end; await sleep(5)) if (await holds()) return;
  throw new Error('it never came to that');
}
