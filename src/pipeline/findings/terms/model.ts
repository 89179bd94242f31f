import type { EpochMs } from '../../../foundation/clock.ts';
import type { SlaPolicy } from '../policy.ts';

/** A version of the policy that was put in force, whole, and by whom. Kept for ever. */
export interface Terms {
  /** The digest that two people sign: of the policy with the holidays that it counts by. */
  readonly content: string;
  readonly policy: SlaPolicy;
  /**
   * `first`: what the workspace had when approval was first asked for. `nobody-to-ask`: edited while fewer than two policy
   * admins were known.
   */
  readonly basis: 'first' | 'nobody-to-ask' | 'approved';
  readonly proposedBy: string | null;
  readonly takenBy: string;
  readonly takenAt: EpochMs;
}

/** What waits for a second policy admin. */
export interface ProposedTerms {
  readonly content: string;
  readonly policy: SlaPolicy;
  readonly proposedBy: string;
  readonly proposedAt: EpochMs;
  readonly expiresAt: EpochMs;
  /** What they change of what is in force, in words. */
  readonly changes: readonly string[];
}

/** Why a text can never be in force as it is. */
export type TermsFault =
  /** Findings were opened under other terms with this version. */
  | 'version_used'
  /** `effective_from` lies before that of the terms in force: they would never come into effect. */
  | 'older_terms';

/** How the policy file stands to what is in force. */
export interface TermsStanding {
  readonly content: string;
  /** The last that was put in force; null before the first start. */
  readonly inForce: Terms | null;
  readonly isInForce: boolean;
  readonly changes: readonly string[];
  readonly fault: TermsFault | null;
  readonly proposal: ProposedTerms | null;
  /** Whether there are two policy admins who can decide; while not, an edit is taken at the next start. */
  readonly isAsked: boolean;
}
