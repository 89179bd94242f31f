import type { Transaction } from 'kysely';
import type { EpochMs } from '../../foundation/clock.ts';
import type { RangeEvidence } from '../matching/index.ts';
import type { StoreTables } from './tables.ts';

// Few at a time: an engine takes a limited number of parameters.
const rowsTogether = 500;

export interface RangesOfFinding {
  readonly findingId: number;
  readonly ranges: readonly RangeEvidence[];
}

/** Who says so of findings; each says so once. */
export function attributionRows(added: readonly RangesOfFinding[], at: EpochMs) {
  // The same record may speak of a package twice, and no statement may touch a row twice.
  const rows = new Map(
    added.flatMap(({ findingId, ranges }) =>
      ranges.map(({ source, recordId, outcome }) => [
        JSON.stringify([findingId, source, recordId, outcome]),
        { finding_id: findingId, source, record_id: recordId, outcome, since: at, until: null },
      ]),
    ),
  );
  return [...rows.values()];
}

/** Keeps who says so: what is said again lives on. */
async function addAttributions(
  trx: Transaction<StoreTables>,
  added: readonly RangesOfFinding[],
  at: EpochMs,
): Promise<void> {
  const all = attributionRows(added, at);
  for (let from = 0; from < all.length; from += rowsTogether) {
    await trx
      .insertInto('finding_attribution')
      .values(all.slice(from, from + rowsTogether))
      .onConflict((conflict) =>
        conflict.columns(['finding_id', 'source', 'record_id', 'outcome']).doUpdateSet({ until: null }),
      )
      .execute();
  }
}

/** Ends what is no longer said, and removes nothing. */
export async function replaceAttributions(
  trx: Transaction<StoreTables>,
  said: RangesOfFinding,
  at: EpochMs,
): Promise<void> {
  await trx
    .updateTable('finding_attribution')
    .set({ until: at })
    .where('finding_id', '=', said.findingId)
    .where('until', 'is', null)
    .execute();
  await addAttributions(trx, [said], at);
}
