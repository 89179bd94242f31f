import type { Transaction } from 'kysely';
import type { EpochMs } from '../../foundation/clock.ts';
import { appendEvent } from '../../journal/index.ts';
import { incidentOf } from './feed-sync.ts';
import type { FeedSource } from './model.ts';
import { retireRecords } from './retire-records.ts';
import type { Tables } from './run-state.ts';
import { type FeedIncident, stallOf } from './sync-rules.ts';

export async function announceIncident(
  trx: Transaction<Tables>,
  source: string,
  { what, message, at }: Omit<FeedIncident, 'what'> & { readonly what: FeedIncident['what'] | 'failed' },
): Promise<void> {
  await appendEvent(trx, {
    at,
    kind: 'feeds.incident',
    subject: source,
    actor: 'robot',
    payload: { source, what, message },
  });
}

export async function acceptIncident(
  trx: Transaction<Tables>,
  { source, at, actor }: { readonly source: string; readonly at: EpochMs; readonly actor: string },
): Promise<FeedIncident | null> {
  const row = await trx.selectFrom('feed_source').selectAll().where('source', '=', source).executeTakeFirst();
  const incident = incidentOf(row?.incident ?? null);
  if (row === undefined || incident === null) return null;
  const missing =
    incident.what === 'shrank'
      ? await trx
          .selectFrom('feed_record')
          .select('id')
          .where('source', '=', source)
          .where('state', '!=', 'gone')
          .where('missing_since', 'is not', null)
          .execute()
      : [];
  await retireRecords(
    trx,
    missing.map(({ id }) => id),
  );
  await trx
    .updateTable('feed_source')
    .set({
      incident: null,
      records: row.records - missing.length,
      ...(missing.length > 0 ? { change_at: at } : {}),
    })
    .where('source', '=', source)
    .execute();
  if (missing.length > 0)
    await appendEvent(trx, {
      at,
      kind: 'feeds.synced',
      subject: source,
      actor,
      payload: { source, added: 0, changed: 0, unchanged: 0, rejected: 0, gone: missing.length },
    });
  await appendEvent(trx, {
    at,
    kind: 'feeds.incident-accepted',
    subject: source,
    actor,
    payload: { source, what: incident.what, gone: missing.length },
  });
  return incident;
}

export async function noteStalls(
  trx: Transaction<Tables>,
  sources: readonly Pick<FeedSource, 'id' | 'intervalMs'>[],
  at: EpochMs,
): Promise<readonly string[]> {
  const intervals = new Map(sources.map((source) => [source.id, source.intervalMs]));
  const rows = await trx
    .selectFrom('feed_source')
    .select(['source', 'success_at'])
    .where('incident', 'is', null)
    .orderBy('source')
    .execute();
  const stalled: string[] = [];
  for (const row of rows) {
    const intervalMs = intervals.get(row.source);
    const message = intervalMs === undefined ? null : stallOf(row.success_at, intervalMs, at);
    if (message === null) continue;
    const incident: FeedIncident = { what: 'stalled', message, at };
    await trx
      .updateTable('feed_source')
      .set({ incident: JSON.stringify(incident) })
      .where('source', '=', row.source)
      .execute();
    await announceIncident(trx, row.source, incident);
    stalled.push(row.source);
  }
  return stalled;
}
