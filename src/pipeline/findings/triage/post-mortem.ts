import type { Kysely, Transaction } from 'kysely';
import type { EpochMs } from '../../../foundation/clock.ts';
import { addFacts } from '../fact-rows.ts';
import { personFact } from '../record-statement.ts';
import type { FindingRow } from '../rows.ts';
import type { StoreTables } from '../tables.ts';
import type { TriageAct } from './act.ts';
import { type ActOn, note, type Performed } from './act-on.ts';

/** SLA-40: a broken promise asks for a review; a second one before it was written asks for nothing more. */
export async function oweReview(trx: Transaction<StoreTables>, findingId: number, at: EpochMs): Promise<void> {
  await trx
    .updateTable('finding')
    .set({ review_owed_since: at })
    .where('id', '=', findingId)
    .where('review_owed_since', 'is', null)
    .execute();
}

/** Those that wait longest first. */
export function reviewsOwed(db: Kysely<StoreTables>, limit: number): Promise<readonly FindingRow[]> {
  return db
    .selectFrom('finding')
    .selectAll()
    .where('review_owed_since', 'is not', null)
    .orderBy('review_owed_since')
    .orderBy('id')
    .limit(limit)
    .execute();
}

/** What went wrong, and what keeps it from happening again. */
export async function writePostMortem(
  on: ActOn,
  { cause, prevention, evidence }: Extract<TriageAct, { readonly kind: 'post-mortem' }>,
): Promise<Performed> {
  const { trx, row, by, at } = on;
  if (row.review_owed_since === null) return 'no_review_owed';
  const fact = personFact({ kind: 'post_mortem', cause, prevention }, by, at, evidence);
  await addFacts(trx, [{ findingId: row.id, facts: [fact] }]);
  await trx.updateTable('finding').set({ review_owed_since: null }).where('id', '=', row.id).execute();
  await note(on, 'finding.post-mortem', { cause, prevention, evidence, owedSince: row.review_owed_since });
  return null;
}
