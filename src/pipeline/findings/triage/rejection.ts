import type { Transaction } from 'kysely';
import type { EpochMs } from '../../../foundation/clock.ts';
import type { Advisory } from '../../advisories/index.ts';
import { announce } from '../announce.ts';
import { addFacts } from '../fact-rows.ts';
import type { FindingState } from '../model.ts';
import { isLive } from '../next-state.ts';
import { followFacts, personFact } from '../record-statement.ts';
import type { FindingRow } from '../rows.ts';
import type { StoreTables } from '../tables.ts';
import type { ActOn, Performed } from './act-on.ts';
import { moveStage } from './move-stage.ts';

/** That every source has taken the record back, until an analyst confirms it or one asserts it again. */
export interface Rejection {
  readonly at: EpochMs;
  /** Who took back what: `cve CVE-2027-1`. Empty where the record is gone without a word. */
  readonly records: readonly string[];
}

export function rejectionOf(row: Pick<FindingRow, 'rejection'>): Rejection | null {
  return row.rejection === null ? null : (JSON.parse(row.rejection) as Rejection);
}

/** The robot proposes where an open finding's record was taken back, and withdraws that when it returns. True: something changed. */
export async function followRejection(
  trx: Transaction<StoreTables>,
  row: FindingRow,
  now: {
    readonly withdrawn: boolean;
    readonly advisory: Advisory | null;
    readonly state: string;
    readonly at: EpochMs;
  },
): Promise<boolean> {
  const { withdrawn, advisory, state, at } = now;
  const isProposed = withdrawn && isLive(state as FindingState);
  if (isProposed === (row.rejection !== null)) return false;
  const records = (advisory?.records ?? [])
    .filter((record) => record.state !== 'active')
    .map(({ source, recordId }) => `${source} ${recordId}`);
  const rejection: Rejection | null = isProposed ? { at, records } : null;
  await trx
    .updateTable('finding')
    .set({ rejection: rejection === null ? null : JSON.stringify(rejection) })
    .where('id', '=', row.id)
    .execute();
  await announce(trx, isProposed ? 'finding.rejection-proposed' : 'finding.rejection-withdrawn', row, at, { records });
  return true;
}

/** An analyst confirms that the record was rightly taken back: the case counts for nothing, and stays listed. */
export async function confirmRejection({ trx, row, by, at }: ActOn): Promise<Performed> {
  const rejection = rejectionOf(row);
  if (rejection === null || !isLive(row.state as FindingState)) return 'no_rejection';
  const records = rejection.records.join(', ');
  const reason = `the record was taken back${records === '' ? '' : `: ${records}`}`;
  await addFacts(trx, [{ findingId: row.id, facts: [personFact({ kind: 'retracted', reason }, by, at, null)] }]);
  await followFacts(trx, row, { state: 'retracted' });
  const payload = { from: row.state, to: 'retracted', reason, proposedAt: rejection.at };
  await moveStage(trx, row, { event: 'finding.retracted', actor: by.name, at, payload });
  return null;
}
