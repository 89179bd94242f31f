import type { SeverityBand } from '../advisories/index.ts';

export type FindingState = 'open' | 'under_investigation' | 'fixed' | 'not_affected' | 'retracted';

/** One vulnerability in one package of one channel. Never deleted. Deadlines are computed, not stored. */
export interface Finding {
  readonly id: string;
  readonly advisoryId: string;
  readonly attr: string;
  readonly channel: string;
  readonly version: string;
  readonly state: FindingState;
  readonly band: SeverityBand;
  readonly score: number | null;
  readonly knownExploited: boolean;
  readonly epss: number | null;
  /** First public disclosure: where the clock starts. */
  readonly disclosedAt: number;
  readonly openedAt: number;
  readonly fixedAt: number | null;
  readonly fixedVersion: string | null;
  readonly releasedAt: number | null;
  readonly risk: number;
  readonly explanation: string;
}

export interface Deadlines {
  readonly startAt: number;
  readonly responseDueAt: number | null;
  readonly remediationDueAt: number;
  /** `not_computed`: until when cannot be said; `remediationDueAt` is the start then. */
  readonly state: 'running' | 'at_risk' | 'breached' | 'met' | 'met_late' | 'void' | 'not_computed';
  /** How the initial response stands; `none`: none is promised. */
  readonly response: 'none' | 'running' | 'breached' | 'met' | 'met_late';
}
