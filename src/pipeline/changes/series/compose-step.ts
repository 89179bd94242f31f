import type { GitRepository } from '../../../platform/git/index.ts';
import type { Channel } from '../../catalog/index.ts';
import type { SeriesPatch } from './model.ts';
import { replaySeries } from './replay-series.ts';
import type { SeriesStore } from './store.ts';

export type ComposeOutcome =
  | { readonly kind: 'composed'; readonly candidate: string }
  | {
      readonly kind: 'conflict';
      readonly patch: SeriesPatch;
      readonly onto: string;
      readonly paths: readonly string[];
    };

type Git = Pick<
  GitRepository,
  'cherryPick' | 'commit' | 'commitTree' | 'diffPaths' | 'isAncestor' | 'mergeBase' | 'patchIds'
>;

/**
 * The commit that a channel moves to for a newer upstream: upstream's own where nothing is carried and nothing was rewritten,
 * else one with the tree of upstream plus series, whose parents are the channel's head and the replayed series. So the channel
 * only ever moves forward, and what it holds over upstream is read off with plain git.
 */
export async function composeStep(given: {
  readonly git: Git;
  readonly channel: Channel;
  readonly base: string | null;
  readonly upstream: string;
  readonly series: readonly SeriesPatch[];
}): Promise<ComposeOutcome> {
  const { git, channel, base, upstream, series } = given;
  if (base === null) return { kind: 'composed', candidate: upstream };
  const since = await git.mergeBase(base, upstream);
  const replayed = await replaySeries({ git, upstream, since, series });
  if (replayed.kind === 'conflict') return replayed;
  const { tip, kept } = replayed;
  if (await git.isAncestor(base, tip)) return { kind: 'composed', candidate: tip };
  const [onto, made] = [await git.commit(base), await git.commit(tip)];
  const patches = kept.length === 1 ? '1 patch' : `${kept.length} patches`;
  const candidate = await git.commitTree({
    treeId: made.treeId,
    parents: [base, tip],
    text: {
      message: `Bring ${channel.id} to upstream ${upstream.slice(0, 12)} with ${patches}`,
      authorName: 'Snowguard',
      authorEmail: 'snowguard@localhost',
      // From what goes in, not from the clock: the same step is the same commit, and keeps its approvals.
      at: Math.max(onto.committedAt, made.committedAt),
    },
  });
  return { kind: 'composed', candidate };
}

/** Takes out of the series what the upstream that a channel now stands on has already. Again, it changes nothing. */
export async function reconcileSeries(given: {
  readonly git: Git;
  readonly series: SeriesStore;
  readonly channel: Channel;
  readonly upstream: string;
  /** The channel's head before; its patches are looked for in what upstream did since. */
  readonly base: string | null;
  readonly at: number;
}): Promise<void> {
  const { git, series, channel, upstream, base, at } = given;
  await series.setConflict(channel.id, null);
  const carried = await series.carried(channel.id);
  if (carried.length === 0) return;
  const since = base === null ? null : await git.mergeBase(base, upstream);
  const replayed = await replaySeries({ git, upstream, since, series: carried });
  if (replayed.kind === 'conflict' || replayed.dropped.length === 0) return;
  const dropped = replayed.dropped.map(({ patch, proof }) => ({ id: patch.id, proof }));
  await series.drop({ channel: channel.id, dropped, at, actor: 'robot' });
}
