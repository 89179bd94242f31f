import { moveChannel, reconcileSeries } from '../../pipeline/changes/index.ts';
import { channelOf, type JobHandler } from './job.ts';
import { renewReview } from './renew-reviews.ts';
import { publishEvaluation } from './settle-channel.ts';

/** What was accepted goes into the channel, if the channel is still where it was when the step was looked at. */
export const acceptReviewJob: JobHandler = async ({ context, subject }) => {
  const review = await context.reviews.byId(subject);
  if (review?.state !== 'accepted') return;
  const channel = channelOf(context, review.channel);
  const { git, changes, series, clock, log } = context;
  const now = await git.resolve(channel.branch);
  if (now === review.candidate) {
    // It came in before anybody looked: all that was missing for its release is the approval.
    const evaluation = await context.catalog.evaluationOf(channel.id, review.candidate);
    if (context.reviewMode === 'enforce' && context.automaticReleases && evaluation !== null)
      await publishEvaluation(context, channel, evaluation);
    return;
  }
  if (now !== null && (await git.isAncestor(review.candidate, now))) return;
  if (now !== review.base) {
    // Together with what came in meanwhile it is another tree, which nobody approved.
    log.warn('the channel moved on under an accepted review', { channel: channel.id, review: review.id });
    return renewReview(context, channel, review);
  }
  await moveChannel(
    { git, changes, channel, clock, actor: review.author },
    { target: review.candidate, how: review.how, from: now },
  );
  const upstream = await git.resolve(`refs/upstream/${channel.id}`);
  if (review.how === 'upstream' && upstream !== null)
    await reconcileSeries({ git, series, channel, upstream, base: review.base, at: clock.now() });
};
