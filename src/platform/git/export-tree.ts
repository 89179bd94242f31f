import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { GitRepository, TreeEntry } from './index.ts';
import { assertSafePaths } from './tree-paths.ts';

const together = 16;

/**
 * Writes a tree's files as they are in git: no attributes, filters or line ends applied, which `git checkout` and
 * `git archive` would do. Submodules become empty folders, as in Nix.
 */
export async function exportTree(
  git: Pick<GitRepository, 'listTree' | 'readBlobs'>,
  reference: string,
  into: string,
): Promise<void> {
  const entries = await git.listTree(reference);
  assertSafePaths(entries.map((entry) => entry.path));
  await mkdir(into, { recursive: true });
  await writeEntries(git, entries, into);
}

/** Writes entries of a tree that is safe; nothing may be where they go. */
export async function writeEntries(
  git: Pick<GitRepository, 'readBlobs'>,
  entries: readonly TreeEntry[],
  into: string,
): Promise<void> {
  const folders = new Set(entries.map((entry) => path.dirname(entry.path)));
  for (const folder of folders) await mkdir(path.join(into, folder), { recursive: true });
  const files = entries.filter((entry) => entry.mode !== '160000');
  for (const entry of entries) if (entry.mode === '160000') await mkdir(path.join(into, entry.path));
  let at = 0;
  let writing: Promise<void>[] = [];
  for await (const { content } of git.readBlobs(files.map((entry) => entry.objectId))) {
    const entry = files[at++];
    if (entry === undefined) break;
    const target = path.join(into, entry.path);
    writing.push(
      entry.mode === '120000'
        ? symlink(content, target)
        : // `wx`: never through something that is already there
          writeFile(target, content, { flag: 'wx', mode: entry.mode === '100755' ? 0o755 : 0o644 }),
    );
    if (writing.length < together) continue;
    await Promise.all(writing);
    writing = [];
  }
  await Promise.all(writing);
}
