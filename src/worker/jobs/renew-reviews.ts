import { proposeStep, type Review } from '../../pipeline/changes/index.ts';
import type { KeptChannel, WalkContext } from '../walk-context.ts';
import { channelOf, type JobHandler } from './job.ts';

/** What waits for a head that the channel has left is proposed anew onto the one it is on: as it was it could never go in. */
export const renewReviewsJob: JobHandler = async ({ context, subject }) => {
  const channel = channelOf(context, subject);
  const head = await context.git.resolve(channel.branch);
  if (head === null) return;
  for (const review of await context.reviews.undecided(channel.id))
    if (review.base !== head && !(await isIn(context, review, head))) await renewReview(context, channel, review);
};

/** It came in without waiting, and is still to be looked at where it stands. */
async function isIn({ git }: WalkContext, { how, candidate }: Review, head: string): Promise<boolean> {
  return how === 'found' || ((await git.resolve(candidate)) !== null && (await git.isAncestor(candidate, head)));
}

/** The same patches onto the channel's head; what two people approved is noted there, see `carryApprovals`. */
export async function renewReview(context: WalkContext, channel: KeptChannel, review: Review): Promise<void> {
  const { git, changes, clock, reviews, series } = context;
  const { how, author, id } = review;
  if (how === 'rollback') {
    const says = 'the channel moved on, and it was for the head before';
    return reviews.supersede(id, { says, hint: 'Roll back again, if that is still wanted.', at: clock.now() });
  }
  const target =
    how === 'upstream' ? await git.resolve(`refs/upstream/${channel.id}`) : await targetOf(context, review);
  const step = { git, reviews, changes, series, channel, clock };
  const outcome =
    target === null ? ({ kind: 'gone' } as const) : await proposeStep({ ...step, target, how, author, instead: id });
  if (outcome.kind === 'proposed') return;
  const at = clock.now();
  if (outcome.kind !== 'conflict') return reviews.supersede(id, { says: 'the channel has it already', hint: null, at });
  await reviews.supersede(id, {
    says: `what came into ${channel.id} meanwhile changes the same lines: ${outcome.paths.slice(0, 20).join(', ')}`,
    hint:
      how === 'fix'
        ? `Make it anew on the head of ${channel.id} and push it to refs/for/${channel.id}.`
        : 'A patch of ours does not apply to it: see snowguard patches.',
    at,
  });
}

/** What was proposed: the candidate, or what was merged into it. */
async function targetOf({ git }: WalkContext, { base, candidate }: Review): Promise<string | null> {
  if ((await git.resolve(candidate)) === null) return null;
  const [first, merged] = (await git.commit(candidate)).parents;
  return first === base && merged !== undefined ? merged : candidate;
}
