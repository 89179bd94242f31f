import type { EpochMs } from '../../../foundation/clock.ts';
import type { SlaPolicy } from '../policy.ts';
import { addWindow } from './calendar.ts';
import { type Fact, factsOf } from './facts.ts';
import type { CaseTimeline } from './timeline.ts';

/** The remediation window counted from another start: what others promise, for comparison. */
export interface ComparisonClock {
  readonly name: 'detection' | 'fix_available';
  readonly startAt: EpochMs;
  /** Null: the policy's holidays are not known so far. */
  readonly dueAt: EpochMs | null;
  readonly stoppedAt: EpochMs | null;
}

/** `detection` from the match, `fix_available` from the upstream fix; each only once it has begun. */
export function comparisonClocks(
  facts: readonly Fact[],
  timeline: CaseTimeline,
  policy: SlaPolicy,
): readonly ComparisonClock[] {
  const starts = [
    ['detection', factsOf(facts, 'matched')],
    ['fix_available', factsOf(facts, 'upstream_fix_available')],
  ] as const;
  return starts.flatMap(([name, of]) => {
    if (of.length === 0) return [];
    const startAt = Math.min(...of.map((fact) => fact.at));
    const dueAt = addWindow(startAt, policy.windows[timeline.band].remediation, policy.clock);
    return [{ name, startAt, dueAt, stoppedAt: timeline.remediation.stoppedAt }];
  });
}
