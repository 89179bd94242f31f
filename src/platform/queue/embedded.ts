import type { Transaction } from 'kysely';
import type { Clock } from '../../foundation/clock.ts';
import { type RandomBytes, uuidV7 } from '../../foundation/ids.ts';
import type { Database } from '../database/index.ts';
import type { Log } from '../log/index.ts';
import type { NewJob, Queue } from './index.ts';
import { addJob, claimJobs, type JobTables, reviveJob, takeBack, writeEnd } from './job-rows.ts';
import { hasEnded, processOwner } from './process-owner.ts';
import { type JobRunner, type JobSource, runJobs } from './run-jobs.ts';

export type { JobTables } from './job-rows.ts';

const leaseMs = 60_000;
/** Jobs that another process queues are seen this late. */
const pollMs = 1_000;

/** Jobs as rows of the table `job`, in the database whose changes they follow. */
export function createEmbeddedQueue<Tables extends JobTables>(given: {
  readonly database: Database<Tables>;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: Log;
}): Queue {
  const { clock, random, log } = given;
  const database = given.database as unknown as Database<JobTables>;
  let runner: JobRunner | null = null;

  const add = (trx: Transaction<JobTables>, job: NewJob) => {
    const now = clock.now();
    return addJob(trx, { id: uuidV7(now, random), job, now });
  };
  const counts = async () => {
    const rows = await database.read
      .selectFrom('job')
      .select(({ fn }) => ['state', fn.countAll<number>().as('jobs')])
      .groupBy('state')
      .execute();
    const of = (state: string) => rows.find((row) => row.state === state)?.jobs ?? 0;
    return { waiting: of('waiting'), running: of('running'), dead: of('dead') };
  };

  return {
    enqueue: async (job) => {
      await database.write((trx) => add(trx, job));
      runner?.wake();
    },
    enqueueIn: async (trx, job) => {
      await add(trx as unknown as Transaction<JobTables>, job);
      // Handing out is a write as well: it has its turn when this transaction is over.
      runner?.wake();
    },
    start: async (handlers, concurrency) => {
      await runner?.stop();
      const source = createSource({ database, clock, kinds: Object.keys(handlers) });
      await source.takeOver();
      runner = runJobs({ source, handlers, concurrency, log });
    },
    counts,
    dead: async () => {
      const rows = await database.read
        .selectFrom('job')
        .select(['id', 'kind', 'key', 'error'])
        .where('state', '=', 'dead')
        .orderBy('id')
        .limit(1_000)
        .execute();
      return rows.map(({ id, kind, key, error }) => ({ id, kind, key, error: error ?? '' }));
    },
    retryDead: async (id) => {
      const revived = await database.write((trx) => reviveJob(trx, id, clock.now()));
      runner?.wake();
      return revived;
    },
    idle: async () => {
      while (runner !== null) {
        const { waiting, running } = await counts();
        if (waiting + running === 0) return;
        await runner?.turned(pollMs);
      }
    },
    stop: async () => {
      const stopping = runner;
      runner = null;
      await stopping?.stop();
    },
  };
}

function createSource(given: {
  readonly database: Database<JobTables>;
  readonly clock: Clock;
  readonly kinds: readonly string[];
}): JobSource & { readonly takeOver: () => Promise<void> } {
  const { database, clock, kinds } = given;
  const owner = processOwner();
  const running = () => database.read.selectFrom('job').selectAll().where('state', '=', 'running');
  const takeBackAll = async (lost: Awaited<ReturnType<ReturnType<typeof running>['execute']>>) => {
    if (lost.length === 0) return;
    await database.write(async (trx) => {
      for (const row of lost) await takeBack(trx, row, clock.now());
    });
  };
  const nextInMs = async (): Promise<number> => {
    const row = await database.read
      .selectFrom('job')
      .select(({ fn }) => fn.min('run_at').as('at'))
      .where('state', '=', 'waiting')
      .where('kind', 'in', kinds)
      .executeTakeFirst();
    return row?.at === null || row === undefined ? Number.POSITIVE_INFINITY : row.at - clock.now();
  };

  return {
    takeOver: async () => takeBackAll((await running().execute()).filter((row) => hasEnded(row.owner ?? ''))),
    turn: async ({ ended, free, woken }) => {
      await takeBackAll(await running().where('lease_until', '<', clock.now()).execute());
      const mayClaim = free > 0 && (woken || (await nextInMs()) <= 0);
      const jobs =
        ended.length === 0 && !mayClaim
          ? []
          : await database.write(async (trx) => {
              const now = clock.now();
              for (const end of ended) await writeEnd(trx, end, { owner, now });
              if (!mayClaim) return [];
              return claimJobs(trx, { kinds, limit: free, owner, now, leaseUntil: now + leaseMs });
            });
      // Those due now wait for a place or for their equal to end: that wakes us.
      const next = await nextInMs();
      return { jobs, nextInMs: next <= 0 ? pollMs : Math.min(next, pollMs) };
    },
    keep: (jobs) =>
      database.write(async (trx) => {
        await trx
          .updateTable('job')
          .set({ lease_until: clock.now() + leaseMs })
          .where('state', '=', 'running')
          .where('owner', '=', owner)
          .where(
            'id',
            'in',
            jobs.map(({ id }) => id),
          )
          .execute();
      }),
    keepMs: leaseMs / 3,
  };
}
