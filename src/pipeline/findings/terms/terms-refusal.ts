import { proposalRefusal } from '../../../accounts/index.ts';
import type { TermsOutcome } from './terms-store.ts';
import { termsFaultWords } from './terms-words.ts';

/** Why a change of the terms was refused, and what to do next. */
export function termsRefusal(why: Extract<TermsOutcome, { readonly kind: 'refused' }>['why']): {
  readonly message: string;
  readonly hint: string;
} {
  switch (why) {
    case 'in_force':
      return {
        message: 'the policy file says what is in force already',
        hint: 'Edit it first: raise version and set effective_from.',
      };
    case 'version_used':
    case 'older_terms': {
      const [message, hint] = termsFaultWords[why];
      return { message, hint };
    }
    default:
      return proposalRefusal(why, { matter: 'terms', see: 'snowguard policy' });
  }
}
