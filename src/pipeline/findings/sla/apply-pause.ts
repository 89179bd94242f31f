import type { SlaPolicy } from '../policy.ts';
import { type CaseState, isStopped, type Outcome } from './case-state.ts';
import { type Fact, type FactOf, isPerson } from './facts.ts';

/** SLA-30: a pause counts only as far as the policy allows, and ends with a fix or an escalation. */
export function applyPause(state: CaseState, fact: FactOf<'paused'>, facts: readonly Fact[]): Outcome {
  const { remediation, policy } = state;
  const refused = refusalOf(state, fact);
  if (refused !== null || remediation.dueAt === null) return ['refused', refused];
  // Overlapping pauses merge: only what the second adds counts.
  const from = Math.max(fact.at, state.pausedUntil ?? fact.at);
  const end = Math.min(
    fact.until,
    fact.at + policy.pause.max_each,
    from + policy.pause.max_total - state.creditMs,
    remediation.stoppedAt ?? Number.POSITIVE_INFINITY,
    ...facts.filter((other) => other.at > fact.at && endsPauses(other, policy)).map((other) => other.at),
  );
  if (end <= from) return ['noted'];
  state.creditMs += end - from;
  state.pausedUntil = end;
  remediation.dueAt += end - from;
  return ['paused'];
}

function refusalOf({ policy, remediation, pageAt }: CaseState, fact: FactOf<'paused'>): string | null {
  const { enabled, reasons, approvals } = policy.pause;
  if (!enabled) return 'pause_disabled';
  if (!reasons.includes(fact.reason)) return 'reason_not_listed';
  if (new Set(fact.approvedBy.filter(isPerson)).size < approvals) return 'too_few_approvals';
  if (pageAt !== null) return 'escalated';
  return remediation.breachedAt !== null || isStopped(remediation, fact.at) ? 'not_running' : null;
}

function endsPauses(fact: Fact, policy: SlaPolicy): boolean {
  if (fact.kind === 'upstream_fix_available') return true;
  return fact.kind === 'escalated' && policy.escalators.some((rule) => rule.end_pause && rule.when.includes(fact.by));
}
