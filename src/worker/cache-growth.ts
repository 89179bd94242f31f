import type { EpochMs } from '../foundation/clock.ts';
import type { WantedJob } from './jobs-after.ts';
import type { WalkContext } from './walk-context.ts';

/** Uploads come by the thousand: one look when they pause, and one now and then when they do not. */
const pauseMs = 10_000;
const longestWaitMs = 5 * 60_000;

/** Says, when releases or the clocks of their fixes wait for the cache and it has grown, which channels to settle again. */
export function createCacheGrowth({
  cache,
  channels,
  automaticReleases,
  findings,
}: Pick<WalkContext, 'cache' | 'channels' | 'automaticReleases'> & {
  readonly findings: Pick<WalkContext['findings'], 'awaitingCache' | 'attrsAwaitingProof'>;
}): (now: EpochMs) => Promise<readonly WantedJob[]> {
  const isGated = automaticReleases && Object.values(cache.minimum).some((minimum) => minimum > 0);
  let seen: EpochMs | null = null;
  let lookedAt = 0;
  const isAwaited = async () => {
    for (const { id } of channels) {
      if ((await findings.awaitingCache(id)).length > 0) return true;
      if ((await findings.attrsAwaitingProof(id)).length > 0) return true;
    }
    return false;
  };
  return async (now) => {
    const newest = isGated || (await isAwaited()) ? await cache.store.newestAt() : null;
    if (newest === null || newest === seen) return [];
    if (now - newest < pauseMs && now - lookedAt < longestWaitMs) return [];
    seen = newest;
    lookedAt = now;
    return channels.map(({ id }) => ({ kind: 'channel.settle', subject: id }));
  };
}
