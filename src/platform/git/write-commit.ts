import { AppError } from '../../foundation/errors.ts';
import { commitCommands, fastImport, personLine } from './fast-import.ts';
import { callGit, gitErrors, gitFailure, mustGit } from './git-process.ts';
import type { CommitText, FileEdit, MergeOutcome } from './index.ts';
import { checkedReference } from './names.ts';

/** A commit on top of `parent` (null: a first one) with some files changed, through `git fast-import`. No ref moves. */
export async function writeCommit(
  directory: string,
  options: { readonly parent: string | null; readonly edits: readonly FileEdit[]; readonly text: CommitText },
): Promise<string> {
  // A ref of its own that is removed again: fast-import always moves one.
  const ref = `refs/snowguard/writing-${process.pid}-${writes++}`;
  const from = options.parent === null ? [] : [checkedReference(options.parent)];
  const commit = commitCommands({ ref, mark: 1, parents: from, edits: options.edits, text: options.text });
  try {
    const output = await fastImport(directory, [...commit, Buffer.from('get-mark :1\n')]);
    return output.trim();
  } finally {
    await callGit(directory, { args: ['update-ref', '-d', ref] });
  }
}

let writes = 0;

/** Merges two commits without a working tree (`git merge-tree`, git 2.38 or newer). No ref moves. */
export async function mergeCommits(
  directory: string,
  options: { readonly ours: string; readonly theirs: string; readonly text: CommitText },
): Promise<MergeOutcome> {
  const { ours, theirs, text } = options;
  const merged = await callGit(directory, {
    args: [
      'merge-tree',
      '--write-tree',
      '-z',
      '--name-only',
      '--no-messages',
      checkedReference(ours),
      checkedReference(theirs),
    ],
  });
  const [treeId = '', ...paths] = merged.stdout.toString('utf8').split('\0');
  if (merged.code === 1) return { kind: 'conflict', paths: paths.filter((path) => path !== '').slice(0, 1000) };
  if (merged.code !== 0) throw gitFailure('merge-tree', merged.code, merged.stderr);
  if (!/^[0-9a-f]{40}$/.test(treeId)) throw new AppError(gitErrors.failed, 'git merge-tree named no tree');
  const person = personLine(text);
  const object = `tree ${treeId}\nparent ${ours}\nparent ${theirs}\nauthor ${person}\ncommitter ${person}\n\n${text.message}\n`;
  const output = await mustGit(directory, { args: ['hash-object', '-t', 'commit', '-w', '--stdin'], input: object });
  return { kind: 'merged', commitId: output.toString('utf8').trim() };
}
