import type { Transaction } from 'kysely';
import type { EpochMs } from '../../foundation/clock.ts';
import { canonicalJson } from '../../foundation/json.ts';
import { announce } from './announce.ts';
import { addFacts } from './fact-rows.ts';
import { robotFact } from './match-traits.ts';
import type { SlaPolicy } from './policy.ts';
import { isRenewal } from './policy-calendar.ts';
import { followFacts } from './record-statement.ts';
import type { StoreTables } from './tables.ts';

/** Later holidays of a policy in use are taken over; cases that had no deadline for want of them get theirs. */
export async function renewCalendars(
  trx: Transaction<StoreTables>,
  policies: readonly SlaPolicy[],
  at: EpochMs,
): Promise<void> {
  for (const policy of policies) {
    const { id, version, clock } = policy;
    if (clock.calendar === undefined) continue;
    const known = await trx
      .selectFrom('finding_policy')
      .select('body')
      .where('id', '=', id)
      .where('version', '=', version)
      .executeTakeFirst();
    if (known === undefined || !isRenewal(JSON.parse(known.body) as SlaPolicy, policy)) continue;
    await trx
      .updateTable('finding_policy')
      .set({ body: canonicalJson(policy) })
      .where('id', '=', id)
      .where('version', '=', version)
      .execute();
    const without = await trx
      .selectFrom('finding')
      .selectAll()
      .where('policy_id', '=', id)
      .where('policy_version', '=', version)
      .whereRef('remediation_due_at', '=', 'start_at')
      .where('void_at', 'is', null)
      .orderBy('id')
      .execute();
    const { validUntil } = clock.calendar;
    for (const row of without) {
      await addFacts(trx, [{ findingId: row.id, facts: [robotFact({ kind: 'calendar_renewed', validUntil }, at)] }]);
      const { remediation } = await followFacts(trx, row);
      await announce(trx, 'finding.calendar-renewed', row, at, { validUntil, remediationDueAt: remediation.dueAt });
    }
  }
}
