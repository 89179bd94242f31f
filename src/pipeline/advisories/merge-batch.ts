import { hash } from 'node:crypto';
import { type Kysely, sql, type Transaction } from 'kysely';
import { AppError } from '../../foundation/errors.ts';
import { inParts } from '../../foundation/in-parts.ts';
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
  /** Ids of linked records that are not of the group. */
  readonly linkedIds: readonly string[];
  readonly digest: string;
}

interface Stored {
  readonly digest: string;
  readonly revision: number;
}

/** What a batch of changed records makes of the advisories they touch. */
export interface MergePlan {
  /** Every record that was looked at, changed or not. */
  readonly seen: Iterable<number>;
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
    seen: closure.mentions.keys(),
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
  { from, to }: { readonly from: number; readonly to: number },
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
  for (const part of inParts(rows))
    await trx
      .insertInto('advisory')
      .values(part)
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet((row) => ({
          state: row.ref('excluded.state'),
          title: row.ref('excluded.title'),
          sort_at: row.ref('excluded.sort_at'),
          published_at: row.ref('excluded.published_at'),
          modified_at: row.ref('excluded.modified_at'),
          band: row.ref('excluded.band'),
          score: row.ref('excluded.score'),
          known_exploited: row.ref('excluded.known_exploited'),
          search: row.ref('excluded.search'),
          digest: row.ref('excluded.digest'),
          revision: row.ref('excluded.revision'),
          change: row.ref('excluded.change'),
          replaced_by: row.ref('excluded.replaced_by'),
        })),
      )
      .execute();
  const aliases = plan.merged.flatMap(({ group, linkedIds }) => [
    ...group.ids.map((alias) => ({ alias, advisory_id: group.id, is_linked: 0 })),
    ...linkedIds.map((alias) => ({ alias, advisory_id: group.id, is_linked: 1 })),
  ]);
  for (const part of inParts(aliases)) await trx.insertInto('advisory_alias').values(part).execute();
  const members = plan.merged.flatMap(({ group: { id, own, linked } }) => [
    ...own.map((record_key) => ({ advisory_id: id, record_key, is_linked: 0 })),
    ...linked.map((record_key) => ({ advisory_id: id, record_key, is_linked: 1 })),
  ]);
  for (const part of inParts(members)) await trx.insertInto('advisory_member').values(part).execute();
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
      .where('alias.is_linked', '=', 0)
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
  const names = new Set(group.ids);
  const linkedIds = [...new Set(linked.map(({ id }) => id))].filter((id) => !names.has(id)).sort();
  // When a source says that it touched its record, nothing is meant by that.
  const meaning = JSON.stringify([{ ...advisory, modifiedAt: null }, group.own, group.linked]);
  return { group, advisory, linkedIds, digest: hash('sha256', meaning, 'base64url') };
}

function rowOf({ advisory, linkedIds, digest, stored }: MergePlan['merged'][number], change: number) {
  return {
    id: advisory.id,
    state: advisory.state,
    title: advisory.title.replaceAll('\0', ''),
    sort_at: advisory.publishedAt ?? 0,
    published_at: advisory.publishedAt,
    modified_at: advisory.modifiedAt,
    band: advisory.band,
    score: advisory.score === null ? null : String(advisory.score),
    known_exploited: advisory.exploitation.knownExploitedSince === null ? 0 : 1,
    search: searchTextOf(advisory, linkedIds),
    digest,
    revision: (stored?.revision ?? 0) + 1,
    change,
    replaced_by: null,
  };
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
      .where('alias.is_linked', '=', 0)
      .select(['advisory.id', 'advisory.revision'])
      .execute();
    for (const row of rows) found.set(row.id, row.revision);
  }
  return [...found].map(([id, revision]) => ({ id, revision }));
}
