import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseFlakeLock } from '../../formats/nix/flake-lock.ts';
import { findInputs } from '../../pipeline/consumers/index.ts';
import type { HistoryCommit } from '../../platform/git/index.ts';
import { applyCommit, editsBetween, type Tree } from './apply-commit.ts';
import { consumerFiles } from './consumer-files.ts';
import { HistoryFile } from './history-file.ts';
import { readStarter } from './read-starter.ts';
import { replayHistory } from './replay-history.ts';

const starterFolder = path.resolve('examples/starter');

const file = (text: string) => ({ content: Buffer.from(text), mode: '100644' }) as const;
const texts = (tree: Tree) => Object.fromEntries([...tree].map(([name, { content }]) => [name, content.toString()]));

const before: Tree = new Map([
  ['a', file('one two')],
  ['pkgs/b', file('two two')],
  ['pkgs/c', file('two')],
]);

const commit = (changes: Partial<HistoryFile>) => ({
  ...HistoryFile.parse({ author: 'Ada <ada@example.org>', date: new Date(0), message: 'x' }),
  ...changes,
  name: '0001-x',
});

describe('a commit of the history', () => {
  test('replaces, writes and removes', () => {
    const after = applyCommit(
      before,
      commit({
        replace: [
          { file: 'a', from: 'two', to: '2' },
          { under: 'pkgs', from: 'two', to: '2' },
        ],
        write: [{ file: 'd', text: 'new' }],
        remove: [{ file: 'pkgs/c' }],
      }),
    );
    expect(texts(after)).toEqual({ a: 'one 2', 'pkgs/b': '2 2', d: 'new' });
    expect(editsBetween(before, after).map(({ kind, path }) => [kind, path])).toEqual([
      ['write', 'a'],
      ['write', 'd'],
      ['write', 'pkgs/b'],
      ['remove', 'pkgs/c'],
    ]);
  });

  const misfits: readonly (readonly [Partial<HistoryFile>, RegExp])[] = [
    [{ replace: [{ file: 'a', from: 'three', to: '3' }] }, /a holds "three" 0 times/],
    [{ replace: [{ file: 'pkgs/b', from: 'two', to: '3' }] }, /pkgs\/b holds "two" 2 times/],
    [{ replace: [{ file: 'none', from: 'two', to: '3' }] }, /none holds "two" 0 times/],
    [{ replace: [{ under: 'lib', from: 'two', to: '3' }] }, /nothing holds "two"/],
    [{ remove: [{ file: 'none' }] }, /there is no none to remove/],
  ];
  test.each(misfits)('that does not fit is an error: %j', (changes, message) => {
    expect(() => applyCommit(before, commit(changes))).toThrow(message);
  });
});

describe('a history', () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(path.join(tmpdir(), 'snowguard-starter-'));
    await mkdir(path.join(dir, 'history'));
    await mkdir(path.join(dir, 'tree/bin'), { recursive: true });
    await writeFile(path.join(dir, 'tree/bin/run'), '#!/bin/sh\n', { mode: 0o755 });
    await writeFile(path.join(dir, 'tree/a'), 'one\n');
    const head = (more: string) =>
      `author = "Ada <ada@example.org>"\ndate = 2025-01-01T00:00:00Z\nmessage = "m"\n${more}`;
    const files = {
      '1': head('import = "tree"'),
      '2': head('branch = "side"\nonto = "1"\n[[write]]\nfile = "b"\ntext = "side"'),
      '3': head('[[write]]\nfile = "a"\ntext = "main"'),
      '4': head('branch = "side"\n[[remove]]\nfile = "bin/run"'),
      '5': head('merge = "side"'),
    };
    for (const [name, text] of Object.entries(files)) await writeFile(path.join(dir, 'history', `${name}.toml`), text);
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  test('keeps modes, branches and what a merge brings', async () => {
    let given: readonly HistoryCommit[] = [];
    await replayHistory({
      dir,
      git: {
        importHistory: async (commits) => {
          given = commits;
          return new Map();
        },
      },
    });
    expect(given.map(({ name, ref, parents }) => [name, ref, parents])).toEqual([
      ['1', 'refs/heads/main', []],
      ['2', 'refs/heads/side', ['1']],
      ['3', 'refs/heads/main', ['1']],
      ['4', 'refs/heads/side', ['2']],
      ['5', 'refs/heads/main', ['3', '4']],
    ]);
    expect(given[0]?.edits).toMatchObject([
      { path: 'a', mode: '100644' },
      { path: 'bin/run', mode: '100755' },
    ]);
    expect(given[4]?.edits).toMatchObject([
      { kind: 'write', path: 'b' },
      { kind: 'remove', path: 'bin/run' },
    ]);
    expect(given[0]?.text).toEqual({
      message: 'm',
      authorName: 'Ada',
      authorEmail: 'ada@example.org',
      at: 1_735_689_600_000,
    });
  });
});

test('a broken file is named', async () => {
  await expect(readStarter('/nonexistent', { today: '2026-11-24' })).rejects.toMatchObject({
    code: 'starter.unreadable',
  });
});

test('a consumer is locked as Nix locks it', async () => {
  const starter = await readStarter(starterFolder, { today: '2026-11-24' });
  const address = 'http://127.0.0.1:8080/f/acme/secure';
  const pinned =
    'http://127.0.0.1:8080/f/pinned/acme/secure/0.1.6%2Brev-ef5f/0190f3a0-0000-7000-8000-000000000000/source.tar.gz';
  const release = {
    commitId: 'ef5f013d31d424a666c2e03362353cb11d4899ba',
    commitCount: 6,
    lastModified: 1_751_295_720,
    narHash: 'sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=',
  };
  expect(starter.consumers.map(({ name }) => name)).toEqual(['billing', 'website']);
  for (const consumer of starter.consumers) {
    const files = consumerFiles({ consumer, address, pinned, release });
    expect(files['flake.nix']).toContain(`inputs.nixpkgs.url = "${address}/0";`);
    expect(JSON.stringify(files)).not.toMatch(/@\w+@/);
    expect(JSON.parse(files['flake.lock'])).toMatchObject({
      nodes: {
        nixpkgs: {
          locked: {
            rev: release.commitId,
            revCount: 6,
            lastModified: 1_751_295_720,
            narHash: release.narHash,
            url: pinned,
          },
          original: { type: 'tarball', url: `${address}/0` },
        },
      },
    });
    const parsed = parseFlakeLock(files['flake.lock']);
    expect(parsed.kind === 'lock' && findInputs(parsed.lock)).toMatchObject([
      { input: 'nixpkgs', organisation: 'acme', flake: 'secure', version: '0.1.6+rev-ef5f', requirement: '0' },
    ]);
  }
});
