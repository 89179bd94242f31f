import { z } from 'zod';
import { instant, link, Verdict } from '../verdict.ts';

const text = z.string().trim().min(3, 'has fewer than 3 characters').max(4000, 'has more than 4000 characters');
/** What the first person asked for, to the letter. */
const content = z.string().regex(/^[0-9a-f]{64}$/, 'is no content of what waits');
const score = z.number('is no score').min(0, 'is below 0').max(10, 'is above 10');
const tree = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/, 'is no git tree id');

/** What a person does to a finding: the same words in the portal, the API, the command line and in bulk. */
export const TriageAct = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('claim') }),
  z.strictObject({ kind: z.literal('release') }),
  /** Proposes a verdict; a second person approves its content. */
  z.strictObject({ kind: z.literal('not-affected'), verdict: Verdict }),
  z.strictObject({ kind: z.literal('approve'), content }),
  /** Takes back the own proposal, the verdict in force, or that it is affected. */
  z.strictObject({ kind: z.literal('withdraw'), reason: text }),
  /** All parts of an initial response at once. "None known" is a mitigation too. */
  z.strictObject({
    kind: z.literal('affected'),
    mitigation: text,
    nextUpdateAt: instant,
    targetAt: instant.nullable(),
    evidence: link.nullable(),
  }),
  /** The initial response to what was fixed before anybody answered. */
  z.strictObject({ kind: z.literal('answer'), mitigation: text, evidence: link.nullable() }),
  /** Why a promise was broken, and what changes so that it is not again. */
  z.strictObject({ kind: z.literal('post-mortem'), cause: text, prevention: text, evidence: link.nullable() }),
  z.strictObject({ kind: z.literal('report-upstream'), link, nextUpdateAt: instant }),
  z.strictObject({ kind: z.literal('upstream-fix'), link }),
  /** A score above the one in force; one person may. */
  z.strictObject({ kind: z.literal('raise'), score, evidence: link.nullable() }),
  z.strictObject({ kind: z.literal('lower'), to: z.enum(['high', 'medium', 'low']), reason: text }),
  z.strictObject({ kind: z.literal('approve-lower'), content }),
  /** Bears the risk for a while; a security lead approves that. */
  z.strictObject({
    kind: z.literal('accept-risk'),
    owner: text,
    reason: text,
    control: text,
    until: instant,
    customer: link.nullable(),
  }),
  z.strictObject({ kind: z.literal('approve-risk'), content }),
  z.strictObject({ kind: z.literal('end-risk'), reason: text }),
  /** It was rightly dismissed, says somebody else. */
  z.strictObject({ kind: z.literal('recheck') }),
  /** Every source took the record back, and rightly. */
  z.strictObject({ kind: z.literal('confirm-rejection') }),
  z.strictObject({ kind: z.literal('start-fix'), how: z.enum(['update', 'patch', 'backport', 'config', 'removal']) }),
  z.strictObject({ kind: z.literal('propose-fix'), tree, link: link.nullable() }),
  z.strictObject({ kind: z.literal('revise-fix'), reason: text }),
  z.strictObject({ kind: z.literal('reject-fix'), reason: text }),
  z.strictObject({ kind: z.literal('approve-fix'), tree }),
  z.strictObject({ kind: z.literal('verify'), evidence: link }),
  z.strictObject({ kind: z.literal('close') }),
  z.strictObject({ kind: z.literal('reopen'), reason: text }),
]);
export type TriageAct = z.infer<typeof TriageAct>;

export type TriageOutcome =
  | {
      readonly kind: 'done';
      /** Where the finding stands now. */
      readonly stage: string;
      /** Set where a second person has to approve before it counts: what they sign. */
      readonly awaits: string | null;
    }
  | { readonly kind: 'refused'; readonly why: string };

/** Why an act was refused, and what to do. */
export const refusalWords: Readonly<Record<string, string>> = {
  no_finding: 'There is no such finding.',
  not_a_person: 'Only a person may decide.',
  role_missing: 'You do not hold the role that this takes.',
  same_person: 'It takes a second person: you signed this already.',
  no_proposal: 'Nothing of that content waits for approval. It may have been taken back or changed.',
  no_verdict: 'There is nothing of yours to take back, and no verdict in force.',
  not_open: 'The finding is not open.',
  wrong_stage: 'That is no step from where the finding stands.',
  already_proposed: 'Somebody else proposed the very same. Approve it instead.',
  claimed_by_other: 'Somebody else has claimed it.',
  not_claimed: 'You have not claimed it.',
  expired: 'It would have expired already.',
  version_left: 'It does not hold for the version that is carried.',
  patch_gone: 'A patch that it holds on to is not there.',
  derivation_changed: 'The derivation is not as it says.',
  in_the_past: 'That time is past.',
  not_higher: 'The score does not raise the severity. Lowering one takes two people: ask for it with "lower".',
  no_request: 'Nobody asks for that in these words: it was asked for anew, or the request has expired.',
  not_lower: 'That is no lower severity than the one in force.',
  no_risk: 'No accepted risk is in force.',
  too_far: 'That lies more than a year ahead: say when there will be news before that.',
  too_long: 'A risk is accepted for a year at most.',
  no_rejection: 'No source has taken the record back, or it is decided already.',
  no_answer_owed: 'No answer is owed: it was given, none was promised, or the finding is not fixed yet.',
  no_review_owed: 'No promise of it was broken, or what went wrong was written already.',
  other_tree: 'The fix in review is another tree.',
};
