import type { Transaction } from 'kysely';
import type { EpochMs } from '../../foundation/clock.ts';
import type { RangeEvidence } from '../matching/index.ts';
import type { StoreTables } from './tables.ts';

/** Keeps who says so: what is no longer said is ended, never removed; what is said again lives on. */
export async function noteAttributions(
  trx: Transaction<StoreTables>,
  findingId: number,
  ranges: readonly RangeEvidence[],
  at: EpochMs,
): Promise<void> {
  await trx
    .updateTable('finding_attribution')
    .set({ until: at })
    .where('finding_id', '=', findingId)
    .where('until', 'is', null)
    .execute();
  const live = new Map(
    ranges.map(({ source, recordId, outcome }) => [
      JSON.stringify([source, recordId, outcome]),
      { finding_id: findingId, source, record_id: recordId, outcome, since: at, until: null },
    ]),
  );
  for (let from = 0; from < live.size; from += 100) {
    await trx
      .insertInto('finding_attribution')
      .values([...live.values()].slice(from, from + 100))
      .onConflict((conflict) =>
        conflict.columns(['finding_id', 'source', 'record_id', 'outcome']).doUpdateSet({ until: null }),
      )
      .execute();
  }
}
