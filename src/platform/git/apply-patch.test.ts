import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CommitText, GitRepository } from './index.ts';
import { initBare } from './repository.ts';

const text: CommitText = {
  message: 'a fix',
  authorName: 'Ada',
  authorEmail: 'ada@example.org',
  at: 1_700_000_000_000,
};
const lines = (changed: string) => ['one', 'two', changed, 'four', 'five', ''].join('\n');
let root: string;
let git: GitRepository;
let first: string;
let patch: string;

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'snowguard-apply-'));
  git = await initBare(path.join(root, 'a.git'));
  const write = (parent: string | null, content: string, more: readonly string[] = []) =>
    git.writeCommit({
      parent,
      edits: [
        { kind: 'write', path: 'a.nix', content },
        ...more.map((name) => ({ kind: 'write', path: name, content: 'new\n' }) as const),
      ],
      text,
    });
  first = await write(null, lines('three'));
  const fixed = await write(first, lines('3'), ['b.nix']);
  patch = (await git.diffText(first, fixed, { paths: [], maxBytes: 10_000 })).text;
});
afterAll(() => rm(root, { recursive: true, force: true }));

const objects = async () => (await readdir(path.join(git.directory, 'objects'), { recursive: true })).length;

test('a patch becomes a commit, with whatever stands around it', async () => {
  const mail = `From: ada\nSubject: [PATCH] a fix\n\nWhy.\n---\n${patch}-- \n2.43.0\n`;
  for (const given of [patch, mail, patch.trimEnd()]) {
    const outcome = await git.applyPatch({ onto: first, patch: given, text });
    if (outcome.kind !== 'applied') throw new Error(JSON.stringify(outcome));
    expect((await git.commit(outcome.commitId)).parents).toEqual([first]);
    expect((await git.readFile(outcome.commitId, 'a.nix'))?.toString()).toBe(lines('3'));
    expect(await git.diffPaths(first, outcome.commitId)).toEqual([
      { status: 'modified', path: 'a.nix' },
      { status: 'added', path: 'b.nix' },
    ]);
  }
});

test('whether it fits is told without writing anything', async () => {
  const before = await objects();
  expect(await git.applyPatch({ onto: first, patch: patch.replace('+3', '+drei'), text: null })).toEqual({
    kind: 'fits',
  });
  expect(await objects()).toBe(before);
});

test.each([
  ['it was made for other lines', () => patch.replace(' two', ' zwei'), /a\.nix/],
  ['it leaves the tree', () => patch.replaceAll('b.nix', '../../b.nix'), /invalid path/],
  ['it goes into the repository itself', () => patch.replaceAll('b.nix', '.git/config'), /invalid path/],
  ['it is no patch', () => 'just a text', /./],
  ['it is nothing', () => '', /./],
])('it is refused where %s', async (_, given, why) => {
  const outcome = await git.applyPatch({ onto: first, patch: given(), text });
  expect(outcome).toEqual({ kind: 'refused', why: expect.stringMatching(why) });
});
