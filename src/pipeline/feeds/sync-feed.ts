import type { Clock } from '../../foundation/clock.ts';
import { AppError, adviceOf } from '../../foundation/errors.ts';
import type { Fetcher } from '../../platform/fetcher/index.ts';
import type { Progress } from '../../platform/log/index.ts';
import type { SyncEnd } from './end-sync.ts';
import { syncErrors } from './errors.ts';
import type { FeedLocation, FeedSource } from './model.ts';
import type { BatchItem } from './plan-batch.ts';
import type { FeedStore } from './store.ts';
import type { FeedIncident, SyncCounts } from './sync-rules.ts';
import type { SyncRun } from './sync-run.ts';

export type SyncOutcome =
  | { readonly kind: 'synced'; readonly counts: SyncCounts; readonly incident: FeedIncident | null }
  /** The source said that there is nothing new. */
  | { readonly kind: 'unchanged' }
  /** The feed could not be read to its end; what came before is kept. */
  | { readonly kind: 'failed'; readonly error: unknown; readonly message: string; readonly retryable: boolean }
  /** The signal asked for it. */
  | { readonly kind: 'stopped' }
  /** Another sync of the same source began meanwhile. */
  | { readonly kind: 'superseded' };

const itemsTogether = 2000;
const rawTogether = 8 * 1024 * 1024;

/** Reads one source and stores what changed. Safe to repeat at any time, also after it was killed. */
export async function syncFeed(given: {
  readonly source: FeedSource;
  readonly location: FeedLocation;
  readonly secret: string | null;
  readonly store: FeedStore;
  readonly fetcher: Fetcher;
  readonly clock: Clock;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}): Promise<SyncOutcome> {
  const { source, location, store, clock, signal } = given;
  const run = await store.beginSync({ source: source.id, location, at: clock.now() });
  try {
    const end = await readInto(run, given);
    const { counts, incident } = await run.end({ ...end, at: clock.now() });
    return end.kind === 'unchanged' ? { kind: 'unchanged' } : { kind: 'synced', counts, incident };
  } catch (error) {
    if (error instanceof AppError && error.code === syncErrors.superseded.code) return { kind: 'superseded' };
    if (signal.aborted) return { kind: 'stopped' };
    const message = adviceOf(error);
    await run.fail(message, clock.now());
    return { kind: 'failed', error, message, retryable: !(error instanceof AppError) || error.retryable };
  }
}

async function readInto(
  run: SyncRun,
  { source, location, secret, fetcher, clock, progress, signal }: Parameters<typeof syncFeed>[0],
): Promise<SyncEnd> {
  let items: BatchItem[] = [];
  let size = 0;
  let done = 0;
  const flush = async () => {
    if (items.length > 0) await run.write(items, clock.now());
    done += items.length;
    [items, size] = [[], 0];
    progress.advance(done, null, `records of ${source.id}`);
  };
  const context = { location, cursor: run.cursor, fetcher, clock, secret, progress, signal };
  try {
    for await (const item of source.read(context)) {
      signal.throwIfAborted();
      if (item.kind === 'unchanged') return item;
      if (item.kind === 'end') {
        await flush();
        return item;
      }
      if (item.kind === 'reached') {
        await flush();
        await run.reach(item.cursor);
        continue;
      }
      items.push(item);
      size += item.kind === 'gone' ? 0 : item.raw.length;
      if (items.length >= itemsTogether || size >= rawTogether) await flush();
    }
  } catch (error) {
    // What came before the failure is good.
    if (!signal.aborted) await flush();
    throw error;
  }
  await flush();
  throw new AppError(syncErrors.unfinished, `${source.id} ended without saying that it is the end`);
}
