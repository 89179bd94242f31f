import type { EpochMs } from '../../../foundation/clock.ts';
import type { SlaPolicy } from '../policy.ts';
import type { Fact } from './facts.ts';
import type { FedrampClass } from './fedramp.ts';
import type { ClockState } from './read-clock.ts';
import type { CaseTimeline } from './timeline.ts';

/** One clock of a case as it stands, and in a sentence why its instants are what they are. */
export interface CaseClock {
  /** As the reference calls it: `contract.response`, `bod2604`, `cra14.notification` … */
  readonly name: string;
  /** The closure, the class or the rating it is about; null where there is one of its name. */
  readonly of: string | null;
  readonly force: 'contract' | 'comparison' | 'customer' | 'optional' | 'legal';
  readonly startAt: EpochMs | null;
  readonly dueAt: EpochMs | null;
  readonly stoppedAt: EpochMs | null;
  readonly state: ClockState;
  readonly because: string;
}

export interface ClocksOf {
  readonly facts: readonly Fact[];
  readonly timeline: CaseTimeline;
  readonly policy: SlaPolicy;
  readonly now: EpochMs;
  /** Null: the operator is under no FedRAMP class. */
  readonly fedrampClass: FedrampClass | null;
}

/** How a clock without pauses or breaches of its own stands. */
export function plainState({
  startAt,
  dueAt,
  stoppedAt,
  now,
}: Pick<CaseClock, 'startAt' | 'dueAt' | 'stoppedAt'> & { readonly now: EpochMs }): ClockState {
  if (startAt === null || startAt > now) return 'not_started';
  if (dueAt === null) return 'not_applicable';
  if (stoppedAt !== null && stoppedAt <= now) return stoppedAt <= dueAt ? 'met' : 'met_late';
  return dueAt < now ? 'breached_open' : 'running';
}
