import type { Kysely, Transaction } from 'kysely';
import type { EpochMs } from '../../foundation/clock.ts';
import { appendEvent, type JournalTables } from '../../journal/index.ts';
import type { RoutedMatch, StoredMatch } from './match-package.ts';
import { keyOf } from './match-rows.ts';
import type { MatchingTables } from './tables.ts';

/** Lists beside the queue, from which people take what they think worth it. */
export const apartLists = ['unbounded', 'elsewhere'] as const;
export type ApartList = (typeof apartLists)[number];

export function isApart(route: StoredMatch['route']): route is ApartList {
  return apartLists.some((list) => list === route);
}

/** Someone puts packages of such a list before the people who decide. */
export interface Taking {
  readonly advisoryId: string;
  readonly attrs: readonly string[];
  readonly actor: string;
  readonly at: EpochMs;
}

/** What was taken on, by key. */
export async function readTaken(db: Kysely<MatchingTables>): Promise<ReadonlySet<string>> {
  return new Set((await db.selectFrom('matching_taken').select(['attr', 'advisory_id']).execute()).map(keyOf));
}

export async function take(
  trx: Transaction<MatchingTables & JournalTables>,
  { advisoryId, attrs, actor, at }: Taking,
): Promise<void> {
  for (const attr of attrs)
    await trx
      .insertInto('matching_taken')
      .values({ attr, advisory_id: advisoryId, actor, at })
      .onConflict((conflict) => conflict.columns(['attr', 'advisory_id']).doNothing())
      .execute();
  await appendEvent(trx, { at, kind: 'matching.taken', subject: advisoryId, actor, payload: { advisoryId, attrs } });
}

/** A record without an end, or another's fix, opens nothing by itself; what a person took on waits in the queue like any other. */
export function asTaken(found: RoutedMatch, taken: ReadonlySet<string>): RoutedMatch {
  const { attr, advisoryId } = found.match;
  return isApart(found.route) && taken.has(keyOf({ attr, advisory_id: advisoryId }))
    ? { ...found, route: 'queue' }
    : found;
}
