import { silentProgress } from '../../platform/log/index.ts';
import type { AffectedProduct, FeedItem, FeedRecord, FeedSource } from './model.ts';
import { blankRecord } from './normalising/blank-record.ts';
import type { FeedStore } from './store.ts';
import { type SyncOutcome, syncFeed } from './sync-feed.ts';

/** A record that says nothing but what is given. */
export function recordOf(given: Partial<FeedRecord> & Pick<FeedRecord, 'id'>): FeedRecord {
  return { ...blankRecord('test', given.id), ...given };
}

/** A product by vendor and name, affected below `fixed`. */
export function affectedBelow(product: string, fixed: string): AffectedProduct {
  return {
    identity: { kind: 'product', vendor: 'test', product },
    scheme: 'generic',
    ranges: [{ lo: null, loInclusive: false, hi: fixed, hiInclusive: false }],
    versions: [],
    unaffected: [],
    otherwise: 'unknown',
    weak: null,
    platforms: [],
    component: null,
  };
}

/** The item that a source makes of a record: its raw text is the record as JSON. */
export function itemOf(record: FeedRecord): FeedItem {
  return { kind: 'record', record, raw: JSON.stringify(record) };
}

export function sourceOf(
  id: string,
  read: (cursor: string | null) => Iterable<FeedItem> | AsyncIterable<FeedItem>,
): FeedSource {
  return {
    id,
    title: id,
    licence: 'CC0-1.0',
    attribution: '',
    homepage: 'https://example.org/',
    defaultUrl: 'https://example.org/feed',
    intervalMs: 3_600_000,
    optIn: null,
    read: async function* (context) {
      yield* read(context.cursor);
    },
  };
}

/** One sync at the instant `at`, of items given or of a source's own reading. */
export function syncItems(given: {
  readonly store: FeedStore;
  readonly source?: string;
  readonly items: Parameters<typeof sourceOf>[1] | readonly FeedItem[];
  readonly at?: number;
  readonly signal?: AbortSignal;
}): Promise<SyncOutcome> {
  const { items } = given;
  return syncFeed({
    source: sourceOf(given.source ?? 'test', typeof items === 'function' ? items : () => items),
    location: { kind: 'path', path: 'feed' },
    secret: null,
    store: given.store,
    fetcher: {
      fetch: async () => {
        throw new Error('no network here');
      },
    },
    clock: { now: () => given.at ?? 1_800_000_000_000 },
    progress: silentProgress,
    signal: given.signal ?? new AbortController().signal,
  });
}
