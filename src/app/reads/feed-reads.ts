import type { FeedState } from '../../http/index.ts';
import { houseSource } from '../../pipeline/embargoes/index.ts';
import { feedHealth } from '../../pipeline/feeds/index.ts';
import type { WalkContext } from '../../worker/index.ts';

export async function feedStates({ feeds, feedStore, clock }: WalkContext): Promise<readonly FeedState[]> {
  const syncs = new Map((await feedStore.states()).map((sync) => [sync.source, sync]));
  return feeds.map(({ source, location, everyMs }) => {
    const sync = syncs.get(source.id) ?? null;
    return {
      id: source.id,
      title: source.title,
      licence: source.licence,
      attribution: source.attribution,
      url: location.kind === 'url' ? location.url : source.defaultUrl,
      ...feedHealth(sync, { intervalMs: everyMs }, clock.now()),
      records: sync?.records ?? 0,
      quarantined: sync?.quarantined ?? 0,
      lastSyncAt: sync?.successAt ?? null,
      lastChangeAt: sync?.changeAt ?? null,
      latency: sync?.latency ?? null,
    };
  });
}

/** The last good sync of any feed. */
export async function feedsSyncedAt({ feedStore }: WalkContext): Promise<number | null> {
  const instants = (await feedStore.states()).flatMap(({ source, successAt }) =>
    successAt === null || source === houseSource ? [] : [successAt],
  );
  return instants.length === 0 ? null : Math.max(...instants);
}
