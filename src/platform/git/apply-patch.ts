import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { callGit, lastWords, mustGit } from './git-process.ts';
import type { ApplyOutcome, CommitText } from './index.ts';
import { checkedReference } from './names.ts';
import { commitTree } from './write-commit.ts';

/** What `git diff` or `git format-patch` wrote, as a commit on another one. `text` null: only whether it fits, and nothing is written. */
export async function applyPatch(
  directory: string,
  { onto, patch, text }: { readonly onto: string; readonly patch: string; readonly text: CommitText | null },
): Promise<ApplyOutcome> {
  const folder = await mkdtemp(path.join(tmpdir(), 'snowguard-index-'));
  try {
    const index = path.join(folder, 'index');
    await mustGit(directory, { args: ['read-tree', checkedReference(onto)], index });
    const mode = text === null ? ['--check'] : [];
    const { code, stderr } = await callGit(directory, {
      args: ['apply', '--cached', '--recount', ...mode, '-'],
      input: patch.endsWith('\n') ? patch : `${patch}\n`,
      index,
    });
    if (code !== 0) return { kind: 'refused', why: lastWords(stderr) };
    if (text === null) return { kind: 'fits' };
    const treeId = (await mustGit(directory, { args: ['write-tree'], index })).toString('utf8').trim();
    return { kind: 'applied', commitId: await commitTree(directory, { treeId, parents: [onto], text }) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
