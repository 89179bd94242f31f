import type { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { AppError, messageOf } from '../../../foundation/errors.ts';
import type { FetchOutcome } from '../../../platform/fetcher/index.ts';
import type { ReadContext } from '../model.ts';
import { feedErrors } from './errors.ts';

export interface Validators {
  readonly etag?: string;
  readonly lastModified?: string;
}

export type Fetched =
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'absent' }
  | { readonly kind: 'content'; readonly body: Readable; readonly validators: Validators; readonly next?: string };

export interface FetchWhat {
  readonly url: string;
  readonly maxBytes: number;
  readonly timeoutMs?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly validators?: Validators;
  /** Before the second try, where `Retry-After` does not say; doubled from try to try. */
  readonly firstWaitMs?: number;
}

const maxTries = 5;
const maxWaitMs = 10 * 60_000;

/** One answer, with patience: throttling, server errors and broken connections are tried again, doubling the wait, or as `Retry-After` asks. */
export async function fetchBody(context: ReadContext, what: FetchWhat): Promise<Fetched> {
  return (await patiently(context, what, async (answer) => answer)) ?? { kind: 'absent' };
}

/** The whole answer in memory, or null when there is none. One that breaks off is asked for again. */
export async function fetchBytes(context: ReadContext, what: FetchWhat): Promise<Buffer | null> {
  return patiently(context, what, async (answer) => {
    if (answer.kind === 'unchanged') return null;
    const parts: Buffer[] = [];
    for await (const part of answer.body) parts.push(part as Buffer);
    return Buffer.concat(parts);
  });
}

type Refused = Extract<FetchOutcome, { readonly kind: 'refused' }>;
type Answer = Exclude<FetchOutcome, Refused>;
type Attempt<T> =
  | Refused
  | { readonly kind: 'failed'; readonly error: AppError }
  | { readonly kind: 'done'; readonly value: T };

/** Null when there is nothing at the address. */
async function patiently<T>(
  context: ReadContext,
  what: FetchWhat,
  take: (answer: Answer) => Promise<T>,
): Promise<T | null> {
  for (let attempt = 1; ; attempt++) {
    const outcome = await attemptOnce(context, what, take);
    if (outcome.kind === 'done') return outcome.value;
    if (outcome.kind === 'refused' && (outcome.status === 404 || outcome.status === 410)) return null;
    const pause = outcome.kind === 'refused' ? pauseAfter(outcome) : 0;
    if (pause === null || attempt === maxTries || pause > maxWaitMs)
      throw outcome.kind === 'failed' ? outcome.error : refusal(outcome);
    // The clock's last digits spread the instances of a fleet; nothing depends on their being random.
    const backOff = (what.firstWaitMs ?? 500) * 2 ** (attempt - 1) + (context.clock.now() % 250);
    const waitMs = outcome.kind === 'refused' && outcome.retryAfterMs !== null ? outcome.retryAfterMs : backOff;
    context.progress.step(`waiting ${Math.ceil(waitMs / 1000)} s for ${new URL(what.url).host}`);
    await wait(waitMs, undefined, { signal: context.signal });
  }
}

async function attemptOnce<T>(
  context: ReadContext,
  { firstWaitMs, ...request }: FetchWhat,
  take: (answer: Answer) => Promise<T>,
): Promise<Attempt<T>> {
  context.signal.throwIfAborted();
  try {
    const outcome = await context.fetcher.fetch({ timeoutMs: 10 * 60_000, signal: context.signal, ...request });
    return outcome.kind === 'refused' ? outcome : { kind: 'done', value: await take(outcome) };
  } catch (error) {
    if (error instanceof AppError && error.retryable && !context.signal.aborted) return { kind: 'failed', error };
    throw error;
  }
}

/** How long the server wants us to wait; null where waiting does not help. */
function pauseAfter({ status, retryAfterMs }: Refused): number | null {
  // The NVD answers 403 to too many requests.
  const passes = status === 403 || status === 408 || status === 429 || status >= 500;
  return passes ? (retryAfterMs ?? 0) : null;
}

function refusal(refused: Refused): AppError {
  const isThrottled = refused.status === 429 || (refused.status === 403 && refused.retryAfterMs !== null);
  return new AppError(isThrottled ? feedErrors.throttled : feedErrors.refused, messageOf(refused.message), {
    hint: isThrottled
      ? 'The next sync goes on; a key, where the source gives one, raises its limit.'
      : 'Check the address and the key in the configuration; the next sync tries again.',
  });
}
