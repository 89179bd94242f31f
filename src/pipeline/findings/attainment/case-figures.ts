import type { EpochMs } from '../../../foundation/clock.ts';
import type { Band } from '../policy.ts';
import { earliest, type Fact, factsOf } from '../sla/facts.ts';
import type { CaseTimeline, ClockLine, Flag } from '../sla/timeline.ts';

/** Which case it is. */
export interface CaseName {
  readonly id: string;
  readonly advisoryId: string;
  readonly attr: string;
  readonly channel: string;
}

/** What is published of one case. It follows from the facts and the policy alone, whatever time it is. */
export interface CaseFigures {
  readonly band: Band;
  readonly policy: string;
  readonly firstPublicAt: EpochMs;
  readonly startAt: EpochMs;
  readonly matchedAt: EpochMs | null;
  readonly fixAvailableAt: EpochMs | null;
  readonly response: ClockLine;
  readonly remediation: ClockLine;
  readonly pausedMs: number;
  readonly rerated: number;
  readonly voidAt: EpochMs | null;
  /** When an escalation called for a person at once. */
  readonly pageAt: EpochMs | null;
  readonly flags: readonly Flag[];
  /** Reported months that counted the case as done before it reopened. */
  readonly revisesMonths: readonly string[];
}

export interface PublishedCase {
  readonly name: CaseName;
  readonly figures: CaseFigures;
}

export function figuresOf(facts: readonly Fact[], timeline: CaseTimeline): CaseFigures {
  const { policy, start, band, response, remediation, dueWithoutPausesAt, voidAt, pageAt } = timeline;
  return {
    band,
    policy: `${policy.id}/${policy.version}`,
    firstPublicAt: start.firstPublic,
    startAt: start.at,
    matchedAt: earliest(factsOf(facts, 'matched')),
    fixAvailableAt: earliest(factsOf(facts, 'upstream_fix_available')),
    response,
    remediation,
    pausedMs: remediation.dueAt === null || dueWithoutPausesAt === null ? 0 : remediation.dueAt - dueWithoutPausesAt,
    rerated: timeline.steps.filter(({ what }) => what === 'raised' || what === 'lowered').length,
    voidAt,
    pageAt,
    flags: [...timeline.flags].sort(),
    revisesMonths: timeline.revisesMonths,
  };
}
