import type { GitRepository } from '../../platform/git/index.ts';
import type { Channel } from '../catalog/index.ts';

/**
 * A commit with the tree of an older one, onto the channel's head: a channel only ever moves forward, and what it holds is
 * read off its second parent. The same given is the same commit.
 */
export async function rollBackCommit(given: {
  readonly git: Pick<GitRepository, 'commit' | 'commitTree'>;
  readonly channel: Channel;
  readonly head: string;
  readonly to: string;
  /** Of the release that it goes back to. */
  readonly version: string;
  readonly reason: string;
}): Promise<string> {
  const { git, channel, head, to, version, reason } = given;
  const [{ treeId }, { committedAt }] = [await git.commit(to), await git.commit(head)];
  const message = `${subjectOf(channel.id, version)}\n\nReason: ${reason.replaceAll(/\s+/g, ' ').trim()}\n`;
  return git.commitTree({
    treeId,
    parents: [head, to],
    text: { message, authorName: 'Snowguard', authorEmail: 'snowguard@localhost', at: committedAt },
  });
}

/** The commit whose tree a head really has: itself, or the one that the channel was rolled back to. */
export async function rolledBackTo(git: Pick<GitRepository, 'commit'>, commitId: string): Promise<string> {
  const { subject, treeId, parents } = await git.commit(commitId);
  const [, to] = parents;
  if (to === undefined || !/^Roll \S+ back to \S+$/.test(subject) || (await git.commit(to)).treeId !== treeId)
    return commitId;
  return rolledBackTo(git, to);
}

function subjectOf(channel: string, version: string): string {
  return `Roll ${channel} back to ${version}`;
}
