import { addFacts, factsOfFinding } from '../fact-rows.ts';
import { changedColumn } from '../last-changed.ts';
import { pinnedPolicies } from '../pinned-policy.ts';
import type { Band } from '../policy.ts';
import { personFact, recordStatement } from '../record-statement.ts';
import { clockColumns } from '../rows.ts';
import { bandOf, rankOf } from '../severity.ts';
import { replay } from '../sla/replay.ts';
import type { TriageAct } from './act.ts';
import { type ActOn, note, type Performed } from './act-on.ts';

/** That somebody asked to lower a severity, until a security lead who is someone else approves. */
export interface Lowering {
  readonly to: Band;
  readonly by: string;
  readonly at: number;
  readonly reason: string;
}

/** SLA-10: a score above the one in force takes one person. */
export async function raise(on: ActOn, act: Extract<TriageAct, { readonly kind: 'raise' }>): Promise<Performed> {
  const { trx, row, by, at } = on;
  const policy = (await pinnedPolicies(trx))(row);
  const now = row.band === 'unknown' ? policy.severity.unknown_as : (row.band as Band);
  const wanted = bandOf(act.score, policy.severity.bands);
  if (wanted === 'unknown' || rankOf(wanted) <= rankOf(now)) return 'not_higher';
  const fact = personFact(
    { kind: 'scored', rater: 'analyst', score: act.score, vector: null, initial: false },
    by,
    at,
    act.evidence,
  );
  const timeline = replay([...(await factsOfFinding(trx, row.id)), fact], policy);
  if (timeline.band !== wanted) return 'not_higher';
  await addFacts(trx, [{ findingId: row.id, facts: [fact] }]);
  const columns = clockColumns(timeline);
  await trx
    .updateTable('finding')
    .set({ ...columns, ...changedColumn(row, columns, at) })
    .where('id', '=', row.id)
    .execute();
  await note(on, 'finding.rerated', {
    from: row.band,
    to: wanted,
    score: act.score,
    evidence: act.evidence,
    remediationDueAt: timeline.remediation.dueAt,
  });
  return null;
}

export async function requestLowering(
  { trx, row, by, at }: ActOn,
  { to, reason }: Extract<TriageAct, { readonly kind: 'lower' }>,
  findingId: string,
): Promise<Performed> {
  const facts = [{ kind: 'down_requested', to, reason }] as const;
  const outcome = await recordStatement(trx, { findingId, facts, evidence: null, by, at });
  if (outcome.kind !== 'recorded') return outcome.why;
  const lowering: Lowering = { to, by: by.name, at, reason };
  await trx
    .updateTable('finding')
    .set({ lowering: JSON.stringify(lowering) })
    .where('id', '=', row.id)
    .execute();
  return { awaits: `lower to ${to}` };
}

/** SLA-12: the second person is a security lead. */
export async function approveLowering({ trx, row, by, at }: ActOn, findingId: string): Promise<Performed> {
  if (row.lowering === null) return 'no_request';
  const asked = JSON.parse(row.lowering) as Lowering;
  if (asked.by === by.name) return 'same_person';
  const { request_ttl } = (await pinnedPolicies(trx))(row).rerate.down;
  if (at > asked.at + request_ttl) return 'no_request';
  const facts = [{ kind: 'down_approved', to: asked.to, role: 'security_lead' }] as const;
  const outcome = await recordStatement(trx, { findingId, facts, evidence: null, by, at });
  if (outcome.kind !== 'recorded') return outcome.why;
  await trx.updateTable('finding').set({ lowering: null }).where('id', '=', row.id).execute();
  return null;
}
