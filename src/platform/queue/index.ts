/** A job: `kind` names the handler, `key` deduplicates (one waiting job a kind and key), `payload` is small JSON. */
export interface Job {
  readonly id: string;
  readonly kind: string;
  readonly key: string;
  readonly payload: Readonly<Record<string, unknown>>;
  /** 1 at the first try. */
  readonly attempt: number;
}

export interface JobCounts {
  readonly waiting: number;
  readonly running: number;
  readonly dead: number;
}

/**
 * Durable jobs, at least once. Handlers are idempotent. A job whose process died is handed out again.
 * A handler that throws is tried again with back-off (1 s doubling, at most 5 tries), then kept as dead with its error.
 */
export interface Queue {
  /** Resolves once the job is durable. While an equal (kind, key) waits, nothing is added. */
  readonly enqueue: (job: { readonly kind: string; readonly key: string; readonly payload: Job['payload']; readonly runAt?: number }) => Promise<void>;
  /** Starts handing out jobs of the given kinds, `concurrency` at a time. */
  readonly start: (handlers: Readonly<Record<string, (job: Job, signal: AbortSignal) => Promise<void>>>, concurrency: number) => Promise<void>;
  readonly counts: () => Promise<JobCounts>;
  readonly dead: () => Promise<readonly { readonly id: string; readonly kind: string; readonly key: string; readonly error: string }[]>;
  /** Resolves when nothing waits and nothing runs. */
  readonly idle: () => Promise<void>;
  /** Stops handing out, signals the running jobs to abort, waits for them. */
  readonly stop: () => Promise<void>;
}
