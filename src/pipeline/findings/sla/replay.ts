import type { SlaPolicy } from '../policy.ts';
import { applyFacts, sortFacts } from './apply-facts.ts';
import type { Fact } from './facts.ts';
import { openedAt } from './start.ts';
import type { CaseTimeline, ClockLine, Step } from './timeline.ts';

const aheadMs = 5 * 60_000;

/** Kinds that one source or person states, and that could move a deadline later. */
const canLengthen: ReadonlySet<Fact['kind']> = new Set([
  'first_public',
  'coverage_started',
  'line_first_shipped',
  'line_support_ended',
  'scored',
]);
/** Plans: their instants may lie ahead. */
const mayLieAhead: ReadonlySet<Fact['kind']> = new Set(['coverage_started', 'line_support_ended']);

/**
 * Both contract clocks of a case, from its facts alone, in whatever order they are given. Left out are facts dated ahead
 * of their recording, and facts learnt after the case was opened that would move a deadline later without two people;
 * only the score that settles an unknown severity may do that.
 */
export function replay(facts: readonly Fact[], policy: SlaPolicy): CaseTimeline {
  const refused = new Map<Fact, string>();
  for (const fact of facts) {
    if (fact.at > fact.recordedAt + aheadMs && !mayLieAhead.has(fact.kind)) refused.set(fact, 'dated_ahead');
  }
  const opened = openedAt(facts);
  const learnt = new Set(
    facts.filter((fact) => fact.recordedAt > opened && canLengthen.has(fact.kind) && !refused.has(fact)),
  );
  const recorded = learnt.size === 0 ? [] : sortFacts(facts, ({ recordedAt }) => recordedAt);
  let latest = opened;
  for (const [index, fact] of recorded.entries()) {
    // After all that is known a score can only raise; a source that rates up and down for ever is to cost nothing.
    const onlyRaises = fact.kind === 'scored' && !fact.initial && fact.at > latest;
    latest = Math.max(latest, fact.at);
    if (!learnt.has(fact) || onlyRaises) continue;
    const known = recorded.slice(0, index).filter((other) => !refused.has(other));
    const before = applyFacts(known, policy);
    const after = applyFacts([...known, fact], policy);
    if (after.settledBy !== fact && isLater(before, after)) refused.set(fact, 'needs_two_people');
  }
  if (refused.size === 0) return applyFacts(facts, policy);
  const timeline = applyFacts(
    facts.filter((fact) => !refused.has(fact)),
    policy,
  );
  const steps = [...refused].map(([fact, detail]): Step => {
    const { band, response, remediation } = timeline;
    const dues = { responseDueAt: response.dueAt, remediationDueAt: remediation.dueAt };
    return { at: fact.recordedAt, fact, what: 'refused', detail, band, ...dues };
  });
  return { ...timeline, steps: [...timeline.steps, ...steps].sort((a, b) => a.at - b.at) };
}

function isLater(before: CaseTimeline, after: CaseTimeline): boolean {
  const due = (line: ClockLine): number => line.dueAt ?? Number.POSITIVE_INFINITY;
  return due(after.response) > due(before.response) || due(after.remediation) > due(before.remediation);
}
