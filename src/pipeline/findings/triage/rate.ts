import { contentOfRequest } from '../content-of-request.ts';
import { addFacts, factsOfFinding } from '../fact-rows.ts';
import { changedColumn } from '../last-changed.ts';
import { pinnedPolicies } from '../pinned-policy.ts';
import type { Band } from '../policy.ts';
import { personFact, stateFacts } from '../record-statement.ts';
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
): Promise<Performed> {
  const lowering: Lowering = { to, by: by.name, at, reason };
  const asked = personFact({ kind: 'down_requested', to, reason }, by, at, null);
  await stateFacts(trx, row, [asked], { lowering: JSON.stringify(lowering) });
  return { awaits: contentOfRequest(lowering) };
}

/** SLA-12: the second person is a security lead. */
export async function approveLowering({ trx, row, by, at }: ActOn, content: string): Promise<Performed> {
  const asked = row.lowering === null ? null : (JSON.parse(row.lowering) as Lowering);
  if (asked === null || contentOfRequest(asked) !== content) return 'no_request';
  if (asked.by === by.name) return 'same_person';
  const policy = (await pinnedPolicies(trx))(row);
  if (at > asked.at + policy.rerate.down.request_ttl) return 'no_request';
  const approval = personFact({ kind: 'down_approved', to: asked.to, role: 'security_lead' }, by, at, null);
  const { steps } = replay([...(await factsOfFinding(trx, row.id)), approval], policy);
  const step = steps.find(({ fact }) => fact === approval);
  if (step?.what === 'refused') return step.detail ?? 'no_request';
  const isLowered = step?.what === 'lowered';
  await stateFacts(trx, row, [approval], isLowered ? { lowering: null } : {});
  return isLowered ? null : { awaits: content };
}
