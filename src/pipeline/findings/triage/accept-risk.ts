import type { Transaction } from 'kysely';
import type { EpochMs } from '../../../foundation/clock.ts';
import { announce } from '../announce.ts';
import { contentOfRequest } from '../content-of-request.ts';
import { addFacts } from '../fact-rows.ts';
import { robotFact } from '../match-traits.ts';
import type { FindingState } from '../model.ts';
import { isLive } from '../next-state.ts';
import { pinnedPolicies } from '../pinned-policy.ts';
import { followFacts, personFact } from '../record-statement.ts';
import type { FindingRow } from '../rows.ts';
import type { StoreTables } from '../tables.ts';
import type { TriageAct } from './act.ts';
import { type ActOn, note, type Performed } from './act-on.ts';

/** That a risk is borne for a while: who answers for it, why, and what is done against it meanwhile. */
export interface RiskTerms {
  readonly owner: string;
  readonly reason: string;
  readonly control: string;
  readonly until: EpochMs;
  /** Where the customer's signature can be seen: only with one do the clocks stop. */
  readonly customer: string | null;
}

export interface AskedRisk extends RiskTerms {
  readonly by: string;
  readonly at: EpochMs;
}

export interface AcceptedRisk extends RiskTerms {
  readonly approvedBy: readonly string[];
}

const day = 86_400_000;
const longestMs = 366 * day;
const remindDaysBefore = [30, 7, 1] as const;

/** SLA-34: an analyst asks for it; without effect until a security lead who is someone else approves. */
export async function askToAcceptRisk(
  on: ActOn,
  { kind: _, ...terms }: Extract<TriageAct, { readonly kind: 'accept-risk' }>,
): Promise<Performed> {
  const { trx, row, by, at } = on;
  if (!isLive(row.state as FindingState)) return 'not_open';
  if (terms.until <= at) return 'in_the_past';
  if (terms.until > at + longestMs) return 'too_long';
  const asked: AskedRisk = { ...terms, by: by.name, at };
  await trx
    .updateTable('finding')
    .set({ risk_asked: JSON.stringify(asked) })
    .where('id', '=', row.id)
    .execute();
  await note(on, 'finding.risk-asked', { ...terms });
  return { awaits: contentOfRequest(asked) };
}

export async function approveRisk(on: ActOn, content: string): Promise<Performed> {
  const { trx, row, by, at } = on;
  const asked = row.risk_asked === null ? null : (JSON.parse(row.risk_asked) as AskedRisk);
  if (asked === null || contentOfRequest(asked) !== content || !isLive(row.state as FindingState)) return 'no_request';
  if (asked.by === by.name) return 'same_person';
  const { request_ttl } = (await pinnedPolicies(trx))(row).rerate.down;
  if (at > asked.at + request_ttl || at >= asked.until) return 'no_request';
  const { by: askedBy, at: _, ...terms } = asked;
  const accepted: AcceptedRisk = { ...terms, approvedBy: [askedBy, by.name] };
  const fact = personFact({ kind: 'risk_accepted', ...accepted }, by, at, accepted.customer);
  await addFacts(trx, [{ findingId: row.id, facts: [fact] }]);
  await followFacts(trx, row, {
    risk_asked: null,
    risk_accepted: JSON.stringify(accepted),
    risk_look_at: nextLook(accepted.until, at),
  });
  await note(on, 'finding.risk-accepted', { ...accepted });
  return null;
}

/** One person may end it before its time. */
export async function endRisk({ trx, row, by, at }: ActOn, reason: string): Promise<Performed> {
  if (row.risk_accepted === null) return 'no_risk';
  await end(trx, row, { at, reason, event: 'finding.risk-ended', actor: by.name });
  return null;
}

/** Reminds 30, 7 and 1 day before an accepted risk ends, and ends it; gives how many were looked at. */
export async function lookAtRisks(trx: Transaction<StoreTables>, at: EpochMs): Promise<number> {
  const due = await trx.selectFrom('finding').selectAll().where('risk_look_at', '<=', at).orderBy('id').execute();
  for (const row of due) {
    const { until, owner, control } = JSON.parse(row.risk_accepted ?? '') as AcceptedRisk;
    if (until <= at) {
      const reason = 'the time is over for which the risk was accepted';
      await end(trx, row, { at, reason, event: 'finding.risk-expired', actor: 'robot' });
      continue;
    }
    await trx
      .updateTable('finding')
      .set({ risk_look_at: nextLook(until, at) })
      .where('id', '=', row.id)
      .execute();
    const daysLeft = Math.ceil((until - at) / day);
    const says = `${owner} accepted the risk for ${daysLeft === 1 ? 'one more day' : `${daysLeft} more days`}: fix it, or have it accepted anew. Until then: ${control}`;
    await announce(trx, 'finding.risk-expiring', row, at, { until, owner, daysLeft, says });
  }
  return due.length;
}

async function end(
  trx: Transaction<StoreTables>,
  row: FindingRow,
  given: { readonly at: EpochMs; readonly reason: string; readonly event: string; readonly actor: string },
): Promise<void> {
  const { at, reason, event, actor } = given;
  const { owner, customer } = JSON.parse(row.risk_accepted ?? '') as AcceptedRisk;
  // Only a signed one had stopped the clocks.
  if (customer !== null) {
    const reopened = { kind: 'reopened', reason } as const;
    const fact = actor === 'robot' ? robotFact(reopened, at) : personFact(reopened, { name: actor }, at, null);
    await addFacts(trx, [{ findingId: row.id, facts: [fact] }]);
  }
  await followFacts(trx, row, { risk_accepted: null, risk_look_at: null });
  await announce(trx, event, row, at, { owner, reason }, actor);
}

/** Seen late, only the most pressing reminder is left. */
function nextLook(until: EpochMs, after: EpochMs): EpochMs {
  return remindDaysBefore.map((days) => until - days * day).find((at) => at > after) ?? until;
}
