import { randomUUID } from 'node:crypto';
import { committedAtOf } from './commits.ts';
import { mustGit } from './git-process.ts';
import type { HistoryEntry } from './index.ts';
import { checkedReference } from './names.ts';

const fields = ['%H', '%P', '%an', '%ae', '%cn', '%ce', '%ct', '%s', '%b'];
const alongFirstParents = ['--name-only', '--no-renames', '--first-parent', '--diff-merges=first-parent'];
/** `git log --raw -z`: commits, newest first, each with the paths that differ from its first parent; of all that was merged, without paths. */
export async function readHistory(
  directory: string,
  reference: string,
  options: { readonly since: string | null; readonly limit: number; readonly merged?: boolean },
): Promise<readonly HistoryEntry[]> {
  // What follows it is a commit, not a path: messages and paths may hold any text, but none that is drawn only now.
  const start = `\u0001${randomUUID()}`;
  const which = options.merged === true ? ['--topo-order'] : alongFirstParents;
  const output = await mustGit(directory, {
    args: [
      'log',
      '-z',
      ...which,
      `--format=tformat:${start}${fields.join('%x00')}%x00`,
      '--encoding=UTF-8',
      '--no-mailmap',
      `--max-count=${options.limit}`,
      checkedReference(reference),
      ...(options.since === null ? [] : [`^${checkedReference(options.since)}`]),
      '--',
    ],
    maxBytes: 512 * 1024 * 1024,
  });
  return output
    .toString('utf8')
    .split(start)
    .slice(1)
    .map((text) => {
      const [
        id = '',
        parents = '',
        authorName = '',
        authorEmail = '',
        committerName = '',
        committerEmail = '',
        time = '0',
        subject = '',
        body = '',
        ...paths
      ] = text.split('\0');
      return {
        id,
        parents: parents === '' ? [] : parents.split(' '),
        author: { name: authorName, email: authorEmail },
        committer: { name: committerName, email: committerEmail },
        committedAt: committedAtOf(time),
        subject,
        body: body.trimEnd(),
        paths: paths.map((path) => path.replace(/^\n/, '')).filter((path) => path !== ''),
      };
    });
}
