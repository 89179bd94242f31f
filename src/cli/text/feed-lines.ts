import type { FeedState, Page, QuarantinedRow } from '../../http/ports.ts';
import { ago, duration } from '../../http/web/format-time.ts';
import { columns } from './columns.ts';

export function feedLines(feeds: readonly FeedState[], now: number): readonly string[] {
  if (feeds.length === 0) return ['No feed is set up. Add one under [feeds] in snowguard.toml.'];
  return columns([
    ['feed', 'state', 'records', 'set aside', 'last good sync', 'last change', 'latency', ''],
    ...feeds.map((feed) => [
      feed.id,
      feed.state,
      feed.records.toLocaleString('en-GB'),
      feed.quarantined.toLocaleString('en-GB'),
      feed.lastSyncAt === null ? 'never' : ago(feed.lastSyncAt, now),
      feed.lastChangeAt === null ? '' : ago(feed.lastChangeAt, now),
      feed.latency === null ? '' : duration(feed.latency.medianMs),
      (feed.state === 'incident' ? incidentAdvice(feed.id, feed.message ?? '') : feed.message) ?? '',
    ]),
  ]);
}

/** What to do about a feed that is suspect. */
export function incidentAdvice(id: string, message: string): string {
  return `${message}. Nothing is deleted; if the source is right: snowguard feeds accept ${id}`;
}

export function quarantineLines({ items, next }: Page<QuarantinedRow>): readonly string[] {
  if (items.length === 0) return ['Nothing is set aside. Every record that came could be read.'];
  return [
    ...columns(items.map(({ source, recordId, reason }) => [source, recordId, reason])),
    ...(next === null ? [] : [`More: snowguard feeds quarantine --after "${next}"`]),
  ];
}
