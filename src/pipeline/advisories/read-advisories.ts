import type { Kysely } from 'kysely';
import { inParts } from '../../foundation/in-parts.ts';
import type { FeedStore, RecordClaims } from '../feeds/index.ts';
import { isCve } from './mentions.ts';
import { type MergeInput, mergeFacts, mergeRecords } from './merge-records.ts';
import type { Advisory, AdvisoryFacts } from './model.ts';
import type { AdvisoriesTables } from './tables.ts';

type Member = AdvisoriesTables['advisory_member'];

export interface AdvisoryOfRecords {
  readonly advisory: AdvisoryFacts;
  /** Of all its records. */
  readonly recordKeys: readonly number[];
}

const together = 500;

/** Merges advisories anew from what the feeds hold now, in the order asked for. */
export async function readAdvisories(
  db: Kysely<AdvisoriesTables>,
  feeds: Pick<FeedStore, 'records' | 'scores'>,
  ids: readonly string[],
): Promise<readonly Advisory[]> {
  const rows = await membersOf(db, ids);
  const merged = await mergeMembers({ db, read: feeds.records, scores: feeds.scores, rows, merge: mergeRecords });
  const advisories = new Map(merged.map(({ advisory }) => [advisory.id, advisory]));
  return ids.flatMap((id) => advisories.get(id) ?? []);
}

/** All that one of the records is part of. */
export async function readAdvisoriesOfRecords(
  db: Kysely<AdvisoriesTables>,
  feeds: Pick<FeedStore, 'claims' | 'scores'>,
  recordKeys: readonly number[],
): Promise<readonly AdvisoryOfRecords[]> {
  const rows: Member[] = [];
  for (const part of inParts(recordKeys, together))
    rows.push(
      ...(await db
        .selectFrom('advisory_member as asked')
        .innerJoin('advisory_member as member', 'member.advisory_id', 'asked.advisory_id')
        .where('asked.record_key', 'in', part)
        .selectAll('member')
        .execute()),
    );
  return mergeMembers({ db, read: feeds.claims, scores: feeds.scores, rows, merge: mergeFacts });
}

/** As `readAdvisories`, without what only people read. */
export async function readFactsOf(
  db: Kysely<AdvisoriesTables>,
  feeds: Pick<FeedStore, 'claims' | 'scores'>,
  ids: readonly string[],
): Promise<readonly AdvisoryOfRecords[]> {
  const rows = await membersOf(db, ids);
  return mergeMembers({ db, read: feeds.claims, scores: feeds.scores, rows, merge: mergeFacts });
}

async function membersOf(db: Kysely<AdvisoriesTables>, ids: readonly string[]): Promise<readonly Member[]> {
  const rows: Member[] = [];
  for (const part of inParts(ids, together))
    rows.push(...(await db.selectFrom('advisory_member').selectAll().where('advisory_id', 'in', part).execute()));
  return rows;
}

async function mergeMembers<Read extends Omit<RecordClaims, 'links'>, Merged>({
  db,
  read,
  scores: readScores,
  rows,
  merge,
}: {
  readonly db: Kysely<AdvisoriesTables>;
  readonly read: (recordKeys: readonly number[]) => Promise<ReadonlyMap<number, Read>>;
  readonly scores: FeedStore['scores'];
  readonly rows: readonly Member[];
  readonly merge: (input: MergeInput<Read>) => Merged;
}): Promise<readonly { readonly advisory: Merged; readonly recordKeys: readonly number[] }[]> {
  const members = new Map<string, { readonly own: Set<number>; readonly linked: Set<number> }>();
  for (const row of rows) {
    const keys = entry(members, row.advisory_id, () => ({ own: new Set(), linked: new Set() }));
    (row.is_linked === 1 ? keys.linked : keys.own).add(row.record_key);
  }
  const aliases = new Map<string, string[]>();
  for (const part of inParts([...members.keys()], together)) {
    const names = await db
      .selectFrom('advisory_alias')
      .select(['advisory_id', 'alias'])
      .where('advisory_id', 'in', part)
      .where('kind', '=', 'own')
      .execute();
    for (const row of names) entry(aliases, row.advisory_id, () => []).push(row.alias);
  }
  const records = await read([...new Set(rows.map(({ record_key }) => record_key))]);
  const scores = await readScores([...aliases.values()].flat().filter(isCve));
  return [...members].flatMap(([id, { own, linked }]) => {
    const ids = aliases.get(id)?.sort();
    if (ids === undefined) return [];
    const advisory = merge({
      id,
      ids,
      own: recordsOf(records, own),
      linked: recordsOf(records, linked),
      epss: highest(ids.flatMap((name) => scores.get(name) ?? [])),
    });
    return { advisory, recordKeys: [...own, ...linked] };
  });
}

function recordsOf<Read>(records: ReadonlyMap<number, Read>, keys: ReadonlySet<number>): readonly Read[] {
  const found: Read[] = [];
  for (const key of keys) {
    const record = records.get(key);
    if (record !== undefined) found.push(record);
  }
  return found;
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
