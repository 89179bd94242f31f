import type { FeedState } from '../../http/index.ts';
import { houseSource } from '../../pipeline/embargoes/index.ts';
import { type FeedSource, type FeedSync, feedHealth, feedSources } from '../../pipeline/feeds/index.ts';
import type { WalkContext } from '../../worker/index.ts';

const dayMs = 86_400_000;

/** The feeds that are read here, then those whose records are here all the same. */
export async function feedStates({ feeds, feedStore, clock }: WalkContext): Promise<readonly FeedState[]> {
  const syncs = new Map((await feedStore.states()).map((sync) => [sync.source, sync]));
  const now = clock.now();
  const readHere = new Set(feeds.map(({ source }) => source.id));
  const others = feedSources.filter(({ id }) => syncs.has(id) && !readHere.has(id));
  return [
    ...feeds.map(({ source, location, everyMs }) => ({
      ...stateOf(source, syncs.get(source.id) ?? null, { everyMs, now }),
      ...(location.kind === 'url'
        ? { url: withoutKeys(location.url), readFrom: 'address' as const }
        : { url: source.defaultUrl, readFrom: 'copy' as const }),
    })),
    ...others.map((source) => ({
      // A bundle is carried by people: nobody does that every hour.
      ...stateOf(source, syncs.get(source.id) ?? null, { everyMs: Math.max(source.intervalMs, dayMs), now }),
      url: source.defaultUrl,
      readFrom: 'bundle' as const,
    })),
  ];
}

function stateOf(
  { id, title, licence, attribution }: FeedSource,
  sync: FeedSync | null,
  { everyMs, now }: { readonly everyMs: number; readonly now: number },
): Omit<FeedState, 'url' | 'readFrom'> {
  return {
    id,
    title,
    licence,
    attribution,
    ...feedHealth(sync, { intervalMs: everyMs }, now),
    records: sync?.records ?? 0,
    quarantined: sync?.quarantined ?? 0,
    lastSyncAt: sync?.successAt ?? null,
    lastChangeAt: sync?.changeAt ?? null,
    latency: sync?.latency ?? null,
  };
}

function withoutKeys(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}

/** The last good sync of any feed. */
export async function feedsSyncedAt({ feedStore }: WalkContext): Promise<number | null> {
  const instants = (await feedStore.states()).flatMap(({ source, successAt }) =>
    successAt === null || source === houseSource ? [] : [successAt],
  );
  return instants.length === 0 ? null : Math.max(...instants);
}
