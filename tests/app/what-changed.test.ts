/** A settled starter world: one record more, one record less, one reviewed mapping; each moves only what it is about. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWorkspace, type Workspace } from '../../src/app/index.ts';
import { makeStarterWorkspace, playStory, starterOf } from '../../src/app/starter/index.ts';
import { eventsAfter, latestEvents } from '../../src/journal/index.ts';
import { silentProgress } from '../../src/platform/log/index.ts';
import { createLog } from '../../src/platform/log/pino.ts';

const clock = { now: () => Date.now() };
const signal = new AbortController().signal;
let folder: string;
let workspace: Workspace;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'snowguard-changed-'));
  await makeStarterWorkspace({ folder, clock, progress: silentProgress });
  const settings = path.join(folder, 'snowguard.toml');
  const text = await readFile(settings, 'utf8');
  await cp('examples/starter/feeds', path.join(folder, 'feeds'), { recursive: true });
  await writeFile(
    settings,
    text
      .replaceAll(/path = ".*?examples\/starter\/feeds/g, 'path = "feeds')
      .replace('program = "auto"', 'program = "none"'),
  );
  workspace = await openWorkspace({
    folder,
    clock,
    environment: {},
    progress: silentProgress,
    log: createLog({ level: 'silent', pretty: false }),
  });
  await workspace.adoptCovered();
  await workspace.worker.start();
  const starter = await starterOf(folder, clock);
  if (starter === null) throw new Error('no starter');
  await playStory({ workspace, starter, signal });
  await workspace.worker.stop();
});
afterAll(async () => {
  await workspace.close();
  await rm(folder, { recursive: true, force: true });
});

const findings = async () => (await workspace.context.findings.ofChannel('rolling')).map(({ finding }) => finding);
const lastSequence = async () => (await latestEvents(workspace.database, { limit: 1 }))[0]?.sequence ?? 0;
const kindsSince = async (sequence: number) =>
  (await eventsAfter(workspace.database, sequence, 500)).map(({ kind, subject }) => `${kind} ${subject}`);

test('a second sync of everything writes nothing', async () => {
  const before = await lastSequence();
  const feeds = workspace.context.feeds.map(({ source }) => ({ kind: 'feed.sync' as const, subject: source.id }));
  const report = await workspace.worker.run([...feeds, { kind: 'channel.sync', subject: 'rolling' }], signal);
  expect(report.failed).toEqual([]);
  expect(await kindsSince(before)).toEqual([]);
});

test('one record more opens its finding and touches no other', async () => {
  const before = await findings();
  const sequence = await lastSequence();
  const record = {
    schema_version: '1.6.2',
    id: 'BIT-rsync-2099-0001',
    aliases: ['CVE-2099-0001'],
    modified: '2026-11-20T00:00:00Z',
    published: '2026-11-20T00:00:00Z',
    summary: 'Invented for this test',
    affected: [
      {
        package: { ecosystem: 'Bitnami', name: 'zlib', purl: 'pkg:bitnami/zlib' },
        ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '99.0.0' }] }],
      },
    ],
    severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }],
  };
  await writeFile(path.join(folder, 'feeds/osv/Bitnami/BIT-zlib-2099-0001.json'), JSON.stringify(record));
  await workspace.context.matches.reviewMapping({
    pname: 'zlib',
    vendor: 'zlib',
    product: 'zlib',
    verdict: 'is',
    reason: 'looked at for this test',
    author: 'Ada',
    at: clock.now(),
  });
  await workspace.worker.run([{ kind: 'feed.sync', subject: 'osv-bitnami' }], signal);
  const after = await findings();
  const fresh = after.filter(({ id }) => !before.some((old) => old.id === id));
  expect(fresh).toMatchObject([{ advisoryId: 'CVE-2099-0001', attr: 'zlib', band: 'critical' }]);
  expect(after.filter(({ id }) => before.some((old) => old.id === id))).toEqual(before);
  expect((await kindsSince(sequence)).filter((text) => text.startsWith('finding.'))).toHaveLength(1);
});

test('a record that is gone from two complete snapshots: its finding is kept until an analyst confirms that', async () => {
  await rm(path.join(folder, 'feeds/osv/Bitnami/BIT-zlib-2099-0001.json'));
  await workspace.worker.run([{ kind: 'feed.sync', subject: 'osv-bitnami' }], signal);
  expect((await findings()).find(({ attr }) => attr === 'zlib')?.state).toMatch(/open|under_investigation/);
  // Another file's time changes, so that the folder is read again.
  const other = path.join(folder, 'feeds/osv/Bitnami/BIT-zlib-2099-0002.json');
  await writeFile(other, '{"id": "not a record"');
  await workspace.worker.run([{ kind: 'feed.sync', subject: 'osv-bitnami' }], signal);
  const its = async () => (await findings()).find(({ advisoryId }) => advisoryId === 'CVE-2099-0001');
  expect((await its())?.state).toMatch(/open|under_investigation/);
  const act = { findingId: (await its())?.id ?? '', act: { kind: 'confirm-rejection' }, at: clock.now() } as const;
  expect(await workspace.context.findings.act({ ...act, by: { name: 'ada', roles: ['analyst'] } })).toEqual({
    kind: 'done',
    stage: 'void',
    awaits: null,
  });
  expect((await its())?.state).toBe('retracted');
  expect(await workspace.context.feedStore.quarantined({ source: 'osv-bitnami', limit: 5 })).toHaveLength(1);
});

test('a reviewed mapping that denies a product closes what stood on it, and taking it back opens it again', async () => {
  const open = (await findings()).filter(({ state, attr }) => state === 'open' && attr === 'gnutar');
  expect(open.length).toBeGreaterThan(0);
  const review = (verdict: 'is-not' | null) =>
    workspace.context.matches.reviewMapping({
      pname: 'gnutar',
      vendor: 'gnu',
      product: 'tar',
      verdict,
      reason: 'tried in this test',
      author: 'Ada',
      at: clock.now(),
    });
  await review('is-not');
  await workspace.worker.run([], signal);
  const states = async () => (await findings()).filter(({ attr }) => attr === 'gnutar').map(({ state }) => state);
  expect(await states()).not.toContain('open');
  await review(null);
  await workspace.worker.run([], signal);
  expect(await states()).toContain('open');
});
