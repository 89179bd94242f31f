import {
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FileEdit, GitRepository } from './index.ts';
import { initBare } from './repository.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'snowguard-trees-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

let repositories = 0;
const emptyRepository = () => initBare(path.join(root, `${repositories++}.git`));
const text = { message: 'm', authorName: 'Ada', authorEmail: 'ada@example.org', at: 0 };

/** A commit without parent that holds these files. */
function commitOf(git: GitRepository, files: ReadonlyMap<string, Omit<FileEdit & { kind: 'write' }, 'kind' | 'path'>>) {
  const edits = [...files].map(([file, edit]) => ({ kind: 'write', path: file, ...edit }) as const);
  return git.writeCommit({ parent: null, edits, text });
}

/** Everything below a folder: kind, permission to run, content; empty folders too. */
async function listed(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const lines = await Promise.all(
    entries.map(async (entry) => {
      const at = path.join(entry.parentPath, entry.name);
      const name = path.relative(folder, at);
      if (entry.isDirectory()) return `${name}/`;
      if (entry.isSymbolicLink()) return `${name} -> ${await readlink(at)}`;
      return `${name} ${((await lstat(at)).mode & 0o111) !== 0} ${await readFile(at, 'utf8')}`;
    }),
  );
  return lines.sort();
}

async function fresh(git: GitRepository, commitId: string): Promise<readonly string[]> {
  const into = await mkdtemp(path.join(root, 'fresh-'));
  await git.exportTree(commitId, into);
  return listed(into);
}

const names = ['a', 'b', 'c'] as const;
const files = fc
  .uniqueArray(
    fc.record({
      path: fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/')),
      content: fc.constantFrom('x', 'a', 'b/c', '..'),
      mode: fc.constantFrom('100644', '100755', '120000'),
    }),
    { minLength: 1, maxLength: 8, selector: ({ path: file }) => file },
  )
  // No file is a folder too.
  .map((all) => all.filter((one) => !all.some((other) => other.path.startsWith(`${one.path}/`))))
  .map((all) => new Map(all.map(({ path: file, ...edit }) => [file, edit] as const)));

test('a folder brought to another commit holds what one written anew would: files that become folders, links, permissions', async () => {
  const git = await emptyRepository();
  await fc.assert(
    fc.asyncProperty(fc.array(files, { minLength: 2, maxLength: 4 }), async (trees) => {
      for (const tree of trees) {
        const commitId = await commitOf(git, tree);
        expect(await git.withTree(commitId, listed)).toEqual(await fresh(git, commitId));
      }
    }),
    { numRuns: 12 },
  );
});

const one = new Map([['pkgs/a.nix', { content: '1' }]]);
const two = new Map([['pkgs/b.nix', { content: '2' }]]);
const inode = async (tree: string) => (await stat(tree)).ino;

test('it is the same folder again; those who use one at the same time have one each; a few are kept', async () => {
  const git = await emptyRepository();
  const [first, second] = [await commitOf(git, one), await commitOf(git, two)];
  const once = await git.withTree(first, inode);
  expect(await git.withTree(second, inode)).toBe(once);
  const commits = [first, second, first, second, first];
  const { promise: allBegun, resolve } = Promise.withResolvers<void>();
  let begun = 0;
  const together = async (tree: string) => {
    if (++begun === commits.length) resolve();
    await allBegun;
    return inode(tree);
  };
  const used = await Promise.all(commits.map((id) => git.withTree(id, together)));
  expect(new Set(used).size).toBe(5);
  await git.withTree(first, inode);
  expect((await readdir(path.join(git.directory, 'trees'))).length).toBeLessThanOrEqual(4);
});

test('what was left in use, is of another boot, or could not be finished is never lent', async () => {
  const git = await emptyRepository();
  const [first, second] = [await commitOf(git, one), await commitOf(git, two)];
  const trees = path.join(git.directory, 'trees');
  await git.withTree(first, async (tree) => {
    // As a process that dies here would leave it, a day ago.
    await mkdir(path.join(trees, 'used-dead'));
    await utimes(path.join(trees, 'used-dead'), 0, 0);
    await writeFile(path.join(tree, 'marked'), '');
  });
  const [waiting = ''] = (await readdir(trees)).filter((name) => name.startsWith('waiting-'));
  await rename(
    path.join(trees, waiting),
    path.join(trees, waiting.replace(/^waiting-.{36}/, `waiting-${'0'.repeat(36)}`)),
  );
  expect(await git.withTree(first, listed)).toEqual(await fresh(git, first));
  expect((await readdir(trees)).length).toBe(1);

  const [spoilt = ''] = await readdir(trees);
  await rm(path.join(trees, spoilt, 'source/pkgs'), { recursive: true });
  await writeFile(path.join(trees, spoilt, 'source/pkgs'), 'in the way');
  await expect(git.withTree(second, listed)).rejects.toThrow();
  expect(await git.withTree(second, listed)).toEqual(await fresh(git, second));
});

test('the folder comes back though its use failed', async () => {
  const git = await emptyRepository();
  const commitId = await commitOf(git, one);
  const failing = git.withTree(commitId, async () => {
    throw new Error('the evaluation failed');
  });
  await expect(failing).rejects.toThrow('the evaluation failed');
  expect(await git.withTree(commitId, listed)).toEqual(await fresh(git, commitId));
});
