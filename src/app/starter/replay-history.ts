import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { GitRepository, HistoryCommit } from '../../platform/git/index.ts';
import { applyCommit, editsBetween, type Tree, type TreeFile } from './apply-commit.ts';
import { type HistoryFile, readHistory } from './history-file.ts';

interface Replayed {
  readonly name: string;
  readonly tree: Tree;
}

/**
 * Writes the upstream history of the starter world in `dir` to a repository and gives the commit ids by the names of their
 * files. The ids are the same everywhere; doing it again changes nothing.
 */
export async function replayHistory(options: {
  readonly git: Pick<GitRepository, 'importHistory'>;
  readonly dir: string;
}): Promise<ReadonlyMap<string, string>> {
  const byName = new Map<string, Replayed>();
  const tips = new Map<string, Replayed>();
  const commits: HistoryCommit[] = [];
  for (const commit of await readHistory(path.join(options.dir, 'history'))) {
    const parent = tips.get(commit.branch) ?? (commit.onto === undefined ? undefined : byName.get(commit.onto));
    const other = commit.merge === undefined ? undefined : tips.get(commit.merge);
    const before: Tree = parent?.tree ?? new Map();
    const imported = commit.import === undefined ? before : await readTree(path.join(options.dir, commit.import));
    const merged = other === undefined ? imported : mergeTrees(before, other.tree, commonBase(commits, byName, commit));
    const tree = applyCommit(merged, commit);
    const replayed = { name: commit.name, tree };
    byName.set(commit.name, replayed);
    tips.set(commit.branch, replayed);
    commits.push({
      name: commit.name,
      ref: `refs/heads/${commit.branch}`,
      parents: [parent, other].flatMap((found) => (found === undefined ? [] : [found.name])),
      edits: editsBetween(before, tree),
      text: textOf(commit),
    });
  }
  return options.git.importHistory(commits);
}

function textOf({ author, date, message }: HistoryFile) {
  const [authorName = '', authorEmail = ''] = author.split(/ <|>/);
  return { message, authorName, authorEmail, at: date };
}

/** The tree where the merged branch left. */
function commonBase(
  commits: readonly HistoryCommit[],
  byName: ReadonlyMap<string, Replayed>,
  { merge }: HistoryFile,
): Tree {
  const first = commits.find((commit) => commit.ref === `refs/heads/${merge}`);
  return byName.get(first?.parents[0] ?? '')?.tree ?? new Map();
}

/** What the other side changed since the base wins; the histories here never change one file on both sides. */
function mergeTrees(ours: Tree, theirs: Tree, base: Tree): Tree {
  const tree = new Map(ours);
  for (const edit of editsBetween(base, theirs)) {
    const file = theirs.get(edit.path);
    if (file === undefined) tree.delete(edit.path);
    else tree.set(edit.path, file);
  }
  return tree;
}

async function readTree(folder: string): Promise<Tree> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  // What a desktop leaves behind, such as .DS_Store, would give every commit another id.
  const own = entries.filter((entry) => entry.isFile() && !entry.name.startsWith('.'));
  const files = own.map((entry) => path.join(entry.parentPath, entry.name));
  const read = files.map(async (file): Promise<readonly [string, TreeFile]> => {
    const [content, { mode }] = await Promise.all([readFile(file), stat(file)]);
    const inTree = path.relative(folder, file).split(path.sep).join('/');
    return [inTree, { content, mode: (mode & 0o100) === 0 ? '100644' : '100755' }];
  });
  return new Map((await Promise.all(read)).sort(([a], [b]) => (a < b ? -1 : 1)));
}
