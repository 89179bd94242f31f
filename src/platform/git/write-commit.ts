import { AppError } from '../../foundation/errors.ts';
import { readLog } from './commits.ts';
import { commitCommands, fastImport, personLine } from './fast-import.ts';
import { callGit, gitErrors, gitFailure, mustGit } from './git-process.ts';
import type { CommitInfo, CommitText, FileEdit, MergeOutcome, PickOutcome } from './index.ts';
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
  const merged = await mergedTree(directory, ours, theirs);
  if (merged.kind === 'conflict') return merged;
  return { kind: 'merged', commitId: await commitTree(directory, { ...merged, parents: [ours, theirs], text }) };
}

/**
 * What a commit did to its first parent, done again on another commit. No ref moves. `empty`: nothing is left to do there.
 */
export async function cherryPick(
  directory: string,
  options: { readonly onto: string; readonly commit: CommitInfo; readonly text: CommitText },
): Promise<PickOutcome> {
  const { onto, commit, text } = options;
  const { treeId } = (await readLog(directory, onto, { limit: 1 }))[0] ?? commit;
  const parents = commit.parents.slice(0, 1);
  // Git 2.39 takes no base of its own: a commit with the tree of one side and the parent of the other gives it that one.
  const ours = await commitTree(directory, { treeId, parents, text });
  const picked = await mergedTree(directory, ours, commit.id);
  if (picked.kind === 'conflict') return picked;
  if (picked.treeId === treeId) return { kind: 'empty' };
  return { kind: 'picked', commitId: await commitTree(directory, { ...picked, parents: [onto], text }) };
}

async function mergedTree(
  directory: string,
  ours: string,
  theirs: string,
): Promise<
  { readonly kind: 'tree'; readonly treeId: string } | { readonly kind: 'conflict'; readonly paths: readonly string[] }
> {
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
  return { kind: 'tree', treeId };
}

/** A commit of a tree that is there. The same given is the same commit. */
export async function commitTree(
  directory: string,
  options: { readonly treeId: string; readonly parents: readonly string[]; readonly text: CommitText },
): Promise<string> {
  const { treeId, parents, text } = options;
  const person = personLine(text);
  const lines = [
    `tree ${treeId}`,
    ...parents.map((parent) => `parent ${parent}`),
    `author ${person}`,
    `committer ${person}`,
  ];
  const object = `${lines.join('\n')}\n\n${text.message}\n`;
  const output = await mustGit(directory, { args: ['hash-object', '-t', 'commit', '-w', '--stdin'], input: object });
  return output.toString('utf8').trim();
}
