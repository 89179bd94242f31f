import type { Person } from '../accounts/index.ts';
import type { ProposedTerms, Terms, TermsOutcome, TermsStanding } from '../pipeline/findings/index.ts';

/** The terms of the promise: what is in force, what waits, and the policy file as it is now. */
export interface TermsPort {
  readonly standing: () => Promise<TermsStanding>;
  /** That the policy file is not what is in force, or cannot be read; null where all is well. */
  readonly notice: () => Promise<string | null>;
  /** Newest first. */
  readonly history: () => Promise<readonly Terms[]>;
  readonly proposals: () => Promise<readonly ProposedTerms[]>;
  /** What the file says now. */
  readonly propose: (given: { readonly by: Person }) => Promise<TermsOutcome>;
  readonly approve: (given: { readonly content: string; readonly by: Person }) => Promise<TermsOutcome>;
  readonly withdraw: (given: { readonly content: string; readonly by: Person }) => Promise<TermsOutcome>;
}
