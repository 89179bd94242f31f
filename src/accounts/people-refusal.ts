import type { PeopleOutcome } from './people-outcome.ts';

type Why = Extract<PeopleOutcome, { kind: 'refused' }>['why'];

const words: Readonly<Record<Why, readonly [message: string, hint: string]>> = {
  bad_name: [
    'a name has lower-case letters, digits, dots, dashes and underscores, at most 64',
    'Choose another; "robot" and "operator" are words of the journal.',
  ],
  bad_email: ['that is not an e-mail address', 'Write it as ada@example.org.'],
  name_taken: [
    'this name belongs, or belonged, to somebody',
    'Choose another: what stands in the journal stays theirs.',
  ],
  email_taken: ['somebody is known by this e-mail address already', 'One person has one account: snowguard people'],
  identity_taken: ['somebody signs in with this identity already', 'One person has one account: snowguard people'],
  key_taken: ['a token with this fingerprint is known already', 'The person makes another: snowguard token new'],
  no_such_person: ['nobody of that name belongs to the house', 'See who does: snowguard people'],
  changes_nothing: ['that would change nothing', 'See how it is: snowguard people'],
  last_admins: ['fewer than two policy admins would be left', 'Add another policy admin first.'],
  not_a_person: ['you do not belong to this house any more', 'Ask a policy admin.'],
  role_missing: ['only a policy admin does that', 'See who is one: snowguard people'],
  same_person: ['who proposed a change cannot approve it', 'Ask another policy admin: snowguard people'],
  already_founded: ['the house is founded already', 'Changes are proposed now; run the command again.'],
  not_founded: [
    'the house has not two policy admins yet',
    'Add them first: snowguard people add NAME --role policy_admin',
  ],
  not_an_admin: [
    'this is for policy admins: the first two people of a house, and those whose tokens have expired',
    'Add --role policy_admin; they may have other roles too. Everyone else is added by two of them.',
  ],
  not_lost: [
    'two policy admins can still decide, or this one has a token that has not expired',
    'Two others give a new token: snowguard people key --help',
  ],
  no_proposal: ['nothing that waits has that content hash', 'See what waits: snowguard people'],
  overtaken: ['something else was decided meanwhile', 'Propose it anew, and have it approved as it is then.'],
};

/** Why a change of people was refused, and what to do next. */
export function peopleRefusal(why: Why): { readonly message: string; readonly hint: string } {
  const [message, hint] = words[why];
  return { message, hint };
}
