import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventsAfter, type JournalTables } from '../../../journal/index.ts';
import { openTestDatabase } from '../../../platform/database/testing.ts';
import type { FileEdit, GitRepository } from '../../../platform/git/index.ts';
import { initBare } from '../../../platform/git/repository.ts';
import { applyFix, type ChangesTables, createChangeStore, fetchUpstream, followUpstream } from '../index.ts';
import { readTrailers } from './read-trailers.ts';
import { createSeriesStore } from './store.ts';
import type { SeriesTables } from './tables.ts';
import { verifySeries } from './verify-series.ts';

let root: string;
let count = 0;
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'snowguard-series-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const lines = (text: string) => text.split('').join('\n');
const write = (file: string, content: string): FileEdit => ({ kind: 'write', path: file, content });

/** A channel on an upstream whose one file has the lines a to i. */
async function world() {
  count++;
  const upstream = await initBare(path.join(root, `upstream-${count}.git`));
  const git = await initBare(path.join(root, `own-${count}.git`));
  const db = await openTestDatabase<ChangesTables & SeriesTables & JournalTables>();
  const changes = createChangeStore(db);
  const series = createSeriesStore(db);
  let now = 1_800_000_000_000;
  const channel = { id: 'rolling', branch: 'refs/heads/rolling' };
  const context = { git, changes, series, channel, clock: { now: () => now++ }, actor: 'ada' };
  const sync = async () =>
    followUpstream({
      ...context,
      upstream: await fetchUpstream({
        ...context,
        upstream: { url: upstream.directory, branch: 'main', partial: false },
      }),
    });
  const commit = (where: GitRepository, parent: string | null, message: string, ...edits: readonly FileEdit[]) =>
    where.writeCommit({
      parent,
      edits,
      text: { message, authorName: 'Ada', authorEmail: 'ada@example.org', at: 1_700_000_000_000 + count++ * 1000 },
    });
  const push = async (message: string, ...edits: readonly FileEdit[]) => {
    const parent = await upstream.resolve('refs/heads/main');
    const id = await commit(upstream, parent, message, ...edits);
    await upstream.updateRef('refs/heads/main', id, parent);
    return id;
  };
  const fix = async (message: string, ...edits: readonly FileEdit[]) => {
    const commitId = await commit(git, await git.resolve(channel.branch), message, ...edits);
    await applyFix({ ...context, commitId });
    return commitId;
  };
  const text = async (file: string) => String(await git.readFile(channel.branch, file));
  await push('start', write('f', lines('abcdefghi')), write('g', 'g'));
  await sync();
  return { upstream, git, db, series, channel, sync, push, fix, text, carried: () => series.carried('rolling') };
}

test('a series is replayed onto every newer upstream, and the tree is exactly upstream plus series', async () => {
  const { git, series, sync, push, fix, text, carried } = await world();
  await fix('tool: fix CVE-2026-1000', write('f', lines('Abcdefghi')));
  await fix('tool: another', write('f', lines('AbcdefghI')));
  const next = await push('g: new', write('g', 'G'));
  expect((await sync()).kind).toBe('moved');
  expect((await carried()).map(({ subject, facts }) => [subject, facts.fixes])).toEqual([
    ['tool: fix CVE-2026-1000', ['CVE-2026-1000']],
    ['tool: another', []],
  ]);
  expect([await text('f'), await text('g')]).toEqual([lines('AbcdefghI'), 'G']);
  const head = (await git.resolve('refs/heads/rolling')) ?? '';
  const proof = await verifySeries({ git, head, upstream: next, series: await series.carried('rolling') });
  expect(proof).toMatchObject({ kind: 'exact', upstream: next, patches: 2 });

  await push('g: newer', write('g', 'GG'));
  await sync();
  expect([await text('f'), await text('g')]).toEqual([lines('AbcdefghI'), 'GG']);
  expect(await carried()).toHaveLength(2);
});

test('what upstream contains drops out with its proof', async () => {
  const { series, sync, push, fix, text, carried } = await world();
  await fix('tool: fix', write('f', lines('Abcdefghi')));
  await fix('tool: stays', write('h', 'ours'));
  const same = await push('tool: fix, as upstream says it', write('f', lines('Abcdefghi')));
  await sync();
  expect((await carried()).map(({ subject }) => subject)).toEqual(['tool: stays']);
  const [, dropped] = await series.history('rolling');
  expect(dropped?.dropped?.proof).toMatchObject({ kind: 'same-patch', commitId: same });
  expect(await text('h')).toBe('ours');
});

test('upstream took the patch and went on at the same place: it drops out all the same', async () => {
  const { series, sync, push, fix, text, carried } = await world();
  await fix('tool: fix', write('f', lines('Abcdefghi')));
  const same = await push('tool: fix', write('f', lines('Abcdefghi')));
  await push('tool: fix more', write('f', lines('XXcdefghi')));
  await sync();
  expect(await carried()).toEqual([]);
  expect((await series.history('rolling'))[0]?.dropped?.proof).toMatchObject({ kind: 'same-patch', commitId: same });
  expect(await text('f')).toBe(lines('XXcdefghi'));
});

test('the same result by other commits drops out as identical', async () => {
  const { series, sync, push, fix, carried } = await world();
  await fix('tool: fix', write('f', lines('ABcdefghi')));
  await push('tool: half', write('f', lines('Abcdefghi')));
  await push('tool: the other half', write('f', lines('ABcdefghi')));
  await sync();
  expect(await carried()).toEqual([]);
  expect((await series.history('rolling'))[0]?.dropped?.proof.kind).toBe('identical-result');
});

test('a contradiction is a conflict with both sides, moves nothing, and ends when the patch goes', async () => {
  const { git, series, sync, push, fix, text } = await world();
  const ours = await fix('tool: fix', write('f', lines('Abcdefghi')));
  const theirs = await push('tool: otherwise', write('f', lines('Zbcdefghi')));
  expect(await sync()).toEqual({ kind: 'conflict', ours, theirs, paths: ['f'] });
  expect(await git.resolve('refs/heads/rolling')).toBe(ours);
  const [conflict] = await series.conflicts();
  expect(conflict).toMatchObject({ channel: 'rolling', upstream: theirs, paths: ['f'] });
  const proof = { kind: 'person', by: 'ada', reason: 'upstream fixed it otherwise' } as const;
  await series.drop({ channel: 'rolling', dropped: [{ id: conflict?.patchId ?? '', proof }], at: 5, actor: 'ada' });
  expect((await sync()).kind).toBe('moved');
  expect(await series.conflicts()).toEqual([]);
  expect(await text('f')).toBe(lines('Zbcdefghi'));
});

test('a rewritten upstream is followed, and the series with it', async () => {
  const { upstream, sync, push, fix, text, carried, git } = await world();
  await fix('tool: fix', write('f', lines('Abcdefghi')));
  await push('g: gone soon', write('g', 'secret'));
  await sync();
  const first = (await upstream.log('refs/heads/main')).at(-1)?.id ?? '';
  await upstream.updateRef('refs/heads/main', first, await upstream.resolve('refs/heads/main'));
  await push('g: another history', write('g', 'clean'));
  const before = await git.countCommits('refs/heads/rolling');
  expect((await sync()).kind).toBe('moved');
  expect([await text('f'), await text('g')]).toEqual([lines('Abcdefghi'), 'clean']);
  expect(await carried()).toHaveLength(1);
  expect(await git.countCommits('refs/heads/rolling')).toBeGreaterThan(before);
});

test('doing it again is the same: no patch twice, no event twice', async () => {
  const { db, sync, push, fix, carried } = await world();
  await fix('tool: fix', write('f', lines('Abcdefghi')));
  await push('g', write('g', '2'));
  await sync();
  const before = (await eventsAfter(db, 0, 200)).length;
  expect((await sync()).kind).toBe('unchanged');
  expect((await eventsAfter(db, 0, 200)).length).toBe(before);
  expect(await carried()).toHaveLength(1);
});

test('trailers say what a patch is', () => {
  const body = `Because.

Fixes: CVE-2025-62813, GHSA-aaaa-bbbb-cccc
Origin: upstream, https://example.org/commit/1
Upstream-Status: accepted, https://example.org/pull/2
Reason: not released yet
Drop-When: 1.10.1`;
  expect(readTrailers({ subject: 'lz4: fix', body })).toEqual({
    fixes: ['CVE-2025-62813', 'GHSA-aaaa-bbbb-cccc'],
    origin: 'upstream',
    originUrl: 'https://example.org/commit/1',
    upstreamStatus: 'accepted',
    upstreamUrl: 'https://example.org/pull/2',
    reason: 'not released yet',
    dropWhen: '1.10.1',
  });
  expect(readTrailers({ subject: 'x', body: '(cherry picked from commit 0123456789)' })).toMatchObject({
    origin: 'upstream',
    originUrl: '0123456789',
  });
  expect(readTrailers({ subject: 'x', body: 'Origin: mars' })).toMatchObject({ origin: 'unknown', fixes: [] });
});
