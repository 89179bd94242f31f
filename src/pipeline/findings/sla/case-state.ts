import type { EpochMs } from '../../../foundation/clock.ts';
import type { Band, Rater, SlaPolicy } from '../policy.ts';
import { worse } from '../severity.ts';
import { addWindow } from './calendar.ts';
import type { Fact } from './facts.ts';
import type { ClockStart } from './start.ts';
import type { ClockLine, DownRequest, Flag, Step } from './timeline.ts';

export interface OpenRequest {
  request: DownRequest;
  readonly people: Set<string>;
  lead: boolean;
}
/** What a fact did, and why it was refused where it was. */
export type Outcome = readonly [what: Step['what'], detail?: string | null];
export type Line = { -readonly [Key in keyof ClockLine]: ClockLine[Key] };

/** A case between two of its facts. Lives only while one is replayed. */
export interface CaseState {
  readonly policy: SlaPolicy;
  readonly start: ClockStart;
  readonly scores: Map<Rater, number>;
  /** What the ratings say. */
  base: Band;
  /** What exploitation demands at least. */
  floor: Band;
  provisional: boolean;
  /** Two people lowered it: scores from feeds no longer count. */
  lowered: boolean;
  settledBy: Fact | null;
  creditMs: number;
  pausedUntil: EpochMs | null;
  pageAt: EpochMs | null;
  voidAt: EpochMs | null;
  readonly response: Line;
  readonly remediation: Line;
  readonly requests: OpenRequest[];
  readonly revisesMonths: string[];
  readonly flags: Set<Flag>;
  readonly steps: Step[];
}

export function lineStopping(stoppedAt: EpochMs | null): Line {
  return {
    dueAt: null,
    originalDueAt: null,
    stoppedAt,
    breachedAt: null,
    revisedTargetAt: null,
    recoveryAt: null,
  };
}

export function bandNow(state: CaseState): Band {
  return worse(state.base, state.floor);
}

export function isStopped(line: ClockLine, at: EpochMs): boolean {
  return line.stoppedAt !== null && line.stoppedAt <= at;
}

export function addStep(
  state: CaseState,
  at: EpochMs,
  fact: Fact | null,
  what: Step['what'],
  detail: string | null = null,
): void {
  const { response, remediation } = state;
  state.steps.push({
    at,
    fact,
    what,
    detail,
    band: bandNow(state),
    responseDueAt: response.dueAt,
    remediationDueAt: remediation.dueAt,
  });
}

/** Null: the policy's holidays are not known so far. */
export function windowEnd(state: CaseState, from: EpochMs, windowMs: number): EpochMs | null {
  return addWindow(from, windowMs, state.policy.clock);
}

/** A deadline that passed before `at` is broken for good, whatever changes later. */
export function noteBreaches(state: CaseState, at: EpochMs): void {
  for (const name of ['response', 'remediation'] as const) {
    const line = state[name];
    if (line.dueAt === null || line.breachedAt !== null || line.dueAt >= at) continue;
    if (line.stoppedAt !== null && line.stoppedAt <= line.dueAt) continue;
    line.breachedAt = line.dueAt;
    addStep(state, line.dueAt, null, 'breached', name);
  }
}

/** Gives the running clocks the full windows of the band as it is now. */
export function setWindows(state: CaseState, at: EpochMs): void {
  const { start, policy, response, remediation, creditMs } = state;
  const window = policy.windows[bandNow(state)];
  const responseEnd = window.response === null ? null : windowEnd(state, start.at, window.response);
  // Where no end can be computed, the one that was stays.
  if (window.response === null || responseEnd !== null) setDue(response, at, responseEnd);
  const remediationEnd = windowEnd(state, start.at, window.remediation);
  if (remediationEnd !== null) setDue(remediation, at, remediationEnd + creditMs);
}

function setDue(line: Line, at: EpochMs, dueAt: EpochMs | null): void {
  if (isStopped(line, at)) return;
  if (line.breachedAt === null) line.dueAt = dueAt;
  else line.revisedTargetAt = dueAt;
}
