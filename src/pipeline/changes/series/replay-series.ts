import type { GitRepository } from '../../../platform/git/index.ts';
import type { DropProof, SeriesPatch } from './model.ts';

export type ReplayOutcome =
  | {
      readonly kind: 'replayed';
      /** Upstream with every patch that it lacks on top. */
      readonly tip: string;
      readonly kept: readonly { readonly patch: SeriesPatch; readonly commitId: string }[];
      readonly dropped: readonly { readonly patch: SeriesPatch; readonly proof: DropProof }[];
    }
  | {
      readonly kind: 'conflict';
      readonly patch: SeriesPatch;
      /** The commit it was to be put on. */
      readonly onto: string;
      readonly paths: readonly string[];
    };

/**
 * Puts a series onto an upstream commit, patch by patch, through tree objects alone. The same series on the same upstream
 * gives the same commits on every machine: each keeps its author and date.
 */
export async function replaySeries(given: {
  readonly git: Pick<GitRepository, 'cherryPick' | 'commit' | 'diffPaths' | 'patchIds'>;
  readonly upstream: string;
  /** What the series stood on before; its patches are looked for in what upstream did since. Null: not known. */
  readonly since: string | null;
  readonly series: readonly SeriesPatch[];
}): Promise<ReplayOutcome> {
  const { git, upstream, series } = given;
  const kept: { readonly patch: SeriesPatch; readonly commitId: string }[] = [];
  const dropped: { readonly patch: SeriesPatch; readonly proof: DropProof }[] = [];
  let tip = upstream;
  for (const patch of series) {
    const commit = await git.commit(patch.commitId);
    const { subject, body, authorName, authorEmail, committedAt } = commit;
    const message = body === '' ? subject : `${subject}\n\n${body}`;
    const text = { message, authorName, authorEmail, at: committedAt };
    const picked = await git.cherryPick({ onto: tip, commit, text });
    if (picked.kind === 'picked') {
      tip = picked.commitId;
      kept.push({ patch, commitId: tip });
      continue;
    }
    const same = await sameUpstream(given, patch);
    if (same !== null) dropped.push({ patch, proof: same });
    else if (picked.kind === 'empty') dropped.push({ patch, proof: { kind: 'identical-result', upstream } });
    else return { kind: 'conflict', patch, onto: tip, paths: picked.paths };
  }
  return { kind: 'replayed', tip, kept, dropped };
}

/** Upstream's own commit with the same patch-id, though it went on to change the place. */
async function sameUpstream(
  { git, upstream, since }: Parameters<typeof replaySeries>[0],
  patch: SeriesPatch,
): Promise<DropProof | null> {
  const [parent] = (await git.commit(patch.commitId)).parents;
  if (since === null || parent === undefined) return null;
  const paths = (await git.diffPaths(parent, patch.commitId)).map(({ path }) => path);
  const [patchId] = (await git.patchIds({ reference: patch.commitId, since: null, paths: [] })).keys();
  if (patchId === undefined) return null;
  const commitId = (await git.patchIds({ reference: upstream, since, paths })).get(patchId);
  return commitId === undefined ? null : { kind: 'same-patch', upstream, commitId, patchId };
}
