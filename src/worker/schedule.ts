import type { EpochMs } from '../foundation/clock.ts';
import { messageOf } from '../foundation/errors.ts';
import type { FeedSync } from '../pipeline/feeds/index.ts';
import { createCacheGrowth } from './cache-growth.ts';
import type { WantedJob } from './jobs-after.ts';
import type { WalkContext } from './walk-context.ts';
import type { Worker } from './worker.ts';

const lookMs = 15_000;
const deliveriesLookMs = 2_000;
const escalateMs = 60_000;
/** Of the binary cache; what may go has waited for weeks. */
const collectMs = 6 * 3_600_000;
/** Of the days on which the support of a channel ends, and of what waited for an answer too long. */
const announceMs = 3_600_000;
const stallLookMs = 10 * 60_000;
/** A source that fails is asked again sooner than its interval, but never in a rush, and each time after a longer pause. */
const afterFailureMs = 10 * 60_000;
const longestPauseMs = 6 * 3_600_000;

/** What is due at `now`, by the last try of each feed and channel. */
export async function dueJobs(
  { feeds, channels, feedStore }: Pick<WalkContext, 'feeds' | 'channels' | 'feedStore'>,
  lastChannelSync: ReadonlyMap<string, EpochMs>,
  now: EpochMs,
): Promise<readonly WantedJob[]> {
  const syncs = new Map((await feedStore.states()).map((state) => [state.source, state]));
  const dueFeeds = feeds.flatMap(({ source, everyMs }): readonly WantedJob[] => {
    const sync = syncs.get(source.id);
    return sync === undefined || now - sync.attemptAt >= pauseOf(sync, everyMs)
      ? [{ kind: 'feed.sync', subject: source.id }]
      : [];
  });
  const dueChannels = channels
    .filter(({ upstream, line }) => upstream !== null || line.over !== null)
    .filter(({ id, everyMs }) => now - (lastChannelSync.get(id) ?? 0) >= everyMs)
    .map(({ id }): WantedJob => ({ kind: 'channel.sync', subject: id }));
  return [...dueFeeds, ...dueChannels];
}

function pauseOf({ failure, failures }: FeedSync, everyMs: number): number {
  return failure === null ? everyMs : Math.min(afterFailureMs * 2 ** (failures - 1), Math.max(everyMs, longestPauseMs));
}

/** Tries that are due again, and what was held for a digest or the end of quiet hours. */
export async function dueDeliveries({
  alerts,
  clock,
}: Pick<WalkContext, 'alerts' | 'clock'>): Promise<readonly WantedJob[]> {
  const { targets, held } = await alerts.due(clock.now());
  return [
    ...targets.map((subject): WantedJob => ({ kind: 'deliveries.send', subject })),
    ...(held ? [{ kind: 'alerts.plan', subject: '' } as const] : []),
  ];
}

/** Queues what is due, now and every few seconds, until the returned function is called. */
export function startSchedule(context: WalkContext, worker: Pick<Worker, 'enqueue'>): () => void {
  const { clock, log, feedStore, feeds } = context;
  const cacheGrowth = createCacheGrowth(context);
  const lastChannelSync = new Map<string, EpochMs>();
  let stallsSeenAt = 0;
  let escalatedAt = 0;
  let announcedAt = 0;
  const look = async () => {
    const now = clock.now();
    await context.findings.endClaims(now);
    await context.lapseProposals(now);
    const due = await dueJobs(context, lastChannelSync, now);
    for (const { kind, subject } of due) if (kind === 'channel.sync') lastChannelSync.set(subject, now);
    if (now - escalatedAt >= escalateMs) {
      escalatedAt = now;
      await worker.enqueue([{ kind: 'sla.escalate', subject: '' }]);
    }
    if (now - announcedAt >= announceMs) {
      announcedAt = now;
      await worker.enqueue([
        { kind: 'channels.announce', subject: '' },
        { kind: 'subscriptions.expire', subject: '' },
        // What became public before there were ids for it.
        { kind: 'publications.number', subject: '' },
      ]);
    }
    if (await context.embargoes.isDue(now)) await worker.enqueue([{ kind: 'embargoes.tend', subject: '' }]);
    await worker.enqueue([...due, ...(await cacheGrowth(now))]);
    if (now - stallsSeenAt < stallLookMs) return;
    stallsSeenAt = now;
    await feedStore.noteStalls(
      feeds.map(({ source, everyMs }) => ({ id: source.id, intervalMs: everyMs })),
      now,
    );
  };
  const lookQuietly = () =>
    void look().catch((error: unknown) => log.error('the schedule stumbled', { error: messageOf(error) }));
  const lookAtDeliveries = () =>
    void dueDeliveries(context)
      .then(worker.enqueue)
      .catch((error: unknown) => log.error('the deliveries stumbled', { error: messageOf(error) }));
  const collect = () =>
    void worker
      .enqueue([{ kind: 'cache.collect', subject: '' }])
      .catch((error: unknown) => log.error('the cache could not be tidied', { error: messageOf(error) }));
  // A push whose process died before it became a review.
  void worker.enqueue([{ kind: 'proposals.collect', subject: '' }]).catch(() => {});
  lookQuietly();
  const timers = [
    setInterval(lookQuietly, lookMs),
    setInterval(lookAtDeliveries, deliveriesLookMs),
    setInterval(collect, collectMs),
  ];
  return () => {
    for (const timer of timers) clearInterval(timer);
  };
}
