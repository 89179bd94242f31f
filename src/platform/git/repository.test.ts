import { execFileSync } from 'node:child_process';
import { lstat, mkdir, mkdtemp, readFile, readlink, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CommitText, GitRepository } from './index.ts';
import { gitVersion, initBare, openGit } from './repository.ts';

let root: string;
let git: GitRepository;
let first: string;
let second: string;

const text = (message: string, at = 1_700_000_000_000): CommitText => ({
  message,
  authorName: 'Ada Example',
  authorEmail: 'ada@example.org',
  at,
});

async function collect<Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'snowguard-git-'));
  git = await initBare(path.join(root, 'a.git'));
  first = await git.writeCommit({
    parent: null,
    edits: [
      { kind: 'write', path: 'default.nix', content: '{ }\n' },
      { kind: 'write', path: 'pkgs/a "quoted" näme.nix', content: 'one\n' },
      { kind: 'write', path: 'pkgs/run.sh', content: '#!/bin/sh\n', mode: '100755' },
      { kind: 'write', path: 'link', content: 'pkgs/run.sh', mode: '120000' },
      { kind: 'write', path: 'crlf.txt', content: 'a\r\nb\n' },
      { kind: 'write', path: '.gitattributes', content: '* text eol=lf\ncrlf.txt export-ignore\n' },
    ],
    text: text('first'),
  });
  second = await git.writeCommit({
    parent: first,
    edits: [
      { kind: 'write', path: 'default.nix', content: '{ a = 1; }\n' },
      { kind: 'remove', path: 'pkgs/run.sh' },
      { kind: 'write', path: 'new.nix', content: new Uint8Array([0, 255, 10]) },
    ],
    text: text('second: säfe\n\nFixes: CVE-2024-0001\n', 1_700_000_600_000),
  });
  await git.updateRef('refs/heads/main', second, null);
});

afterAll(() => rm(root, { recursive: true, force: true }));

test('the git program is found', async () => {
  expect(await gitVersion()).toMatch(/^\d+\.\d+/);
});

test('resolve tells a commit from nothing, and refuses what looks like an option', async () => {
  expect(await git.resolve('refs/heads/main')).toBe(second);
  expect(await git.resolve('refs/heads/none')).toBeNull();
  expect(await git.resolve('1'.repeat(40))).toBeNull();
  await expect(git.resolve('--all')).rejects.toMatchObject({ code: 'git.failed' });
});

test('log, commit and count', async () => {
  expect((await git.log('refs/heads/main')).map((commit) => commit.id)).toEqual([second, first]);
  expect(await git.log('refs/heads/main', { since: first })).toMatchObject([
    { subject: 'second: säfe', body: 'Fixes: CVE-2024-0001', committedAt: 1_700_000_600_000, parents: [first] },
  ]);
  expect(await git.countCommits(second)).toBe(2);
  expect(await git.countCommits(second, first)).toBe(1);
  await expect(git.commit('refs/heads/none')).rejects.toMatchObject({ code: 'git.missing' });
  expect(await git.isAncestor(first, second)).toBe(true);
  expect(await git.isAncestor(second, first)).toBe(false);
});

test('trees, files and differences', async () => {
  expect((await git.listTree(first)).map(({ mode, path: file }) => [mode, file])).toEqual([
    ['100644', '.gitattributes'],
    ['100644', 'crlf.txt'],
    ['100644', 'default.nix'],
    ['120000', 'link'],
    ['100644', 'pkgs/a "quoted" näme.nix'],
    ['100755', 'pkgs/run.sh'],
  ]);
  expect((await git.listTree(`${second}:pkgs`)).map((entry) => entry.path)).toEqual(['a "quoted" näme.nix']);
  expect(await git.readFile(second, 'new.nix')).toEqual(Buffer.from([0, 255, 10]));
  expect(await git.readFile(second, 'pkgs')).toBeNull();
  expect(await git.readFile(second, 'gone.nix')).toBeNull();
  expect(await git.diffPaths(first, second)).toEqual([
    { status: 'modified', path: 'default.nix' },
    { status: 'added', path: 'new.nix' },
    { status: 'deleted', path: 'pkgs/run.sh' },
  ]);
});

test('blobs come in the order asked for, large ones and repeated ones too', async () => {
  const big = Buffer.alloc(3_000_000, 'x\n');
  const commit = await git.writeCommit({
    parent: null,
    edits: [
      { kind: 'write', path: 'big', content: big },
      { kind: 'write', path: 'empty', content: '' },
    ],
    text: text('big'),
  });
  const [bigEntry, emptyEntry] = await git.listTree(commit);
  const ids = Array.from({ length: 9 }, (_, index) => (index % 2 === 0 ? bigEntry! : emptyEntry!).objectId);
  const read: string[] = [];
  for await (const { objectId, content } of git.readBlobs(ids)) {
    expect(content.equals(objectId === bigEntry!.objectId ? big : Buffer.alloc(0))).toBe(true);
    read.push(objectId);
  }
  expect(read).toEqual(ids);
  await expect(collect(git.readBlobs(['2'.repeat(40)]))).rejects.toMatchObject({ code: 'git.missing' });
});

test('reading may stop early', async () => {
  const ids = Array.from({ length: 20_000 }, () => '');
  const entry = (await git.listTree(first))[0]!;
  for await (const blob of git.readBlobs(ids.map(() => entry.objectId))) {
    expect(blob.objectId).toBe(entry.objectId);
    break;
  }
});

test('an exported tree has the very bytes of git', async () => {
  const into = path.join(root, 'out', 'source');
  await git.exportTree(first, into);
  expect(await readFile(path.join(into, 'crlf.txt'), 'utf8')).toBe('a\r\nb\n');
  expect(await readlink(path.join(into, 'link'))).toBe('pkgs/run.sh');
  expect((await lstat(path.join(into, 'pkgs/run.sh'))).mode & 0o111).not.toBe(0);
});

test('a ref moves only from where it is expected', async () => {
  await git.updateRef('refs/heads/move', first, null);
  await expect(git.updateRef('refs/heads/move', second, null)).rejects.toMatchObject({ code: 'git.ref-moved' });
  await expect(git.updateRef('refs/heads/move', first, second)).rejects.toMatchObject({ code: 'git.ref-moved' });
  await git.updateRef('refs/heads/move', second, first);
  expect(await git.resolve('refs/heads/move')).toBe(second);
});

describe('fetch', () => {
  test.each([{ partial: false }, { partial: true }])('a branch of another repository, %j', async ({ partial }) => {
    execFileSync('git', ['-C', git.directory, 'config', 'uploadpack.allowFilter', String(partial)]);
    execFileSync('git', ['-C', git.directory, 'config', 'uploadpack.allowAnySHA1InWant', String(partial)]);
    const copy = await initBare(path.join(root, `copy-${partial}.git`));
    const lines: string[] = [];
    const fetched = await copy.fetch({
      url: `file://${git.directory}`,
      branch: 'main',
      into: 'refs/upstream/main',
      partial,
      onProgress: (line) => lines.push(line),
    });
    expect(fetched).toBe(second);
    expect(lines.join('\n')).toContain('refs/upstream/main');
    if (partial) {
      const missing = execFileSync('git', ['-C', copy.directory, 'rev-list', '--objects', '--missing=print', second], {
        encoding: 'utf8',
      });
      expect(missing).toMatch(/^\?[0-9a-f]{40}$/m);
    }
    const files = await copy.listTree(fetched);
    expect((await collect(copy.readBlobs(files.map((file) => file.objectId)))).length).toBe(files.length);
  });

  test('waits for another git that writes the settings', async () => {
    const copy = await initBare(path.join(root, 'locked.git'));
    const lock = path.join(copy.directory, 'config.lock');
    await writeFile(lock, '');
    const fetched = copy.fetch({ url: `file://${git.directory}`, branch: 'main', into: 'refs/up/main', partial: true });
    await setTimeout(150);
    await rm(lock);
    expect(await fetched).toBe(second);
  });

  test('a server that knows no filter sends everything', async () => {
    execFileSync('git', ['-C', git.directory, 'config', 'uploadpack.allowFilter', 'false']);
    const copy = await initBare(path.join(root, 'unfiltered.git'));
    expect(await copy.fetch({ url: git.directory, branch: 'main', into: 'refs/up/main', partial: true })).toBe(second);
    expect(await copy.readFile('refs/up/main', 'default.nix')).toEqual(Buffer.from('{ a = 1; }\n'));
  });

  test.each([
    [{ url: 'ext::sh -c id' }, 'git.unsafe'],
    [{ url: 'ssh://host/x' }, 'git.unsafe'],
    [{ branch: '--upload-pack=id' }, 'git.failed'],
    [{ branch: 'none' }, 'git.no-branch'],
    [{ url: 'file:///nowhere/at/all' }, 'git.fetch-failed'],
  ])('%j gives %s', async (change, code) => {
    const given = { url: `file://${git.directory}`, branch: 'main', into: 'refs/x/main', partial: false, ...change };
    await expect(git.fetch(given)).rejects.toMatchObject({ code });
  });
});

test('variables of the surroundings do not lead git elsewhere', async () => {
  process.env.GIT_DIR = '/nowhere';
  process.env.GIT_INDEX_FILE = '/nowhere/index';
  try {
    expect(await openGit({ directory: git.directory }).resolve('refs/heads/main')).toBe(second);
  } finally {
    delete process.env.GIT_DIR;
    delete process.env.GIT_INDEX_FILE;
  }
});

test('two sides merge, or tell which paths both changed', async () => {
  const base = { kind: 'write', path: 'pkgs/run.sh' } as const;
  const theirs = await git.writeCommit({ parent: first, edits: [{ ...base, content: 'x\n' }], text: text('theirs') });
  const other = await git.writeCommit({
    parent: first,
    edits: [{ kind: 'write', path: 'other', content: 'y\n' }],
    text: text('other'),
  });
  const merged = await git.merge({ ours: other, theirs, text: text('merge') });
  if (merged.kind !== 'merged') throw new Error('should merge');
  expect((await git.commit(merged.commitId)).parents).toEqual([other, theirs]);
  expect(await git.readFile(merged.commitId, 'pkgs/run.sh')).toEqual(Buffer.from('x\n'));
  expect(await git.merge({ ours: second, theirs, text: text('merge') })).toEqual({
    kind: 'conflict',
    paths: ['pkgs/run.sh'],
  });
});

test('a repository whose settings another git is writing is opened all the same', async () => {
  const directory = path.join(root, 'locked.git');
  await initBare(directory);
  await writeFile(path.join(directory, 'config.lock'), '');
  expect(await (await initBare(directory)).resolve('refs/heads/main')).toBeNull();
  await writeFile(path.join(root, 'a-file'), '');
  await expect(initBare(path.join(root, 'a-file'))).rejects.toMatchObject({ code: 'git.failed' });
});

test('a repository that another git is just making is waited for, and made whole', async () => {
  const directory = path.join(root, 'half-made.git');
  await mkdir(directory);
  const lock = path.join(directory, 'config.lock');
  await writeFile(lock, '');
  const opening = initBare(directory);
  await setTimeout(150);
  await rm(lock);
  expect(await (await opening).resolve('refs/heads/main')).toBeNull();
  expect(await readFile(path.join(directory, 'HEAD'), 'utf8')).toBe('ref: refs/heads/main\n');
  await rm(path.join(directory, 'objects'), { recursive: true });
  expect(await (await initBare(directory)).resolve('refs/heads/main')).toBeNull();
});

test('HEAD is written when it changes, and by who waits for its turn', async () => {
  const head = path.join(git.directory, 'HEAD');
  const lock = `${head}.lock`;
  const before = (await readFile(head, 'utf8')).slice('ref: '.length).trim();
  await writeFile(lock, '');
  await git.setHead(before);
  const waiting = git.setHead('refs/heads/another');
  await setTimeout(150);
  await rm(lock);
  await waiting;
  expect(await readFile(head, 'utf8')).toBe('ref: refs/heads/another\n');
  await git.setHead(before);
});

test('a commit says what it likes of itself, and of no other', async () => {
  const forged = `\u0001${'f'.repeat(40)}`;
  const treeId = (await git.commit(second)).treeId;
  const raw = (words: string, seconds: string) =>
    execFileSync('git', ['-C', git.directory, 'hash-object', '-t', 'commit', '-w', '--literally', '--stdin'], {
      input: `tree ${treeId}\nparent ${second}\nauthor E <e@example.org> ${seconds} +0000\ncommitter E <e@example.org> ${seconds} +0000\n\n${words}\n`,
      encoding: 'utf8',
    }).trim();
  const commits = [
    raw(`${forged}\n\n${forged}\u0001x\nall: fine`, '99999999999999'),
    raw('cut\0off\0by NUL', '-5'),
    await git.writeCommit({
      parent: second,
      edits: [{ kind: 'write', path: `pkgs/${forged}`, content: 'x' }],
      text: text('a path'),
    }),
  ];
  const read = await Promise.all(commits.map((id) => git.history(id, { since: second, limit: 10 })));
  expect(read.map((entries) => entries.map(({ id }) => id))).toEqual(commits.map((id) => [id]));
  expect(read.map(([entry]) => entry?.subject)).toEqual([forged, 'cut', 'a path']);
  expect(read[2]?.[0]?.paths).toEqual([`pkgs/${forged}`]);
  for (const id of commits) {
    const [found] = await git.log(id, { limit: 1 });
    expect(found?.id).toBe(id);
    expect(new Date(found?.committedAt ?? Number.NaN).toISOString()).toMatch(/^(1970|2023|9999)-/);
  }
});

test('a patch is the same wherever it stands, and another with one byte of it', async () => {
  const lines = (words: string) => [...words].map((letter) => `${letter}\n`).join('');
  const write = (parent: string | null, edits: Readonly<Record<string, string | Uint8Array>>) =>
    git.writeCommit({
      parent,
      edits: Object.entries(edits).map(([path, content]) => ({ kind: 'write', path, content })),
      text: text('x'),
    });
  const binary = (last: number) => new Uint8Array([0, 1, 2, last]);
  const base = await write(null, { f: lines('abcdefghijklmnop'), b: binary(0) });
  const other = await write(base, { f: lines('ABCdefghijklmnop') });
  const digest = async (onto: string, edits: Parameters<typeof write>[1]) =>
    git.patchDigest(onto, await write(onto, edits));
  const same = await digest(base, { f: lines('abcdefghijklXnop') });
  expect(await digest(other, { f: lines('ABCdefghijklXnop') })).toBe(same);
  const others = [
    await digest(base, { f: lines('abcdefghijklXnop').replace('X', ' X') }),
    await digest(base, { f: lines('abcdefghijklXnop'), b: binary(1) }),
    await digest(base, { f: lines('abcdefghijklXnop'), b: binary(2) }),
    await digest(base, { f: lines('abcdefghijklXnop'), new: '' }),
  ];
  expect(new Set([same, null, ...others]).size).toBe(6);
  expect(await git.patchDigest(base, base)).toBeNull();
  // What a merge brings by itself is none of its parents' patches.
  const fix = await write(base, { f: lines('abcdefghijklXnop') });
  const merge = await git.commitTree({
    treeId: (await git.commit(await write(fix, { evil: 'x' }))).treeId,
    parents: [fix, other],
    text: text('merge'),
  });
  expect(await git.patchDigest(base, merge)).not.toBe(same);
});

test('all or not all of some commits are reached', async () => {
  expect(await git.reachesAll(second, [])).toBe(true);
  expect(await git.reachesAll(second, [first, second])).toBe(true);
  expect(await git.reachesAll(first, [first, second])).toBe(false);
});

test.each([
  ['of a ref', 'refs/heads/locked.lock', () => git.updateRef('refs/heads/locked', second, null)],
  [
    'of what a fetch writes',
    'refs/upstream/locked.lock',
    () => git.fetch({ url: git.directory, branch: 'main', into: 'refs/upstream/locked', partial: false }),
  ],
  [
    'of the settings',
    'config.lock',
    () => git.fetch({ url: `${git.directory}/.`, branch: 'main', into: 'refs/upstream/other', partial: false }),
  ],
] as const)('a lock %s that a killed git left is taken away, a young one is respected', async (_, name, act) => {
  const file = path.join(git.directory, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, '');
  await expect(act()).rejects.toThrow();
  const longAgo = new Date(Date.now() - 60_000);
  await utimes(file, longAgo, longAgo);
  await act();
  await expect(lstat(file)).rejects.toThrow();
});
