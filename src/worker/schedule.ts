import type { EpochMs } from '../foundation/clock.ts';
import type { WantedJob } from './jobs-after.ts';
import type { WalkContext } from './walk-context.ts';
import type { Worker } from './worker.ts';

const lookMs = 15_000;
/** A source that fails is asked again sooner than its interval, but never in a rush. */
const afterFailureMs = 10 * 60_000;

/** What is due now, by the last try of each feed and channel. */
export async function dueJobs(
  context: WalkContext,
  lastChannelSync: ReadonlyMap<string, EpochMs>,
): Promise<readonly WantedJob[]> {
  const now = context.clock.now();
  const syncs = new Map((await context.feedStore.states()).map((state) => [state.source, state]));
  const feeds = context.feeds.flatMap(({ source, everyMs }): readonly WantedJob[] => {
    const sync = syncs.get(source.id);
    const wait = sync?.failure ? Math.min(everyMs, afterFailureMs) : everyMs;
    return sync === undefined || now - sync.attemptAt >= wait ? [{ kind: 'feed.sync', subject: source.id }] : [];
  });
  const channels = context.channels
    .filter(({ id, upstream, everyMs }) => upstream !== null && now - (lastChannelSync.get(id) ?? 0) >= everyMs)
    .map(({ id }): WantedJob => ({ kind: 'channel.sync', subject: id }));
  return [...feeds, ...channels];
}

/** Queues what is due, now and every few seconds, until the returned function is called. */
export function startSchedule(context: WalkContext, worker: Worker): () => void {
  const lastChannelSync = new Map<string, EpochMs>();
  const look = async () => {
    const due = await dueJobs(context, lastChannelSync);
    for (const { kind, subject } of due) if (kind === 'channel.sync') lastChannelSync.set(subject, context.clock.now());
    await worker.enqueue(due);
  };
  const lookQuietly = () =>
    void look().catch((error: unknown) => context.log.error('the schedule stumbled', { error: String(error) }));
  lookQuietly();
  const timer = setInterval(lookQuietly, lookMs);
  return () => clearInterval(timer);
}
