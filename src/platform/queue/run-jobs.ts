import { messageOf } from '../../foundation/errors.ts';
import type { Log } from '../log/index.ts';
import type { Job, JobHandler } from './index.ts';
import { createWakeUp } from './wake-up.ts';

export interface EndedJob {
  readonly job: Job;
  readonly how:
    | { readonly kind: 'done' }
    | { readonly kind: 'stopped' }
    | { readonly kind: 'failed'; readonly error: unknown };
}

/** Where jobs come from and where it is written down how they ended. */
export interface JobSource {
  /**
   * Writes down all of `ended`, then hands out at most `free` jobs; `nextInMs` is when more may be due. `woken` says
   * that there probably are some, though a transaction that adds them may not be over yet.
   */
  readonly turn: (turn: {
    readonly ended: readonly EndedJob[];
    readonly free: number;
    readonly woken: boolean;
  }) => Promise<{ readonly jobs: readonly Job[]; readonly nextInMs: number }>;
  /** Says that these still run, every `keepMs`. */
  readonly keep: (jobs: readonly Job[]) => Promise<void>;
  readonly keepMs: number;
}

export interface JobRunner {
  /** There may be a new job. */
  readonly wake: () => void;
  /** Waits for the next turn, at most so long. */
  readonly turned: (ms: number) => Promise<void>;
  readonly stop: () => Promise<void>;
}

const pauseAfterErrorMs = 1_000;

/** Runs the jobs of a source, `concurrency` at a time, until it is stopped. */
export function runJobs(given: {
  readonly source: JobSource;
  readonly handlers: Readonly<Record<string, JobHandler>>;
  readonly concurrency: number;
  readonly log: Log;
}): JobRunner {
  const { source, handlers, concurrency, log } = given;
  const running = new Set<Job>();
  const ended: EndedJob[] = [];
  const abort = new AbortController();
  const { signal } = abort;
  const something = createWakeUp();
  const turned = createWakeUp();
  let woken = false;

  const wake = () => {
    woken = true;
    something.announce();
  };
  const begin = async (job: Job) => {
    running.add(job);
    let how: EndedJob['how'] = { kind: 'done' };
    try {
      await handlers[job.kind]?.(job, signal);
    } catch (error) {
      how = signal.aborted ? { kind: 'stopped' } : { kind: 'failed', error };
    }
    running.delete(job);
    ended.push({ job, how });
    wake();
  };
  /** How long nothing can be due. */
  const takeTurn = async (): Promise<number> => {
    const turn = {
      ended: ended.splice(0),
      free: signal.aborted ? 0 : concurrency - running.size,
      woken,
    };
    woken = false;
    try {
      const { jobs, nextInMs } = await source.turn(turn);
      for (const job of jobs) void begin(job);
      return nextInMs;
    } catch (error) {
      log.error('the job queue does not answer', { error: messageOf(error) });
      // Stopping must come to an end: whoever takes over hands these jobs out again.
      if (!signal.aborted) ended.unshift(...turn.ended);
      return pauseAfterErrorMs;
    }
  };
  const loop = async () => {
    for (;;) {
      const waitMs = await takeTurn();
      turned.announce();
      if (signal.aborted && running.size === 0 && ended.length === 0) return;
      if (!woken) await something.wait(waitMs);
    }
  };
  const keeping = setInterval(() => {
    if (running.size === 0) return;
    source
      .keep([...running])
      .catch((error) => log.error('running jobs could not be kept', { error: messageOf(error) }));
  }, source.keepMs);
  const finished = loop();

  return {
    wake,
    turned: turned.wait,
    stop: async () => {
      abort.abort();
      wake();
      await finished;
      clearInterval(keeping);
      turned.announce();
    },
  };
}
