import type { Clock } from '../../../foundation/clock.ts';
import type { GitRepository } from '../../../platform/git/index.ts';
import type { Channel } from '../../catalog/index.ts';
import { recordFound } from '../move-channel.ts';
import { carriedPatches } from '../series/adopt-patches.ts';
import { composeStep } from '../series/compose-step.ts';
import type { SeriesStore } from '../series/store.ts';
import type { ChangeStore } from '../store.ts';
import type { Review } from './model.ts';
import type { ReviewStore } from './store.ts';

export type ProposeOutcome =
  | { readonly kind: 'proposed'; readonly review: Review }
  /** The channel reaches that commit already. */
  | { readonly kind: 'unchanged'; readonly commitId: string }
  | { readonly kind: 'conflict'; readonly ours: string; readonly theirs: string; readonly paths: readonly string[] };

/**
 * Makes the commit that a channel would move to, without moving it: for upstream its own with our series on it, for a fix the
 * commit itself or a merge. The review is over its tree; a ref keeps it from being cleared away.
 */
export async function proposeStep(given: {
  readonly git: GitRepository;
  readonly reviews: Pick<ReviewStore, 'open'>;
  readonly series: Pick<SeriesStore, 'add' | 'carried' | 'history' | 'setConflict'>;
  readonly changes: ChangeStore;
  readonly channel: Channel;
  readonly clock: Clock;
  readonly target: string;
  readonly how: Review['how'];
  readonly author: string;
  /** The review of the same onto an older head. */
  readonly instead?: string;
}): Promise<ProposeOutcome> {
  const { git, reviews, changes, channel, clock, target, how, author } = given;
  await recordFound({ git, changes, channel, clock, actor: author });
  const base = await git.resolve(channel.branch);
  if (base !== null && (await git.isAncestor(target, base))) return { kind: 'unchanged', commitId: base };
  const candidate = how === 'upstream' ? await overUpstream(given, base) : await overChannel(given, base);
  if (typeof candidate !== 'string') return candidate;
  const { treeId } = await git.commit(candidate);
  const ref = `refs/reviews/${channel.id}/${candidate}`;
  if ((await git.resolve(ref)) === null) await git.updateRef(ref, candidate, null);
  const patchKey = how === 'fix' ? await patchKeyOf(git, base, target) : null;
  const { instead = null } = given;
  const opened = { channel: channel.id, base, candidate, treeId, how, author, patchKey, instead, at: clock.now() };
  return { kind: 'proposed', review: await reviews.open(opened) };
}

/** One digest of what is brought in, whatever tree it stands on; null where there is nothing to tell by. */
async function patchKeyOf(git: GitRepository, base: string | null, target: string): Promise<string | null> {
  const since = base === null ? null : await git.mergeBase(base, target);
  return since === null ? null : git.patchDigest(since, target);
}

type Conflict = Extract<ProposeOutcome, { readonly kind: 'conflict' }>;

async function overUpstream(given: Parameters<typeof proposeStep>[0], base: string | null): Promise<string | Conflict> {
  const { git, series, channel, clock, target } = given;
  const carried = await carriedPatches({ ...given, upstream: target });
  const composed = await composeStep({ git, channel, base, upstream: target, series: carried });
  if (composed.kind === 'composed') return composed.candidate;
  const { patch, onto, paths } = composed;
  const conflict = { channel: channel.id, patchId: patch.id, onto, upstream: target, paths, at: clock.now() };
  await series.setConflict(channel.id, conflict);
  return { kind: 'conflict', ours: patch.commitId, theirs: target, paths };
}

async function overChannel(
  { git, channel, target }: Parameters<typeof proposeStep>[0],
  base: string | null,
): Promise<string | Conflict> {
  if (base === null || (await git.isAncestor(base, target))) return target;
  const [ours, theirs] = [await git.commit(base), await git.commit(target)];
  const merged = await git.merge({
    ours: base,
    theirs: target,
    text: {
      message: `Merge ${target.slice(0, 12)} into ${channel.id}`,
      authorName: 'Snowguard',
      authorEmail: 'snowguard@localhost',
      // From what goes in, not from the clock: the same step is the same commit, and keeps its approvals.
      at: Math.max(ours.committedAt, theirs.committedAt),
    },
  });
  if (merged.kind === 'conflict') return { kind: 'conflict', ours: base, theirs: target, paths: merged.paths };
  return merged.commitId;
}
