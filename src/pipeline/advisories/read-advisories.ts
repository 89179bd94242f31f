import type { Kysely } from 'kysely';
import { inParts } from '../../foundation/in-parts.ts';
import type { FeedRecord, FeedStore } from '../feeds/index.ts';
import { isCve } from './mentions.ts';
import { mergeRecords } from './merge-records.ts';
import type { Advisory } from './model.ts';
import type { AdvisoriesTables } from './tables.ts';

/** Merges advisories anew from what the feeds hold now, in the order asked for. */
export async function readAdvisories(
  db: Kysely<AdvisoriesTables>,
  feeds: Pick<FeedStore, 'records' | 'scores'>,
  ids: readonly string[],
): Promise<readonly Advisory[]> {
  const aliases = new Map<string, string[]>();
  const members = new Map<string, { readonly own: number[]; readonly linked: number[] }>();
  for (const part of inParts(ids)) {
    const names = await db
      .selectFrom('advisory_alias')
      .select(['advisory_id', 'alias'])
      .where('advisory_id', 'in', part)
      .where('is_linked', '=', 0)
      .orderBy('alias')
      .execute();
    for (const row of names) entry(aliases, row.advisory_id, () => []).push(row.alias);
    const rows = await db.selectFrom('advisory_member').selectAll().where('advisory_id', 'in', part).execute();
    for (const row of rows) {
      const keys = entry(members, row.advisory_id, () => ({ own: [], linked: [] }));
      (row.is_linked === 1 ? keys.linked : keys.own).push(row.record_key);
    }
  }
  const keys = [...members.values()].flatMap(({ own, linked }) => [...own, ...linked]);
  const records = await feeds.records([...new Set(keys)]);
  const scores = await feeds.scores([...aliases.values()].flat().filter(isCve));
  return ids.flatMap((id) => {
    const own = aliases.get(id);
    const keysOf = members.get(id);
    if (own === undefined || keysOf === undefined) return [];
    return mergeRecords({
      id,
      ids: own,
      own: recordsOf(records, keysOf.own),
      linked: recordsOf(records, keysOf.linked),
      epss: highest(own.flatMap((name) => scores.get(name) ?? [])),
    });
  });
}

function recordsOf(records: ReadonlyMap<number, FeedRecord>, keys: readonly number[]): readonly FeedRecord[] {
  return keys.flatMap((key) => records.get(key) ?? []);
}

function highest(scores: readonly number[]): number | null {
  return scores.length === 0 ? null : Math.max(...scores);
}

function entry<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
