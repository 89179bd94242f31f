import type { ChangeFault, KnownPerson } from './people-change.ts';

export type PeopleOutcome =
  | { readonly kind: 'proposed'; readonly content: string }
  | { readonly kind: 'done'; readonly person: KnownPerson }
  | { readonly kind: 'withdrawn' }
  | {
      readonly kind: 'refused';
      readonly why:
        | ChangeFault
        | 'not_a_person'
        | 'role_missing'
        | 'same_person'
        | 'already_founded'
        | 'not_founded'
        | 'not_an_admin'
        | 'no_proposal'
        /** Somebody’s token is still good: two people can decide. */
        | 'not_lost'
        /** Something else was decided meanwhile: propose it anew. */
        | 'overtaken';
    };

export function refused(why: Extract<PeopleOutcome, { kind: 'refused' }>['why']): PeopleOutcome {
  return { kind: 'refused', why };
}
