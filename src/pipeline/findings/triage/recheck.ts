import { sql } from 'kysely';
import type { FindingRow } from '../rows.ts';
import { type ActOn, note, type Performed } from './act-on.ts';

/** Of what was dismissed one in twenty is looked at again; numbers are given at the opening, so nobody chooses. */
export const awaitsRecheck = sql<boolean>`stage = 'dismissed' and rechecked_at is null and id % 20 = 0`;

/** Who dismissed it; nobody where the robot did. */
export function dismissedBy({ verdict_by }: Pick<FindingRow, 'verdict_by'>): readonly string[] {
  return verdict_by === null ? [] : (JSON.parse(verdict_by) as string[]);
}

/** Somebody who did not dismiss it agrees. Who does not, opens it again. */
export async function recheck(on: ActOn): Promise<Performed> {
  const { trx, row, by, at } = on;
  if (row.stage !== 'dismissed' || row.rechecked_at !== null) return 'wrong_stage';
  if (dismissedBy(row).includes(by.name)) return 'same_person';
  await trx.updateTable('finding').set({ rechecked_at: at }).where('id', '=', row.id).execute();
  await note(on, 'finding.rechecked', {});
  return null;
}
