import type { FileEdit } from '../../platform/git/index.ts';
import type { HistoryFile } from './history-file.ts';
import { starterError } from './read-toml.ts';

/** A file of the tree that is being built up. */
export interface TreeFile {
  readonly content: Buffer;
  readonly mode: '100644' | '100755';
}

export type Tree = ReadonlyMap<string, TreeFile>;

/** The tree after a commit of the history, given the tree before it; a replacement that finds no place is an error. */
export function applyCommit(before: Tree, commit: HistoryFile & { readonly name: string }): Tree {
  const tree = new Map(before);
  const wrong = (what: string) => starterError(`${commit.name}: ${what}`);
  for (const { file } of commit.remove) if (!tree.delete(file)) throw wrong(`there is no ${file} to remove`);
  for (const { file, text } of commit.write)
    tree.set(file, { content: Buffer.from(text), mode: tree.get(file)?.mode ?? '100644' });
  for (const replacement of commit.replace) {
    const { from, to } = replacement;
    const files =
      'file' in replacement
        ? [replacement.file]
        : [...tree.keys()].filter(
            (file) => file.startsWith(`${replacement.under}/`) && contentOf(tree, file).includes(from),
          );
    if (files.length === 0) throw wrong(`nothing holds ${JSON.stringify(from)}`);
    for (const file of files) {
      const pieces = contentOf(tree, file).split(from);
      if (pieces.length < 2 || ('file' in replacement && pieces.length > 2))
        throw wrong(`${file} holds ${JSON.stringify(from)} ${pieces.length - 1} times`);
      tree.set(file, { content: Buffer.from(pieces.join(to)), mode: tree.get(file)?.mode ?? '100644' });
    }
  }
  return tree;
}

function contentOf(tree: Tree, file: string): string {
  return tree.get(file)?.content.toString('utf8') ?? '';
}

/** What leads from one tree to another, by path. */
export function editsBetween(before: Tree, after: Tree): readonly FileEdit[] {
  const removed = [...before.keys()]
    .filter((path) => !after.has(path))
    .map((path) => ({ kind: 'remove', path }) as const);
  const written = [...after].flatMap(([path, file]) =>
    before.get(path) === file ? [] : [{ kind: 'write', path, ...file } as const],
  );
  return [...removed, ...written].sort((a, b) => (a.path < b.path ? -1 : 1));
}
