import type { Configuration } from '../config/index.ts';
import { messageOf } from '../foundation/errors.ts';
import type { TermsPort } from '../http/index.ts';
import { type TermsStore, termsNotice } from '../pipeline/findings/index.ts';
import { readPolicy } from './read-people.ts';

/** The terms in force, held against the policy file, which is read anew each time. */
export function termsPortOf(
  terms: TermsStore,
  { folder, configuration }: { readonly folder: string; readonly configuration: Configuration },
): TermsPort {
  const file = () => readPolicy(folder, configuration);
  const { history, proposals, approve, withdraw } = terms;
  return {
    standing: async () => terms.standing(await file()),
    notice: async () => {
      try {
        return termsNotice(await terms.standing(await file()));
      } catch (error) {
        return `The policy file cannot be read; what was in force stays so. ${messageOf(error)}`;
      }
    },
    history,
    proposals,
    propose: async ({ by }) => terms.propose({ policy: await file(), by }),
    approve,
    withdraw,
  };
}
