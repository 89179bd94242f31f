import { assertNever } from '../../foundation/assert-never.ts';
import { toIso } from '../../foundation/clock.ts';
import type { Stage } from './lifecycle.ts';
import type { FindingState } from './model.ts';
import { isLive } from './next-state.ts';
import type { FindingRow } from './rows.ts';
import type { AcceptedRisk } from './triage/accept-risk.ts';
import type { Verdict } from './verdict.ts';
import { type VerdictReason, verdictTypes } from './verdict-types.ts';

/** What is said of a finding to everybody: the reference's mapping of stages to VEX, before any format of it. */
export type PublicSay =
  | { readonly kind: 'under_investigation' }
  | {
      readonly kind: 'affected';
      /** What there is against it: nothing yet, a fix that is being made, one that a release carries, or none to come. */
      readonly remedy: 'none' | 'planned' | 'released' | 'not_planned';
      readonly action: string;
    }
  /** By a release, or by a patch that was there before (`reason`). */
  | { readonly kind: 'fixed'; readonly reason: VerdictReason | null; readonly statement: string | null }
  | {
      readonly kind: 'not_affected';
      readonly reason: VerdictReason;
      readonly justification: string;
      readonly statement: string;
      readonly evidence: string;
    }
  /** The robot saw that no source names the version any more: that is nobody's word. */
  | { readonly kind: 'silent' }
  /** It counts for nothing: the record was taken back. */
  | { readonly kind: 'void' };

export const sayColumnsRead = [
  'stage',
  'state',
  'version',
  'fixed_version',
  'remediation_due_at',
  'void_at',
  'verdict',
  'risk_accepted',
] as const;

export function publicSayOf(row: Pick<FindingRow, (typeof sayColumnsRead)[number]>): PublicSay {
  const stage = row.stage as Stage;
  switch (stage) {
    case 'matched':
    case 'triaging':
      return { kind: 'under_investigation' };
    case 'not_affected':
    case 'dismissed':
      return row.verdict === null ? { kind: 'silent' } : sayOfVerdict(JSON.parse(row.verdict) as Verdict);
    case 'verified':
    case 'closed':
      return { kind: 'fixed', reason: null, statement: null };
    case 'released':
      return {
        kind: 'affected',
        remedy: 'released',
        action: `Update to ${updateOf(row)}.`,
      };
    case 'void':
      return { kind: 'void' };
    case 'affected':
    case 'awaiting_upstream':
    case 'fixing':
    case 'in_review':
    case 'building':
    case 'testing':
    case 'staged':
      return sayOfAffected(row, stage);
    default:
      return assertNever(stage);
  }
}

/** A patch leaves the version as it is. */
function updateOf({ version, fixed_version: fixed }: Pick<FindingRow, 'version' | 'fixed_version'>): string {
  if (fixed === null) return 'the newest release';
  return fixed === version ? `a release with ${version} patched` : fixed;
}

function sayOfAffected(row: Parameters<typeof publicSayOf>[0], stage: Stage): PublicSay {
  if (row.risk_accepted !== null) {
    const { until, control } = JSON.parse(row.risk_accepted) as AcceptedRisk;
    const action = `No fix before ${toIso(until)}: the risk is accepted. ${control}`;
    return { kind: 'affected', remedy: 'not_planned', action };
  }
  if (row.void_at !== null && isLive(row.state as FindingState)) {
    const action =
      'No fix is promised: the line was not supported any more when this became known. Move to one that is.';
    return { kind: 'affected', remedy: 'not_planned', action };
  }
  const remedy = stage === 'affected' || stage === 'awaiting_upstream' ? 'none' : 'planned';
  return { kind: 'affected', remedy, action: `A fix is due by ${toIso(row.remediation_due_at)}.` };
}

function sayOfVerdict({ reason, statement, evidence }: Verdict): PublicSay {
  const { justification } = verdictTypes[reason];
  return justification === null
    ? { kind: 'fixed', reason, statement }
    : { kind: 'not_affected', reason, justification, statement, evidence };
}
