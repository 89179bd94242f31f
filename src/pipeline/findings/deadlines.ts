import type { EpochMs } from '../../foundation/clock.ts';
import type { Deadlines } from './model.ts';
import type { CaseTimeline } from './sla/timeline.ts';

/** The instants of a case's remediation clock, as its facts give them. */
export interface ClockInstants {
  readonly startAt: EpochMs;
  readonly responseDueAt: EpochMs | null;
  readonly respondedAt: EpochMs | null;
  readonly responseBreachedAt: EpochMs | null;
  readonly remediationDueAt: EpochMs;
  readonly stoppedAt: EpochMs | null;
  readonly breachedAt: EpochMs | null;
  readonly voidAt: EpochMs | null;
  /** The forecast lies beyond the deadline. Facts alone do not say so. */
  readonly isLikelyLate?: boolean;
}

/** From this share of its time on a clock is at risk. */
export const atRiskFrom = 0.75;

export function instantsOf(timeline: CaseTimeline): ClockInstants {
  const { start, response, remediation, flags } = timeline;
  const promisesNothing = remediation.dueAt === null && !flags.has('not_computed');
  return {
    startAt: start.at,
    responseDueAt: response.dueAt,
    respondedAt: response.stoppedAt,
    responseBreachedAt: response.breachedAt,
    // Nobody knows how long it may take: due from the start, it stands on top of every list.
    remediationDueAt: remediation.dueAt ?? start.at,
    stoppedAt: remediation.stoppedAt,
    breachedAt: remediation.breachedAt,
    voidAt: promisesNothing ? start.at : timeline.voidAt,
  };
}

/** A case's deadlines and how its remediation stands at `now`. */
export function deadlinesOf(instants: ClockInstants, now: EpochMs): Deadlines {
  const { startAt, responseDueAt, remediationDueAt } = instants;
  const [state, response] = [stateAt(instants, now), responseAt(instants, now)];
  return { startAt, responseDueAt, remediationDueAt, state, response };
}

function responseAt(instants: ClockInstants, now: EpochMs): Deadlines['response'] {
  const { responseDueAt: dueAt, respondedAt, responseBreachedAt: breachedAt, voidAt } = instants;
  if (voidAt !== null || (dueAt === null && breachedAt === null)) return 'none';
  const isLate = breachedAt !== null || (dueAt !== null && (respondedAt ?? now) > dueAt);
  if (respondedAt !== null) return isLate ? 'met_late' : 'met';
  return isLate ? 'breached' : 'running';
}

function stateAt(instants: ClockInstants, now: EpochMs): Deadlines['state'] {
  const { startAt, remediationDueAt: dueAt, stoppedAt, breachedAt, voidAt } = instants;
  if (voidAt !== null) return 'void';
  if (dueAt === startAt) return 'not_computed';
  if (stoppedAt !== null) return stoppedAt <= dueAt && breachedAt === null ? 'met' : 'met_late';
  if (breachedAt !== null || dueAt < now) return 'breached';
  return instants.isLikelyLate || now - startAt >= atRiskFrom * (dueAt - startAt) ? 'at_risk' : 'running';
}
