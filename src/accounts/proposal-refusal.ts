import { type Matter, type ProposalFault, roleFor } from './proposals.ts';

/** Why what takes two people was refused, and what to do next. `see`: where what waits is listed. */
export function proposalRefusal(
  why: ProposalFault,
  { matter, see }: { readonly matter: Matter; readonly see: string },
): { readonly message: string; readonly hint: string } {
  const role = roleFor(matter);
  switch (why) {
    case 'not_a_person':
      return { message: 'you do not belong to this house any more', hint: 'Ask a policy admin.' };
    case 'role_missing':
      return { message: `that takes the role ${role}`, hint: 'See who has it: snowguard people' };
    case 'not_founded':
      return {
        message: `fewer than two people have the role ${role}: nobody could approve it`,
        hint: `Give it to somebody else too: snowguard people --help`,
      };
    case 'no_proposal':
      return { message: 'nothing that waits has that content hash', hint: `See what waits: ${see}` };
    case 'same_person':
      return {
        message: 'who proposed it cannot approve it',
        hint: `Ask somebody else with the role ${role}: snowguard people`,
      };
    case 'overtaken':
      return {
        message: 'something else was decided meanwhile, or who proposed it may not any more',
        hint: 'Propose it anew, and have it approved as it is then.',
      };
  }
}
