import type { Transaction } from 'kysely';
import type { EpochMs } from '../../../foundation/clock.ts';
import { addFacts } from '../fact-rows.ts';
import { followFacts } from '../record-statement.ts';
import type { FindingRow } from '../rows.ts';
import type { Fact } from '../sla/facts.ts';
import type { StoreTables } from '../tables.ts';
import { moveStage } from './move-stage.ts';

/** SLA-32: a fix that did not hold, as if it had never been closed; false where that is no way from its stage. */
export async function reopenFixed(
  trx: Transaction<StoreTables>,
  row: FindingRow,
  given: { readonly reason: string; readonly actor: string; readonly fact: Fact; readonly at: EpochMs },
): Promise<boolean> {
  const { reason, actor, fact, at } = given;
  const payload = { from: row.state, to: 'under_investigation', reason };
  const moved = await moveStage(trx, row, { event: 'finding.reopened', actor, at, payload });
  if (moved === null) return false;
  await addFacts(trx, [{ findingId: row.id, facts: [fact] }]);
  // The fixed version stays: it is the one that is doubted.
  await followFacts(trx, row, {
    state: 'under_investigation',
    version: row.fixed_version ?? row.version,
    fixed_at: null,
    released_at: null,
  });
  return true;
}
