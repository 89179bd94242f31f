import type { Stage } from '../lifecycle.ts';
import { type ClockedFinding, clockedOf, type FindingRow } from '../rows.ts';
import type { Verdict } from '../verdict.ts';
import type { AcceptedRisk } from './accept-risk.ts';
import { type Rejection, rejectionOf } from './rejection.ts';

/** A finding as those see it who decide about it. */
export interface TriagedFinding extends ClockedFinding {
  readonly stage: Stage;
  readonly claim: { readonly by: string; readonly until: number } | null;
  readonly nextUpdateAt: number | null;
  /** Since when a broken promise asks for a word on what went wrong. */
  readonly reviewOwedSince: number | null;
  readonly verdict: Verdict | null;
  /** Who signed the verdict. */
  readonly verdictBy: readonly string[];
  readonly patches: readonly string[];
  readonly acceptedRisk: AcceptedRisk | null;
  /** Every source took the record back, and nobody has confirmed that yet. */
  readonly rejection: Rejection | null;
}

export function triagedOf(row: FindingRow, now: number): TriagedFinding {
  return {
    ...clockedOf(row, now),
    stage: row.stage as Stage,
    claim: row.claimed_by === null || row.claim_until === null ? null : { by: row.claimed_by, until: row.claim_until },
    nextUpdateAt: row.next_update_at,
    reviewOwedSince: row.review_owed_since,
    verdict: row.verdict === null ? null : (JSON.parse(row.verdict) as Verdict),
    verdictBy: row.verdict_by === null ? [] : (JSON.parse(row.verdict_by) as string[]),
    patches: JSON.parse(row.patches) as string[],
    acceptedRisk: row.risk_accepted === null ? null : (JSON.parse(row.risk_accepted) as AcceptedRisk),
    rejection: rejectionOf(row),
  };
}
