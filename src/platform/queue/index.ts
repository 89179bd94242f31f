import type { Transaction } from 'kysely';

export { isWorthAnotherTry } from './back-off.ts';

/** A job: `kind` names the handler, `key` deduplicates (one waiting job a kind and key), `payload` is small JSON. */
export interface Job {
  readonly id: string;
  readonly kind: string;
  readonly key: string;
  readonly payload: Readonly<Record<string, unknown>>;
  /** 1 at the first try. */
  readonly attempt: number;
}

export interface NewJob {
  readonly kind: string;
  readonly key: string;
  readonly payload: Job['payload'];
  /** Not before this instant. */
  readonly runAt?: number;
}

export type JobHandler = (job: Job, signal: AbortSignal) => Promise<void>;

export interface JobCounts {
  readonly waiting: number;
  readonly running: number;
  readonly dead: number;
}

export interface DeadJob {
  readonly id: string;
  readonly kind: string;
  readonly key: string;
  readonly error: string;
}

/**
 * Durable jobs, at least once. Handlers are idempotent. A job whose process died is handed out again. Two jobs of
 * equal kind and key never run at the same time.
 * A handler that throws is tried again with back-off (1 s doubling, at most 5 tries), then kept as dead with its error;
 * an `AppError` that is not retryable makes it dead at once. One that throws because it was told to stop has not tried.
 */
export interface Queue {
  /** Resolves once the job is durable. While an equal (kind, key) waits, nothing is added. */
  readonly enqueue: (job: NewJob) => Promise<void>;
  /** The same in a transaction of the database that holds the jobs: the job is there when the transaction commits. */
  readonly enqueueIn: <Tables>(trx: Transaction<Tables>, job: NewJob) => Promise<void>;
  /** Starts handing out jobs of the given kinds, `concurrency` at a time. */
  readonly start: (handlers: Readonly<Record<string, JobHandler>>, concurrency: number) => Promise<void>;
  readonly counts: () => Promise<JobCounts>;
  /** Oldest first, at most 1,000. */
  readonly dead: () => Promise<readonly DeadJob[]>;
  /** Lets a dead job wait again as if it were new; false when there is none with this id. */
  readonly retryDead: (id: string) => Promise<boolean>;
  /** Resolves when nothing waits (for a later instant neither) and nothing runs, or once the queue was stopped. */
  readonly idle: () => Promise<void>;
  /** Stops handing out, signals the running jobs to abort, waits for them. `start` may follow. */
  readonly stop: () => Promise<void>;
}
