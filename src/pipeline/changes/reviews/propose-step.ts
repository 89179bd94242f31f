import type { Clock } from '../../../foundation/clock.ts';
import type { GitRepository } from '../../../platform/git/index.ts';
import type { Channel } from '../../catalog/index.ts';
import type { Review } from './model.ts';
import type { ReviewStore } from './store.ts';

export type ProposeOutcome =
  | { readonly kind: 'proposed'; readonly review: Review }
  /** The channel reaches that commit already. */
  | { readonly kind: 'unchanged'; readonly commitId: string }
  | { readonly kind: 'conflict'; readonly ours: string; readonly theirs: string; readonly paths: readonly string[] };

/**
 * Makes the commit that a channel would move to, without moving it: the commit itself where it builds on the channel, else a
 * merge. The review is over its tree; a ref keeps it from being cleared away.
 */
export async function proposeStep(given: {
  readonly git: GitRepository;
  readonly reviews: Pick<ReviewStore, 'open' | 'list'>;
  readonly channel: Channel;
  readonly clock: Clock;
  readonly target: string;
  readonly how: Review['how'];
  readonly author: string;
}): Promise<ProposeOutcome> {
  const { git, reviews, channel, clock, target, how, author } = given;
  const base = await git.resolve(channel.branch);
  if (base !== null && (await git.isAncestor(target, base))) return { kind: 'unchanged', commitId: base };
  const candidate = await candidateOf(given, base);
  if (typeof candidate !== 'string') return candidate;
  const { treeId } = await git.commit(candidate);
  const ref = `refs/reviews/${channel.id}/${candidate}`;
  if ((await git.resolve(ref)) === null) await git.updateRef(ref, candidate, null);
  const review = await reviews.open({ channel: channel.id, base, candidate, treeId, how, author, at: clock.now() });
  return { kind: 'proposed', review };
}

async function candidateOf(
  { git, reviews, channel, clock, target, how }: Parameters<typeof proposeStep>[0],
  base: string | null,
): Promise<string | Extract<ProposeOutcome, { readonly kind: 'conflict' }>> {
  if (base === null || (await git.isAncestor(base, target))) return target;
  // The merge that is under review already stands for these two: another with a later time would void its approvals.
  for (const review of await reviews.list({ channel: channel.id, state: null, before: null, limit: 20 })) {
    if (review.base !== base || review.how !== how || review.state === 'superseded') continue;
    const { parents } = await git.commit(review.candidate);
    if (parents.length === 2 && parents[0] === base && parents[1] === target) return review.candidate;
  }
  const merged = await git.merge({
    ours: base,
    theirs: target,
    text: {
      message: `Merge ${target.slice(0, 12)} into ${channel.id}`,
      authorName: 'Snowguard',
      authorEmail: 'snowguard@localhost',
      at: clock.now(),
    },
  });
  if (merged.kind === 'conflict') return { kind: 'conflict', ours: base, theirs: target, paths: merged.paths };
  return merged.commitId;
}
