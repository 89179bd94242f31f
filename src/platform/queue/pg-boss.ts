import type { Transaction } from 'kysely';
import { type Job as BossJob, type Db, fromKysely, type JobAttempt, PgBoss } from 'pg-boss';
import type { Clock } from '../../foundation/clock.ts';
import type { Log } from '../log/index.ts';
import { backOffMs, isWorthAnotherTry, keptError, maxAttempts } from './back-off.ts';
import type { Job, NewJob, Queue } from './index.ts';
import { type EndedJob, type JobRunner, type JobSource, runJobs } from './run-jobs.ts';

/** What pg-boss keeps of a job. `tries` were made and written down before this row. */
interface Kept {
  readonly kind: string;
  readonly key: string;
  readonly payload: Job['payload'];
  readonly tries: number;
  readonly error?: string;
}

interface DeadRow {
  readonly id: string;
  readonly data: Kept;
  readonly source_output: { readonly message?: string } | null;
}

const deadLetters = 'dead-letters';
const schema = 'pgboss';
const pollMs = 1_000;
// pg-boss throws away what waits longer than this.
const tenYears = 10 * 365 * 86_400;

const deadRows = `select id, data, source_output from ${schema}.job where name = '${deadLetters}'`;

/**
 * Jobs in tables that pg-boss keeps in the schema `pgboss` of a PostgreSQL database, one queue a kind. pg-boss hands
 * out and finds lost jobs; tries and back-off are counted by us, so that they are the same as in the embedded queue.
 */
export async function openPgBossQueue(given: {
  readonly url: string;
  readonly clock: Clock;
  readonly log: Log;
  /** A job of a process that was not heard of for so long is handed out again; at least 10. */
  readonly heartbeatSeconds?: number;
}): Promise<Queue & { readonly close: () => Promise<void> }> {
  const { clock, log, heartbeatSeconds = 60 } = given;
  const boss = new PgBoss({
    connectionString: given.url,
    schema,
    max: 4,
    schedule: false,
    superviseIntervalSeconds: Math.ceil(heartbeatSeconds / 3),
    monitorIntervalSeconds: Math.ceil(heartbeatSeconds / 3),
    registerInstance: false,
    openTelemetry: { enabled: false },
  });
  boss.on('error', (error) => log.error('pg-boss reports an error', { error: error.message }));
  await boss.start();
  await boss.createQueue(deadLetters, { retentionSeconds: tenYears });
  const known = new Map<string, Promise<void>>();
  const ensureQueue = (kind: string): Promise<void> => {
    const made =
      known.get(kind) ??
      boss.createQueue(kind, {
        // At most one of a key waits, and one runs.
        policy: 'stately',
        heartbeatSeconds,
        expireInSeconds: 86_000,
        retentionSeconds: tenYears,
        deleteAfterSeconds: 3_600,
        retryLimit: maxAttempts - 1,
        deadLetter: deadLetters,
      });
    known.set(kind, made);
    made.catch(() => known.delete(kind));
    return made;
  };
  const send = (kept: Kept, options: { readonly runAt?: number; readonly db?: Db }) =>
    boss.send(kept.kind, kept, {
      singletonKey: kept.key,
      ...(options.runAt === undefined ? {} : { startAfter: new Date(options.runAt) }),
      ...(options.db === undefined ? {} : { db: options.db }),
    });
  const add = async ({ kind, key, payload, runAt }: NewJob, db?: Db) => {
    await ensureQueue(kind);
    await send(
      { kind, key, payload, tries: 0 },
      { ...(runAt === undefined ? {} : { runAt }), ...(db === undefined ? {} : { db }) },
    );
    runner?.wake();
  };
  const query = async <Row>(text: string, values: readonly unknown[] = []): Promise<readonly Row[]> =>
    (await boss.getDb().executeSql(text, [...values])).rows as Row[];
  const inTransaction = async <Result>(work: (db: Db) => Promise<Result>): Promise<Result> => {
    const transaction = await boss.getDb().beginTransaction?.();
    if (transaction === undefined) throw new Error('pg-boss has a pool of its own, and that has transactions');
    try {
      const result = await work(transaction.db);
      await transaction.commit();
      return result;
    } catch (error) {
      await transaction.rollback();
      throw error;
    }
  };
  let runner: JobRunner | null = null;

  const counts = async () => {
    const rows = await query<{ readonly what: 'waiting' | 'running' | 'dead'; readonly jobs: string }>(
      `select case when name = '${deadLetters}' then 'dead' when state = 'active' then 'running' else 'waiting' end as what,
         count(*) as jobs
       from ${schema}.job where state in ('created', 'retry', 'active') group by 1`,
    );
    const of = (what: string) => Number(rows.find((row) => row.what === what)?.jobs ?? 0);
    return { waiting: of('waiting'), running: of('running'), dead: of('dead') };
  };
  // Which attempt a job is, so that one handed out anew meanwhile is left alone.
  const attempts = new WeakMap<Job, JobAttempt>();
  const handOut = ({ id, retryCount, data: { kind, key, payload, tries } }: BossJob<Kept>): Job => {
    const job = { id, kind, key, payload, attempt: tries + retryCount + 1 };
    attempts.set(job, { id, retryCount });
    return job;
  };
  const writeEnd = ({ job, how }: EndedJob): Promise<void> =>
    inTransaction(async (db) => {
      const { kind, key, payload, attempt } = job;
      const settled = await boss.complete(kind, attempts.get(job) ?? job.id, null, { db });
      // Its types leave out what it gives.
      const { affected } = settled as { readonly affected?: number };
      if (affected !== 1 || how.kind === 'done') return;
      if (how.kind === 'stopped') await send({ kind, key, payload, tries: attempt - 1 }, { db });
      else if (isWorthAnotherTry(how.error, attempt))
        await send({ kind, key, payload, tries: attempt }, { db, runAt: clock.now() + backOffMs(attempt) });
      else await boss.send(deadLetters, { kind, key, payload, tries: attempt, error: keptError(how.error) }, { db });
    });

  const source = (kinds: readonly string[]): JobSource => ({
    turn: async ({ ended, free }) => {
      for (const end of ended) await writeEnd(end);
      const due =
        free === 0
          ? []
          : await query<{ readonly name: string }>(
              `select name from ${schema}.job where state < 'active' and start_after <= ${schema}.job_now() and name = any($1)
               group by name order by min(start_after)`,
              [kinds],
            );
      const jobs: Job[] = [];
      for (const { name } of due) {
        if (jobs.length === free) break;
        const fetched = await boss.fetch<Kept>(name, { batchSize: free - jobs.length });
        jobs.push(...fetched.map(handOut));
      }
      return { jobs, nextInMs: pollMs };
    },
    keep: async (jobs) => {
      for (const [kind, own] of Map.groupBy(jobs, (job) => job.kind))
        await boss.touch(
          kind,
          own.map(({ id }) => id),
        );
    },
    keepMs: (heartbeatSeconds * 1_000) / 3,
  });

  const stop = async () => {
    const stopping = runner;
    runner = null;
    await stopping?.stop();
  };
  return {
    enqueue: (job) => add(job),
    enqueueIn: (trx, job) => add(job, fromKysely(trx as unknown as Transaction<unknown>)),
    start: async (handlers, concurrency) => {
      await stop();
      const kinds = Object.keys(handlers);
      await Promise.all(kinds.map(ensureQueue));
      runner = runJobs({ source: source(kinds), handlers, concurrency, log });
    },
    counts,
    dead: async () => {
      const rows = await query<DeadRow>(`${deadRows} and state = 'created' order by created_on, id limit 1000`);
      return rows.map(({ id, data, source_output }) => ({
        id,
        kind: data.kind,
        key: data.key,
        error: data.error ?? source_output?.message ?? 'its process ended while it ran',
      }));
    },
    retryDead: async (id) => {
      const [row] = await query<DeadRow>(`${deadRows} and state = 'created' and id::text = $1`, [id]);
      if (row === undefined) return false;
      const { kind, key, payload } = row.data;
      await inTransaction(async (db) => {
        await boss.deleteJob(deadLetters, id, { db });
        await send({ kind, key, payload, tries: 0 }, { db });
      });
      runner?.wake();
      return true;
    },
    idle: async () => {
      while (runner !== null) {
        const { waiting, running } = await counts();
        if (waiting + running === 0) return;
        await runner?.turned(pollMs);
      }
    },
    stop,
    close: async () => {
      await stop();
      await boss.stop({ graceful: false });
    },
  };
}
