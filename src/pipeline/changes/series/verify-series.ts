import type { EpochMs } from '../../../foundation/clock.ts';
import type { GitRepository } from '../../../platform/git/index.ts';
import type { SeriesPatch } from './model.ts';
import { replaySeries } from './replay-series.ts';

export type SeriesProof =
  | { readonly kind: 'exact'; readonly upstream: string; readonly treeId: string; readonly patches: number }
  | { readonly kind: 'differs'; readonly upstream: string; readonly paths: readonly string[] }
  | {
      readonly kind: 'does-not-apply';
      readonly upstream: string;
      readonly patch: SeriesPatch;
      readonly paths: readonly string[];
    };

/** What of all that a channel ever carried it carried at an instant. */
export function carriedAt(history: readonly SeriesPatch[], at: EpochMs): readonly SeriesPatch[] {
  return history.filter(({ addedAt, dropped }) => addedAt <= at && (dropped === null || dropped.at >= at)).reverse();
}

/** Whether a commit's tree is exactly an upstream's plus a series: by doing it again. */
export async function verifySeries(given: {
  readonly git: Pick<GitRepository, 'cherryPick' | 'commit' | 'diffPaths' | 'mergeBase' | 'patchIds'>;
  readonly head: string;
  readonly upstream: string;
  readonly series: readonly SeriesPatch[];
}): Promise<SeriesProof> {
  const { git, head, series } = given;
  const upstream = (await git.mergeBase(head, given.upstream)) ?? given.upstream;
  const replayed = await replaySeries({ git, upstream, since: null, series });
  if (replayed.kind === 'conflict')
    return { kind: 'does-not-apply', upstream, patch: replayed.patch, paths: replayed.paths };
  const [{ treeId }, made] = [await git.commit(head), await git.commit(replayed.tip)];
  if (treeId === made.treeId) return { kind: 'exact', upstream, treeId, patches: replayed.kept.length };
  const paths = (await git.diffPaths(replayed.tip, head)).map(({ path }) => path);
  return { kind: 'differs', upstream, paths: paths.slice(0, 200) };
}
