import { inParts } from '../../foundation/in-parts.ts';
import type { JournalTables } from '../../journal/index.ts';
import type { Database } from '../../platform/database/index.ts';
import type { FeedStore } from '../feeds/index.ts';
import { idSpellings } from './id-spellings.ts';
import { type AdvisoryPage, type AdvisoryQuery, listAdvisories } from './list-advisories.ts';
import { type MergeWork, mergeAll } from './merge-all.ts';
import type { Advisory } from './model.ts';
import { type AdvisoryOfRecords, readAdvisories, readAdvisoriesOfRecords, readFactsOf } from './read-advisories.ts';
import type { AdvisoriesTables } from './tables.ts';

export interface AdvisoryChange {
  /** Grows with every change of meaning, of any advisory. */
  readonly sequence: number;
  readonly id: string;
  readonly revision: number;
  readonly state: Advisory['state'];
  /** The advisory that this one is part of now. */
  readonly replacedBy: string | null;
}

export interface AdvisoryStore {
  /**
   * Takes up every record that changed since the last time and announces the outcome once as `advisories.merged`. It may
   * be cut short at any point: the next one goes on there.
   */
  readonly merge: (work: MergeWork) => Promise<{ readonly changed: number }>;
  /** By its id, any alias, or the id of a record that is attributed to it. */
  readonly byId: (id: string) => Promise<Advisory | null>;
  /** By the ids given, each an advisory's own or one that it had before. */
  readonly byIds: (ids: readonly string[]) => Promise<ReadonlyMap<string, Advisory>>;
  /** Every name that the vulnerability of an id has now; without ids that no feed carries. */
  readonly namesOf: (ids: readonly string[]) => Promise<ReadonlyMap<string, readonly string[]>>;
  /** Newest publication first. An id finds just its own; else every word must occur in the ids, title, products or text. */
  readonly list: (query: AdvisoryQuery) => Promise<AdvisoryPage>;
  /** All that one of the records is part of, or attributed to. */
  readonly advisoriesOfRecords: (recordKeys: readonly number[]) => Promise<readonly AdvisoryOfRecords[]>;
  /** By their own ids; those that are no more are left out. */
  readonly factsOf: (ids: readonly string[]) => Promise<readonly AdvisoryOfRecords[]>;
  /** The sequence of the newest change; 0 at first. */
  readonly lastChange: () => Promise<number>;
  /** In the order of change; an advisory stands at its last one. */
  readonly changedAfter: (sequence: number, limit: number) => Promise<readonly AdvisoryChange[]>;
}

type Tables = AdvisoriesTables & JournalTables;

export function createAdvisoryStore(
  db: Database<Tables>,
  feeds: Pick<FeedStore, 'recordsChangedAfter' | 'records' | 'claims' | 'scores'>,
): AdvisoryStore {
  return {
    merge: (work) => mergeAll(db, feeds, work),
    byId: async (id) => {
      const row = await db.read
        .selectFrom('advisory_alias')
        .select('advisory_id')
        .where('alias', 'in', idSpellings(id))
        .orderBy('kind', 'desc')
        .orderBy('advisory_id')
        .limit(1)
        .executeTakeFirst();
      return row === undefined ? null : ((await readAdvisories(db.read, feeds, [row.advisory_id]))[0] ?? null);
    },
    byIds: async (ids) => {
      const advisoryOf = new Map<string, string>();
      for (const part of inParts(ids)) {
        const rows = await db.read
          .selectFrom('advisory_alias')
          .select(['alias', 'advisory_id'])
          .where('alias', 'in', part)
          .where('kind', '=', 'own')
          .execute();
        for (const row of rows) advisoryOf.set(row.alias, row.advisory_id);
      }
      const read = await readAdvisories(db.read, feeds, [...new Set(advisoryOf.values())]);
      const advisories = new Map(read.map((advisory) => [advisory.id, advisory]));
      return new Map(
        [...advisoryOf].flatMap(([id, of]) => {
          const advisory = advisories.get(of);
          return advisory === undefined ? [] : [[id, advisory] as const];
        }),
      );
    },
    namesOf: async (ids) => {
      const names = new Map<string, string[]>();
      for (const part of inParts([...new Set(ids)])) {
        const rows = await db.read
          .selectFrom('advisory_alias as given')
          .innerJoin('advisory_alias as other', 'other.advisory_id', 'given.advisory_id')
          .select(['given.alias as id', 'other.alias as name'])
          .where('given.alias', 'in', part)
          .where('given.kind', '=', 'own')
          .where('other.kind', '=', 'own')
          .orderBy('other.alias')
          .execute();
        for (const { id, name } of rows) names.set(id, [...(names.get(id) ?? []), name]);
      }
      return names;
    },
    list: (query) => listAdvisories(db.read, query),
    advisoriesOfRecords: (recordKeys) => readAdvisoriesOfRecords(db.read, feeds, recordKeys),
    factsOf: (ids) => readFactsOf(db.read, feeds, ids),
    lastChange: async () => {
      const row = await db.read
        .selectFrom('advisory')
        .select(({ fn }) => fn.max('change').as('last'))
        .executeTakeFirst();
      return Number(row?.last ?? 0);
    },
    changedAfter: async (sequence, limit) => {
      const rows = await db.read
        .selectFrom('advisory')
        .select(['change', 'id', 'revision', 'state', 'replaced_by'])
        .where('change', '>', sequence)
        .orderBy('change')
        .limit(limit)
        .execute();
      return rows.map((row) => ({
        sequence: row.change,
        id: row.id,
        revision: row.revision,
        state: row.state as Advisory['state'],
        replacedBy: row.replaced_by,
      }));
    },
  };
}
