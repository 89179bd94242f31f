import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CommitText, HistoryCommit } from './index.ts';
import { initBare } from './repository.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'snowguard-history-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const text = (message: string): CommitText => ({
  message,
  authorName: 'Ada Example',
  authorEmail: 'ada@example.org',
  at: 1_750_000_000_000,
});

const write = (file: string, content: string) => ({ kind: 'write', path: file, content }) as const;

const history: readonly HistoryCommit[] = [
  { name: 'one', ref: 'refs/heads/main', parents: [], edits: [write('a', '1\n')], text: text('one') },
  { name: 'side', ref: 'refs/heads/side', parents: ['one'], edits: [write('b', '1\n')], text: text('side') },
  { name: 'two', ref: 'refs/heads/main', parents: ['one'], edits: [write('a', '2\n')], text: text('two') },
  { name: 'merge', ref: 'refs/heads/main', parents: ['two', 'side'], edits: [write('b', '1\n')], text: text('merge') },
];

test('commits, branches and merges; the same again changes nothing', async () => {
  const git = await initBare(path.join(root, 'a.git'));
  const ids = await git.importHistory(history);
  expect([...ids.keys()]).toEqual(['one', 'side', 'two', 'merge']);
  expect(await git.resolve('refs/heads/main')).toBe(ids.get('merge'));
  expect(await git.resolve('refs/heads/side')).toBe(ids.get('side'));
  expect((await git.commit('main')).parents).toEqual([ids.get('two'), ids.get('side')]);
  expect(String(await git.readFile('main', 'a'))).toBe('2\n');
  expect(String(await git.readFile('main', 'b'))).toBe('1\n');
  expect(await git.importHistory(history)).toEqual(ids);
  expect(await git.countCommits('main')).toBe(4);
});

test('a ref that lies behind is brought up again', async () => {
  const git = await initBare(path.join(root, 'd.git'));
  const ids = await git.importHistory(history);
  await git.updateRef('refs/heads/main', ids.get('one') ?? '', ids.get('merge') ?? '');
  expect(await git.importHistory(history)).toEqual(ids);
  expect(await git.resolve('refs/heads/main')).toBe(ids.get('merge'));
});

test('a ref that went elsewhere is left alone, and said', async () => {
  const git = await initBare(path.join(root, 'b.git'));
  await git.importHistory(history);
  const other = await git.writeCommit({ parent: null, edits: [write('c', '1\n')], text: text('other') });
  await git.updateRef('refs/heads/main', other, await git.resolve('refs/heads/main'));
  await expect(git.importHistory(history)).rejects.toMatchObject({ code: 'git.failed' });
  expect(await git.resolve('refs/heads/main')).toBe(other);
});

test('an unknown parent is an error', async () => {
  const git = await initBare(path.join(root, 'c.git'));
  await expect(git.importHistory(history.slice(1))).rejects.toMatchObject({ code: 'git.missing' });
});
