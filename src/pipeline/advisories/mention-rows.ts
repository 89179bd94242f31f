import type { Kysely } from 'kysely';
import { inParts } from '../../foundation/in-parts.ts';
import { type Database, insertRows } from '../../platform/database/index.ts';
import type { FeedStore } from '../feeds/index.ts';
import { type Mention, mentionsOf } from './mentions.ts';
import type { AdvisoriesTables } from './tables.ts';

/** By record; one without a row is not in the answer. */
export async function mentionsOfRecords(
  db: Kysely<AdvisoriesTables>,
  keys: readonly number[],
): Promise<ReadonlyMap<number, readonly Mention[]>> {
  const found = new Map<number, Mention[]>();
  for (const part of inParts(keys)) {
    const rows = await db
      .selectFrom('advisory_mention')
      .select(['record_key', 'vulnerability_id', 'kind'])
      .where('record_key', 'in', part)
      .execute();
    for (const row of rows) {
      const mention = { id: row.vulnerability_id, kind: row.kind as Mention['kind'] };
      const own = found.get(row.record_key);
      if (own === undefined) found.set(row.record_key, [mention]);
      else own.push(mention);
    }
  }
  return found;
}

/** Makes the mentions of these records what they say now; writes only what differs. */
export async function updateMentions(
  db: Database<AdvisoriesTables>,
  feeds: Pick<FeedStore, 'records'>,
  keys: readonly number[],
): Promise<void> {
  const records = await feeds.records(keys);
  const before = await mentionsOfRecords(db.read, keys);
  const changed = keys.flatMap((key) => {
    const record = records.get(key);
    const mentions = record === undefined ? [] : mentionsOf(record);
    return isSame(before.get(key) ?? [], mentions) ? [] : [{ key, mentions }];
  });
  if (changed.length === 0) return;
  await db.write(async (trx) => {
    for (const part of inParts(changed.map(({ key }) => key).filter((key) => before.has(key))))
      await trx.deleteFrom('advisory_mention').where('record_key', 'in', part).execute();
    await insertRows(trx, {
      dialect: db.dialect,
      table: 'advisory_mention',
      columns: ['vulnerability_id', 'kind', 'record_key'],
      // Another merge may be at it too.
      existing: 'kept',
      rows: changed.flatMap(({ key, mentions }) => mentions.map(({ id, kind }) => [id, kind, key])),
    });
  });
}

function isSame(a: readonly Mention[], b: readonly Mention[]): boolean {
  const text = (mentions: readonly Mention[]) =>
    mentions
      .map(({ id, kind }) => `${kind} ${id}`)
      .sort()
      .join('\n');
  return a.length === b.length && text(a) === text(b);
}
