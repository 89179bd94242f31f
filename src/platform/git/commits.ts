import { isUtf8 } from 'node:buffer';
import { AppError } from '../../foundation/errors.ts';
import { gitErrors, mustGit } from './git-process.ts';
import type { CommitInfo, PathChange, TreeEntry } from './index.ts';
import { checkedReference } from './names.ts';

const fields = ['%H', '%T', '%P', '%an', '%ae', '%ct', '%s', '%b'];

/** `git log -z` with the fields above, each ended by NUL. */
export async function readLog(
  directory: string,
  reference: string,
  options: { readonly since?: string; readonly limit?: number } = {},
): Promise<readonly CommitInfo[]> {
  const output = await mustGit(directory, {
    args: [
      'log',
      '-z',
      `--format=tformat:${fields.join('%x00')}`,
      '--encoding=UTF-8',
      '--no-mailmap',
      ...(options.limit === undefined ? [] : [`--max-count=${options.limit}`]),
      checkedReference(reference),
      ...(options.since === undefined ? [] : [`^${checkedReference(options.since)}`]),
      '--',
    ],
    maxBytes: 512 * 1024 * 1024,
  });
  const texts = output.toString('utf8').split('\0');
  const commits: CommitInfo[] = [];
  for (let at = 0; at + fields.length <= texts.length; at += fields.length) {
    const [id = '', treeId = '', parents = '', authorName = '', authorEmail = '', time = '0', subject = '', body = ''] =
      texts.slice(at, at + fields.length);
    commits.push({
      id,
      treeId,
      parents: parents === '' ? [] : parents.split(' '),
      authorName,
      authorEmail,
      committedAt: committedAtOf(time),
      subject,
      body: body.trimEnd(),
    });
  }
  return commits;
}

const lastSecond = Date.parse('9999-12-31T23:59:59Z') / 1000;

/** Epoch milliseconds of the seconds that a commit says of itself, which may be any number, within what a calendar holds. */
export function committedAtOf(seconds: string): number {
  return Math.min(Math.max(0, Math.trunc(Number(seconds))), lastSecond) * 1000;
}

/** `<mode> <type> <id>\t<path>\0` a file; submodules have mode 160000. */
export async function readTree(directory: string, reference: string): Promise<readonly TreeEntry[]> {
  const output = await mustGit(directory, {
    args: ['ls-tree', '-r', '-z', '--full-tree', checkedReference(reference)],
    maxBytes: 1024 * 1024 * 1024,
  });
  if (!isUtf8(output))
    throw new AppError(gitErrors.unsafe, 'the tree holds a file name that is not UTF-8', {
      hint: 'Rename the file; only UTF-8 names can be published.',
    });
  const entries: TreeEntry[] = [];
  for (const line of output.toString('utf8').split('\0')) {
    if (line === '') continue;
    const tab = line.indexOf('\t');
    const [mode = '', , objectId = ''] = line.slice(0, tab).split(' ');
    entries.push({ mode: modeOf(mode), objectId, path: line.slice(tab + 1) });
  }
  return entries;
}

// Old commits hold other permission bits (100664); git reads every regular file as 644 or 755.
function modeOf(mode: string): TreeEntry['mode'] {
  if (mode === '120000' || mode === '160000') return mode;
  return (Number.parseInt(mode, 8) & 0o100) === 0 ? '100644' : '100755';
}

export async function readDiff(directory: string, from: string, to: string): Promise<readonly PathChange[]> {
  const output = await mustGit(directory, {
    args: ['diff-tree', '-r', '-z', '--no-renames', '--name-status', checkedReference(from), checkedReference(to)],
    maxBytes: 512 * 1024 * 1024,
  });
  const texts = output.toString('utf8').split('\0');
  const changes: PathChange[] = [];
  for (let at = 0; at + 1 < texts.length; at += 2) {
    const status = texts[at] === 'A' ? 'added' : texts[at] === 'D' ? 'deleted' : 'modified';
    changes.push({ status, path: texts[at + 1] ?? '' });
  }
  return changes;
}
