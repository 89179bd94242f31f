import { hash } from 'node:crypto';
import { type Kysely, sql, type Transaction } from 'kysely';
import { AppError } from '../../foundation/errors.ts';
import { inParts } from '../../foundation/in-parts.ts';
import { type Database, insertRows } from '../../platform/database/index.ts';
import type { FeedRecord, FeedStore } from '../feeds/index.ts';
import { closureOf } from './closure.ts';
import { advisoryErrors } from './errors.ts';
import { groupRecords, type RecordGroup } from './group-records.ts';
import { mentionsOfRecords } from './mention-rows.ts';
import { mergeRecords } from './merge-records.ts';
import type { Advisory } from './model.ts';
import { searchTextOf } from './search-text.ts';
import type { AdvisoriesTables } from './tables.ts';

interface Merged {
  readonly group: RecordGroup;
  readonly advisory: Advisory;
  /** Ids of linked records. */
  readonly linkedIds: readonly string[];
  readonly digest: string;
}

interface Stored {
  readonly digest: string;
  readonly revision: number;
}

/** What a batch of changed records makes of the advisories they touch. */
export interface MergePlan {
  /** The records of which every name was looked at: nothing more comes of them, changed or not. */
  readonly done: readonly number[];
  readonly merged: readonly (Merged & { readonly stored: Stored | null })[];
  readonly retired: readonly { readonly id: string; readonly revision: number; readonly replacedBy: string | null }[];
}

export async function planMerge(
  db: Kysely<AdvisoriesTables>,
  feeds: Pick<FeedStore, 'records'>,
  keys: readonly number[],
): Promise<MergePlan> {
  const closure = await closureOf(db, await idsTouchedBy(db, keys));
  const groups = groupRecords(closure);
  const records = await feeds.records([...new Set(groups.flatMap(({ own, linked }) => [...own, ...linked]))]);
  const merged = groups.map((group) => mergeGroup(group, records));

  const stored = await storedAdvisories(
    db,
    merged.map(({ advisory }) => advisory.id),
  );
  const now = new Map(merged.flatMap(({ group }) => group.ids.map((id) => [id, group.id] as const)));
  const standing = new Set(merged.map(({ group }) => group.id));
  const retired = (await advisoriesNaming(db, closure.ids)).filter(({ id }) => !standing.has(id));
  return {
    done: [...closure.mentions].flatMap(([key, own]) => (own.every(({ id }) => closure.ids.has(id)) ? key : [])),
    merged: merged.flatMap((one) => {
      const known = stored.get(one.advisory.id) ?? null;
      return known?.digest === one.digest ? [] : [{ ...one, stored: known }];
    }),
    retired: retired.map(({ id, revision }) => ({ id, revision, replacedBy: now.get(id) ?? null })),
  };
}

/** Writes a plan and moves the place up to which records are merged; gives how many advisories changed. */
export async function writeMerge(
  trx: Transaction<AdvisoriesTables>,
  plan: MergePlan,
  { dialect, from, to }: { readonly dialect: Database<never>['dialect']; readonly from: number; readonly to: number },
): Promise<number> {
  const changed = plan.merged.length + plan.retired.length;
  const progress = await trx
    .updateTable('advisory_progress')
    .set({
      records: to,
      change: sql<number>`change + ${changed}`,
      pending: sql<number>`pending + ${changed}`,
    })
    .where('records', '=', from)
    .returning('change')
    .executeTakeFirst();
  if (progress === undefined)
    throw new AppError(advisoryErrors.superseded, 'another merge of advisories went ahead of this one', {
      hint: 'Nothing is lost: it does the same work.',
    });
  let change = progress.change - changed;
  const rewritten = [
    ...plan.merged.filter(({ stored }) => stored !== null).map(({ group }) => group.id),
    ...plan.retired.map(({ id }) => id),
  ];
  for (const part of inParts(rewritten)) {
    await trx.deleteFrom('advisory_alias').where('advisory_id', 'in', part).execute();
    await trx.deleteFrom('advisory_member').where('advisory_id', 'in', part).execute();
  }
  const rows = plan.merged.map((one) => rowOf(one, ++change));
  await Promise.all([
    insertRows(trx, {
      dialect,
      table: 'advisory',
      columns: advisoryColumns,
      existing: { key: 'id', replacing: advisoryColumns.slice(1) },
      rows,
    }),
    insertRows(trx, {
      dialect,
      table: 'advisory_alias',
      columns: ['advisory_id', 'alias', 'kind'],
      rows: plan.merged.flatMap(({ group: { id, ids, bundles }, linkedIds }) => [
        ...ids.map((alias) => [id, alias, 'own']),
        ...bundles.map((alias) => [id, alias, 'bundle']),
        ...linkedIds.map((alias) => [id, alias, 'linked']),
      ]),
    }),
    insertRows(trx, {
      dialect,
      table: 'advisory_member',
      columns: ['advisory_id', 'record_key', 'is_linked'],
      rows: plan.merged.flatMap(({ group: { id, own, linked } }) => [
        ...own.map((key) => [id, key, 0]),
        ...linked.map((key) => [id, key, 1]),
      ]),
    }),
  ]);
  for (const { id, revision, replacedBy } of plan.retired)
    await trx
      .updateTable('advisory')
      .set({
        state: 'withdrawn',
        sort_at: -1,
        digest: '',
        revision: revision + 1,
        change: ++change,
        replaced_by: replacedBy,
      })
      .where('id', '=', id)
      .execute();
  return changed;
}

/** What the records say now, and the names of the advisories that they were part of. */
async function idsTouchedBy(db: Kysely<AdvisoriesTables>, keys: readonly number[]): Promise<ReadonlySet<string>> {
  const touched = new Set<string>();
  for (const mentions of (await mentionsOfRecords(db, keys)).values()) for (const { id } of mentions) touched.add(id);
  for (const part of inParts(keys)) {
    const rows = await db
      .selectFrom('advisory_member as member')
      .innerJoin('advisory_alias as alias', 'alias.advisory_id', 'member.advisory_id')
      .where('member.record_key', 'in', part)
      .where('alias.kind', 'in', ['own', 'bundle'])
      .select('alias.alias')
      .distinct()
      .execute();
    for (const row of rows) touched.add(row.alias);
  }
  return touched;
}

function mergeGroup(group: RecordGroup, records: ReadonlyMap<number, FeedRecord>): Merged {
  const given = (keys: readonly number[]) => keys.flatMap((key) => records.get(key) ?? []);
  const linked = given(group.linked);
  const advisory = mergeRecords({ id: group.id, ids: group.ids, own: given(group.own), linked, epss: null });
  const names = new Set([...group.ids, ...group.bundles]);
  const linkedIds = [...new Set(linked.map(({ id }) => id))].filter((id) => !names.has(id)).sort();
  // When a source says that it touched its record, nothing is meant by that.
  const meaning = JSON.stringify([{ ...advisory, modifiedAt: null }, group.bundles, group.own, group.linked]);
  return { group, advisory, linkedIds, digest: hash('sha256', meaning, 'base64url') };
}

const advisoryColumns = [
  'id',
  'state',
  'title',
  'sort_at',
  'published_at',
  'modified_at',
  'band',
  'score',
  'known_exploited',
  'search',
  'digest',
  'revision',
  'change',
  'replaced_by',
] as const;

/** A value a column. */
function rowOf({ group, advisory, linkedIds, digest, stored }: MergePlan['merged'][number], change: number) {
  return [
    advisory.id,
    advisory.state,
    advisory.title.replaceAll('\0', ''),
    advisory.publishedAt ?? 0,
    advisory.publishedAt,
    advisory.modifiedAt,
    advisory.band,
    advisory.score === null ? null : String(advisory.score),
    advisory.exploitation.knownExploitedSince === null ? 0 : 1,
    searchTextOf(advisory, [...group.bundles, ...linkedIds]),
    digest,
    (stored?.revision ?? 0) + 1,
    change,
    null,
  ];
}

async function storedAdvisories(
  db: Kysely<AdvisoriesTables>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Stored>> {
  const found = new Map<string, Stored>();
  for (const part of inParts(ids)) {
    const rows = await db.selectFrom('advisory').select(['id', 'digest', 'revision']).where('id', 'in', part).execute();
    for (const { id, ...rest } of rows) found.set(id, rest);
  }
  return found;
}

async function advisoriesNaming(db: Kysely<AdvisoriesTables>, ids: ReadonlySet<string>) {
  const found = new Map<string, number>();
  for (const part of inParts([...ids])) {
    const rows = await db
      .selectFrom('advisory_alias as alias')
      .innerJoin('advisory', 'advisory.id', 'alias.advisory_id')
      .where('alias.alias', 'in', part)
      .where('alias.kind', '=', 'own')
      .select(['advisory.id', 'advisory.revision'])
      .execute();
    for (const row of rows) found.set(row.id, row.revision);
  }
  return [...found].map(([id, revision]) => ({ id, revision }));
}
