import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventsAfter, type JournalTables } from '../../journal/index.ts';
import { openTestDatabase } from '../../platform/database/testing.ts';
import type { GitRepository } from '../../platform/git/index.ts';
import { initBare } from '../../platform/git/repository.ts';
import {
  applyFix,
  type ChangesTables,
  createChangeStore,
  createSeriesStore,
  fetchUpstream,
  followUpstream,
  type SeriesTables,
} from './index.ts';
import { recordFound } from './move-channel.ts';

let root: string;
let count = 0;
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'snowguard-changes-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function world() {
  count++;
  const upstream = await initBare(path.join(root, `upstream-${count}.git`));
  const git = await initBare(path.join(root, `own-${count}.git`));
  const db = await openTestDatabase<ChangesTables & SeriesTables & JournalTables>();
  const changes = createChangeStore(db);
  const series = createSeriesStore(db);
  const context = {
    git,
    series,
    changes,
    channel: { id: 'rolling', branch: 'refs/heads/rolling' },
    clock: { now: () => 1_800_000_000_000 },
    actor: 'ada',
  };
  const events = async () =>
    (await eventsAfter(db, 0, 100)).map(({ kind, payload }) => [kind, payload.from, payload.to, payload.how]);
  const sync = async () =>
    followUpstream({
      ...context,
      upstream: await fetchUpstream({
        ...context,
        upstream: { url: upstream.directory, branch: 'main', partial: true },
      }),
    });
  return { upstream, git, changes, series, context, events, sync };
}

async function commit(git: GitRepository, parent: string | null, file: string, content: string): Promise<string> {
  return git.writeCommit({
    parent,
    edits: [{ kind: 'write', path: file, content }],
    text: { message: `change ${file}`, authorName: 'Ada', authorEmail: 'ada@example.org', at: 1_700_000_000_000 },
  });
}

async function push(git: GitRepository, parent: string | null, file: string, content: string): Promise<string> {
  const id = await commit(git, parent, file, content);
  await git.updateRef('refs/heads/main', id, parent);
  return id;
}

test('upstream comes in, once, and again when there is more', async () => {
  const { upstream, sync, changes, events } = await world();
  const one = await push(upstream, null, 'a', '1');
  expect(await sync()).toMatchObject({ kind: 'moved', by: 'fast-forward', change: { from: null, to: one } });
  expect(await sync()).toEqual({ kind: 'unchanged', commitId: one });
  const two = await push(upstream, one, 'b', '2');
  const three = await push(upstream, two, 'c', '3');
  expect(await sync()).toMatchObject({
    kind: 'moved',
    change: { from: one, to: three, how: 'upstream', commitCount: 2, paths: ['b', 'c'], actor: 'ada' },
  });
  expect((await changes.latestChange('rolling'))?.commits.map(({ id }) => id)).toEqual([three, two]);
  expect(await events()).toEqual([
    ['channel.moved', null, one, 'upstream'],
    ['channel.moved', one, three, 'upstream'],
  ]);
});

test('a fix on the channel stays when upstream goes on', async () => {
  const { upstream, git, sync, context } = await world();
  const base = await push(upstream, null, 'a', '1');
  await sync();
  const fix = await commit(git, base, 'pkgs/fix.patch', 'fixed');
  expect(await applyFix({ ...context, commitId: fix })).toMatchObject({
    kind: 'moved',
    change: { how: 'fix', to: fix },
  });
  expect(await applyFix({ ...context, commitId: fix })).toEqual({ kind: 'unchanged', commitId: fix });
  const next = await push(upstream, base, 'a', '2');
  const outcome = await sync();
  if (outcome.kind !== 'moved') throw new Error(outcome.kind);
  const { parents } = await git.commit(outcome.change.to);
  expect(parents[0]).toBe(fix);
  expect(await git.log(parents[1] ?? '', { since: next })).toMatchObject([{ subject: 'change pkgs/fix.patch' }]);
  expect(String(await git.readFile('refs/heads/rolling', 'pkgs/fix.patch'))).toBe('fixed');
  expect(String(await git.readFile('refs/heads/rolling', 'a'))).toBe('2');
  expect(await sync()).toMatchObject({ kind: 'unchanged' });
});

test('a fix that upstream contradicts is a conflict, and nothing moves', async () => {
  const { upstream, git, sync, context } = await world();
  const base = await push(upstream, null, 'a', '1');
  await sync();
  const fix = await commit(git, base, 'a', 'ours');
  await applyFix({ ...context, commitId: fix });
  const next = await push(upstream, base, 'a', 'theirs');
  expect(await sync()).toEqual({ kind: 'conflict', ours: fix, theirs: next, paths: ['a'] });
  expect(await git.resolve('refs/heads/rolling')).toBe(fix);
});

test('a process that dies between branch and record loses nothing', async () => {
  const { upstream, sync, changes, events, context } = await world();
  const one = await push(upstream, null, 'a', '1');
  const dying = { ...changes, recordMove: () => Promise.reject(new Error('killed')) };
  const upstreamOf = { url: upstream.directory, branch: 'main', partial: false };
  const fetched = await fetchUpstream({ ...context, upstream: upstreamOf });
  await expect(followUpstream({ ...context, upstream: fetched, changes: dying })).rejects.toThrow('killed');
  expect(await sync()).toEqual({ kind: 'unchanged', commitId: one });
  expect(await events()).toEqual([['channel.moved', null, one, 'found']]);
  expect(await recordFound(context)).toBeNull();
});

test('a push into the branch is found, a rewound one too', async () => {
  const { git, events, context, changes } = await world();
  const one = await push(git, null, 'a', '1');
  const two = await push(git, one, 'a', '2');
  await git.updateRef('refs/heads/rolling', two, null);
  await recordFound(context);
  await git.updateRef('refs/heads/rolling', one, two);
  expect(await recordFound(context)).toMatchObject({ from: two, to: one, commitCount: 0, paths: ['a'] });
  expect(await events()).toHaveLength(2);
  expect((await changes.changesOf('rolling', { limit: 10 })).map((change) => change.to)).toEqual([one, two]);
});

test('effects are kept with their change and announced once', async () => {
  const { git, events, context, changes } = await world();
  const one = await push(git, null, 'a', '1');
  await git.updateRef('refs/heads/rolling', one, null);
  const change = await recordFound(context);
  const given = {
    changeId: change?.id ?? '',
    beforeEvaluation: null,
    afterEvaluation: '7',
    effects: [{ attr: 'xz', systems: ['x86_64-linux'], kind: 'rebuilt' } as const],
  };
  await changes.recordEffects({ ...given, at: 5 });
  await changes.recordEffects({ ...given, at: 6 });
  expect(await changes.effectsOf(given.changeId)).toEqual(given);
  expect((await events()).map(([kind]) => kind)).toEqual(['channel.moved', 'change.applied']);
});

test('a fix that is nowhere', async () => {
  const { context } = await world();
  await expect(applyFix({ ...context, commitId: '1'.repeat(40) })).rejects.toMatchObject({ code: 'changes.no-commit' });
});
