import type { EpochMs } from '../../../foundation/clock.ts';
import type { Band } from '../policy.ts';
import type { Fact } from './facts.ts';
import type { ClockStart } from './start.ts';

export type Flag =
  | 'provisional'
  | 'rerated'
  | 'late_detection'
  | 'late_fact'
  | 'inherited'
  | 'reopened'
  | 'unsupported'
  /** A few people knew of it before it was public. */
  | 'embargoed'
  /** Two people accepted its risk for a time. */
  | 'accepted_risk'
  /** The holidays that its business days pass over are not known so far. */
  | 'not_computed';

/** One contract clock as the facts leave it, whatever time it is. */
export interface ClockLine {
  /** Null: nothing is promised. */
  readonly dueAt: EpochMs | null;
  /** The due instant before two people lowered the severity; else as `dueAt`. */
  readonly originalDueAt: EpochMs | null;
  readonly stoppedAt: EpochMs | null;
  /** A deadline that had passed when a fact came: that breach stands. */
  readonly breachedAt: EpochMs | null;
  /** The later target agreed after a breach. */
  readonly revisedTargetAt: EpochMs | null;
  /** What we aim for after a late detection or a fix that did not hold. */
  readonly recoveryAt: EpochMs | null;
}

/** What one fact did to the clocks. */
export interface Step {
  readonly at: EpochMs;
  readonly fact: Fact | null;
  readonly what:
    | 'started'
    /** It made the start, or the severity at the start. */
    | 'known'
    | 'settled'
    | 'raised'
    | 'lowered'
    | 'noted'
    | 'paused'
    | 'refused'
    | 'responded'
    | 'stopped'
    | 'reopened'
    | 'breached'
    | 'voided';
  /** Which clock, which evidence, or why it was refused: `remediation`, `first_public`, `same_person` … */
  readonly detail: string | null;
  readonly band: Band;
  readonly responseDueAt: EpochMs | null;
  readonly remediationDueAt: EpochMs | null;
}

export interface DownRequest {
  readonly to: Band;
  readonly by: string;
  readonly at: EpochMs;
  readonly expiresAt: EpochMs;
  readonly approvedAt: EpochMs | null;
}

export interface CaseTimeline {
  readonly policy: { readonly id: string; readonly version: number };
  readonly start: ClockStart;
  readonly band: Band;
  readonly flags: ReadonlySet<Flag>;
  /** When an escalation first called for a person at once. */
  readonly pageAt: EpochMs | null;
  readonly pausedUntil: EpochMs | null;
  readonly voidAt: EpochMs | null;
  readonly response: ClockLine;
  readonly remediation: ClockLine;
  /** When remediation would be due had no pause counted. */
  readonly dueWithoutPausesAt: EpochMs | null;
  readonly downRequests: readonly DownRequest[];
  /** Reported months (`2027-03`) that counted the case as done before it reopened. */
  readonly revisesMonths: readonly string[];
  readonly settledBy: Fact | null;
  readonly steps: readonly Step[];
}
