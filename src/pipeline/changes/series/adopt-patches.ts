import type { CommitInfo, GitRepository } from '../../../platform/git/index.ts';
import type { Channel } from '../../catalog/index.ts';
import type { Change } from '../model.ts';
import type { ChangeStore } from '../store.ts';
import type { SeriesPatch } from './model.ts';
import { readTrailers } from './read-trailers.ts';
import type { SeriesStore } from './store.ts';

/** Commits of ours that came into a channel join its series, oldest first. Again, it changes nothing. */
export async function adoptPatches(given: {
  readonly git: Pick<GitRepository, 'commit' | 'log' | 'isAncestor' | 'resolve'>;
  readonly series: Pick<SeriesStore, 'add' | 'history'>;
  readonly change: Change;
  /** The upstream that the channel stands on; null when it has none. */
  readonly upstream: string | null;
}): Promise<number> {
  const { git, series, change, upstream } = given;
  const { from, to, how, channel, at, actor } = change;
  if (
    how === 'upstream' ||
    how === 'rollback' ||
    from === null ||
    upstream === null ||
    (await git.resolve(from)) === null
  )
    return 0;
  const commits = await git.log(to, { since: from });
  const known = await series.history(channel);
  const own: (typeof commits)[number][] = [];
  for (const commit of commits) {
    if (commit.parents.length !== 1 || (await git.isAncestor(commit.id, upstream))) continue;
    // A patch of the series that was replayed keeps its words, author and date: it is the same patch.
    const alike = known.filter(({ subject, author }) => subject === commit.subject && author === authorOf(commit));
    const dates = await Promise.all(alike.map(async (patch) => (await git.commit(patch.commitId)).committedAt));
    if (!dates.includes(commit.committedAt)) own.push(commit);
  }
  return series.add({
    channel,
    at,
    actor,
    patches: own.reverse().map((commit) => ({
      commitId: commit.id,
      subject: commit.subject,
      author: authorOf(commit),
      facts: readTrailers(commit),
    })),
  });
}

function authorOf({ authorName, authorEmail }: CommitInfo): string {
  return `${authorName} <${authorEmail}>`;
}

const mostChanges = 200;

/**
 * What a channel carries, with whatever came in since upstream last did: a process that died before it was adopted, or a push
 * that nobody saw, loses nothing.
 */
export async function carriedPatches(given: {
  readonly git: Pick<GitRepository, 'commit' | 'log' | 'isAncestor' | 'resolve'>;
  readonly series: Pick<SeriesStore, 'add' | 'carried' | 'history'>;
  readonly changes: Pick<ChangeStore, 'changesOf'>;
  readonly channel: Channel;
  readonly upstream: string;
}): Promise<readonly SeriesPatch[]> {
  const { git, series, changes, channel, upstream } = given;
  const recent = await changes.changesOf(channel.id, { limit: mostChanges });
  const last = recent.findIndex(({ how }) => how === 'upstream');
  for (const change of recent.slice(0, last < 0 ? undefined : last).reverse())
    await adoptPatches({ git, series, change, upstream });
  return series.carried(channel.id);
}
