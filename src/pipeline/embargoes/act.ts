import { z } from 'zod';
import type { Role } from '../../accounts/index.ts';

const statement = z.string().trim().min(10).max(4000);
const instant = z.int().nonnegative();

/** What an insider does: the same words on the page, in the API and on the command line. */
export const EmbargoAct = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('note'), text: z.string().trim().min(1).max(200_000) }),
  z.strictObject({ kind: z.literal('claim') }),
  z.strictObject({ kind: z.literal('release') }),
  z.strictObject({
    kind: z.literal('determine'),
    as: z.enum(['affected', 'not_affected']),
    attr: z.string().trim().min(1).max(300).nullable().default(null),
    statement,
  }),
  z.strictObject({ kind: z.literal('aware'), since: instant, evidence: statement }),
  /** As `git diff` or `git format-patch` writes it, against what the channel carries now. */
  z.strictObject({
    kind: z.literal('fix'),
    channel: z.string().trim().min(1).max(100),
    patch: z.string().min(1).max(200_000),
  }),
  z.strictObject({ kind: z.literal('let-in'), person: z.string().trim().min(1).max(100) }),
  z.strictObject({ kind: z.literal('move'), to: instant, reason: statement }),
  z.strictObject({ kind: z.literal('lift'), reason: statement }),
]);
export type EmbargoAct = z.infer<typeof EmbargoAct>;

/** Any of these; null: whoever was let in. */
export const rolesFor: Readonly<Record<EmbargoAct['kind'], readonly Role[] | null>> = {
  note: null,
  claim: ['analyst', 'security_lead'],
  release: ['analyst', 'security_lead'],
  determine: ['analyst', 'security_lead'],
  aware: ['analyst', 'security_lead'],
  fix: ['analyst', 'security_lead'],
  'let-in': ['security_lead'],
  move: ['security_lead'],
  lift: ['security_lead'],
};

export type EmbargoRefusal =
  | 'not_a_person'
  | 'role_missing'
  | 'ended'
  | 'not_claimed'
  | 'claimed_by_other'
  | 'not_affected_here'
  | 'no_such_channel'
  | 'does_not_fit'
  | 'in_the_future'
  | 'in_the_past'
  | 'unknown_person'
  | 'already_in';

export type EmbargoOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'refused'; readonly why: EmbargoRefusal; readonly detail?: string }
  /** There is none, or not for who asks. */
  | { readonly kind: 'unknown' };

/** What to tell of a refusal. */
export function refusalWords({ why, detail }: { readonly why: EmbargoRefusal; readonly detail?: string }): string {
  return detail === undefined ? embargoRefusals[why] : `${embargoRefusals[why]} ${detail}`;
}

const embargoRefusals: Readonly<Record<EmbargoRefusal, string>> = {
  not_a_person: 'That takes a person.',
  role_missing:
    'Your roles do not allow that: a security lead opens, lets in, moves and lifts; an analyst works on it.',
  ended: 'The embargo has ended; only notes can be added.',
  not_claimed: 'You have not claimed it.',
  claimed_by_other: 'Somebody else works on it. Ask them to release it.',
  not_affected_here: 'It names no such package.',
  no_such_channel: 'There is no such channel with a tree of its own.',
  does_not_fit: 'The patch does not fit onto what the channel carries now.',
  in_the_future: 'That instant lies ahead.',
  in_the_past: 'That instant is over. To end the embargo now, lift it.',
  unknown_person: 'There is no person of that name in the house.',
  already_in: 'They were let in before.',
};
