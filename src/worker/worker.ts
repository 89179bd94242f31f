import { messageOf } from '../foundation/errors.ts';
import { advanceCursor, cursorOf, eventsAfter, type JournalEvent, type JournalTables } from '../journal/index.ts';
import type { Database } from '../platform/database/index.ts';
import type { Queue } from '../platform/queue/index.ts';
import { type JobKind, jobHandlers } from './jobs/index.ts';
import { jobsAfter, type WantedJob } from './jobs-after.ts';
import type { WalkContext } from './walk-context.ts';

const reader = 'worker';
const eventsTogether = 200;
const followMs = 2_000;
const eventsReported = 1_000;

export interface RunReport {
  /** What happened meanwhile, oldest first; at most 1,000. */
  readonly events: readonly JournalEvent[];
  /** Jobs that were tried and given up meanwhile. */
  readonly failed: readonly { readonly kind: string; readonly key: string; readonly error: string }[];
}

export interface Worker {
  /** Hands out jobs until `stop`. */
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
  readonly enqueue: (jobs: readonly WantedJob[]) => Promise<void>;
  /** Does these jobs and all that follows from them, then stops. */
  readonly run: (jobs: readonly WantedJob[], signal: AbortSignal) => Promise<RunReport>;
  /** Resolves when nothing waits, nothing runs and every event was followed. */
  readonly settled: () => Promise<void>;
}

/** Follows the journal and turns its events into jobs. Killed at any point, it does the rest when it starts again. */
export function createWorker(given: {
  readonly context: WalkContext;
  readonly database: Database<JournalTables>;
  readonly queue: Queue;
}): Worker {
  const { context, database, queue } = given;
  let timer: NodeJS.Timeout | undefined;
  let following: Promise<boolean> = Promise.resolve(false);

  const enqueue = async (jobs: readonly WantedJob[]) => {
    for (const { kind, subject } of jobs) await queue.enqueue({ kind, key: subject, payload: {} });
  };

  /** Queues what the next events ask for and moves the cursor, in one transaction. */
  const followOnce = async (): Promise<boolean> => {
    const events = await eventsAfter(database, await cursorOf(database, reader), eventsTogether);
    const last = events.at(-1);
    if (last === undefined) return false;
    const wanted = new Map<string, WantedJob>();
    for (const event of events)
      for (const job of jobsAfter(event, context.channels))
        if (!isOff(job, context)) wanted.set(`${job.kind} ${job.subject}`, job);
    await database.write(async (trx) => {
      for (const { kind, subject } of wanted.values()) await queue.enqueueIn(trx, { kind, key: subject, payload: {} });
      await advanceCursor(trx, reader, last.sequence);
    });
    return true;
  };
  const follow = (): Promise<boolean> => {
    following = following.catch(() => false).then(followOnce);
    return following;
  };
  const followQuietly = () =>
    follow().catch((error: unknown) => {
      context.log.error('the journal could not be followed', { error: messageOf(error) });
      return false;
    });

  const handlers = Object.fromEntries(
    Object.entries(jobHandlers).map(([kind, handle]) => [
      kind as JobKind,
      async (job: { readonly key: string; readonly attempt: number }, signal: AbortSignal) => {
        await handle({ context, subject: job.key, attempt: job.attempt, signal });
        await follow();
      },
    ]),
  );

  const start = async () => {
    await followQuietly();
    await queue.start(handlers, 2);
    timer = setInterval(() => void followQuietly(), followMs);
    timer.unref();
  };
  const stop = async () => {
    clearInterval(timer);
    await queue.stop();
    await following.catch(() => false);
  };
  const settled = async () => {
    do await queue.idle();
    while (await follow());
    await queue.idle();
  };

  return {
    start,
    stop,
    enqueue,
    settled,
    run: async (jobs, signal) => {
      const before = await lastSequenceOf(database);
      const deadBefore = new Set((await queue.dead()).map(({ id }) => id));
      const abort = Promise.withResolvers<void>();
      const onAbort = () => abort.resolve();
      signal.addEventListener('abort', onAbort, { once: true });
      await enqueue(jobs);
      await start();
      await Promise.race([settled(), abort.promise]);
      await stop();
      signal.removeEventListener('abort', onAbort);
      signal.throwIfAborted();
      const failed = (await queue.dead()).filter(({ id }) => !deadBefore.has(id));
      return { events: await eventsAfter(database, before, eventsReported), failed };
    },
  };
}

/** What the settings leave out. */
function isOff({ kind }: WantedJob, { proposes, readsFixes }: WalkContext): boolean {
  return (kind === 'proposal.make' && !proposes) || (kind === 'fixes.read' && !readsFixes);
}

async function lastSequenceOf(database: Database<JournalTables>): Promise<number> {
  const row = await database.read
    .selectFrom('journal_event')
    .select(({ fn }) => fn.max('sequence').as('last'))
    .executeTakeFirst();
  return row?.last ?? 0;
}
