/** A fix that is proposed once: on every line where the same is open, and anew whenever a channel moves on under it. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Person } from '../../src/accounts/index.ts';
import { openWorkspace, rollBack, type Workspace } from '../../src/app/index.ts';
import type { Review } from '../../src/pipeline/changes/index.ts';
import { defaultPolicyText } from '../../src/pipeline/findings/index.ts';
import type { Release } from '../../src/pipeline/releases/index.ts';
import type { FileEdit, GitRepository } from '../../src/platform/git/index.ts';
import { initBare } from '../../src/platform/git/repository.ts';
import { silentProgress } from '../../src/platform/log/index.ts';
import { createLog } from '../../src/platform/log/pino.ts';
import { nixForTests } from '../../src/platform/nix-tool/testing.ts';
import { openProposal } from '../../src/worker/index.ts';

const nix = await nixForTests();
const signal = new AbortController().signal;
const now = Date.parse('2026-06-01T00:00:00Z');
const people: readonly Person[] = [
  { name: 'ines', roles: ['reviewer', 'analyst'] },
  { name: 'mara', roles: ['reviewer', 'security_lead'] },
];
const [ines, mara] = people as readonly [Person, Person];

/** After BIT-sqlite-2025-6965, with the end that SQLite's own releases give it. */
const record = {
  schema_version: '1.5.0',
  id: 'BIT-sqlite-2025-6965',
  aliases: ['CVE-2025-6965'],
  details: 'The number of aggregate terms could exceed the number of columns available.',
  modified: '2025-07-16T10:02:07.006Z',
  published: '2025-07-15T14:08:57.404Z',
  affected: [
    {
      package: { ecosystem: 'Bitnami', name: 'sqlite', purl: 'pkg:bitnami/sqlite' },
      severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }],
      ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '3.50.2' }] }],
    },
  ],
};
const file = (name: string, content: string): FileEdit => ({ kind: 'write', path: name, content });
const packageFile = (pname: string, version: string) =>
  file(`${pname}.nix`, `{ pname = "${pname}"; version = "${version}"; }\n`);
const firstTree = [
  file(
    'default.nix',
    '{ system ? "none", ... }: let make = import ./make.nix system; in { sqlite = make (import ./sqlite.nix); hello = make (import ./hello.nix); }\n',
  ),
  file(
    'make.nix',
    `system: given: derivation { inherit system; name = "\${given.pname}-\${given.version}"; builder = "/bin/sh"; } // given // { type = "derivation"; }\n`,
  ),
  packageFile('hello', '1'),
];

let root: string;
let upstream: GitRepository;
let workspace: Workspace;

beforeAll(async () => {
  if (nix === null) return;
  root = await mkdtemp(path.join(tmpdir(), 'snowguard-every-line-'));
  upstream = await initBare(path.join(root, 'upstream.git'));
  const folder = path.join(root, 'workspace');
  for (const name of ['covered', 'bitnami']) await mkdir(path.join(folder, name), { recursive: true });
  await writeFile(path.join(folder, 'bitnami', `${record.id}.json`), JSON.stringify(record));
  await writeFile(path.join(folder, 'policy.toml'), defaultPolicyText);
  await writeFile(
    path.join(folder, 'covered', 'all.toml'),
    'category = "all"\nsince = 2026-01-01\nowner = "team"\nattrs = ["hello", "sqlite"]\n',
  );
  const followed = `upstream = ${JSON.stringify(upstream.directory)}\npartial = false`;
  await writeFile(
    path.join(folder, 'snowguard.toml'),
    `organisation = "acme"
flake = "secure"
[nix]
program = ${JSON.stringify(nix.program)}
systems = ["x86_64-linux"]
[review]
mode = "enforce"
[feeds]
osv-bitnami.path = "bitnami"
[[channel]]
id = "rolling"
${followed}
[[channel]]
id = "26.05"
line = "26.05"
branch = "nixos-26.05"
${followed}
[[channel]]
id = "26.05-fips"
flake = "secure-fips"
over = "26.05"
[[channel]]
id = "25.11"
line = "25.11"
branch = "nixos-25.11"
${followed}
`,
  );
  workspace = await openWorkspace({
    folder,
    clock: { now: () => now },
    environment: { ...nix.environment },
    progress: silentProgress,
    log: createLog({ level: 'error', pretty: true }),
  });
  await workspace.adoptCovered();
  await push('master', [...firstTree, packageFile('sqlite', '3.50.1')]);
  await push('nixos-26.05', [...firstTree, packageFile('sqlite', '3.50.1')]);
  await push('nixos-25.11', [...firstTree, packageFile('sqlite', '3.49.0')]);
  await run('feed.sync', 'osv-bitnami');
  await sync('rolling', '26.05', '25.11');
}, 120_000);
afterAll(async () => {
  await workspace?.close();
  if (root !== undefined) await rm(root, { recursive: true, force: true });
});

async function push(branch: string, edits: readonly FileEdit[]): Promise<void> {
  const ref = `refs/heads/${branch}`;
  const parent = await upstream.resolve(ref);
  const text = { message: `${branch} moves`, authorName: 'Ada', authorEmail: 'ada@example.org', at: now };
  await upstream.updateRef(ref, await upstream.writeCommit({ parent, edits, text }), parent);
}

async function run(kind: 'feed.sync' | 'channel.sync', ...subjects: readonly string[]): Promise<void> {
  const jobs = subjects.map((subject) => ({ kind, subject }));
  expect((await workspace.worker.run(jobs, signal)).failed).toEqual([]);
}

/** What upstream brings is approved by both. */
async function sync(...channels: readonly string[]): Promise<void> {
  await run('channel.sync', ...channels);
  for (const channel of ['rolling', '26.05', '25.11', '26.05-fips'])
    for (const review of await waiting(channel)) if (review.how === 'upstream') await approve(review, ines, mara);
}

async function approve(review: Review, ...by: readonly Person[]): Promise<void> {
  for (const person of by) {
    const { id: reviewId, treeId } = review;
    const done = await workspace.context.reviews.act({
      reviewId,
      kind: 'approved',
      by: person,
      treeId,
      reason: 'looked at it',
      at: now,
    });
    expect(done).toMatchObject({ kind: 'done' });
  }
  expect((await workspace.worker.run([], signal)).failed).toEqual([]);
}

const waiting = (channel: string) => workspace.context.reviews.undecided(channel);
const openIn = async () =>
  (await workspace.context.findings.byPackage('sqlite'))
    .filter(({ finding }) => finding.state === 'open' || finding.state === 'under_investigation')
    .map(({ finding }) => finding.channel)
    .sort();
const sqliteIn = async (channel: string) =>
  (await workspace.context.git.readFile(`refs/heads/${channel}`, 'sqlite.nix'))?.toString('utf8');
const only = async (channel: string): Promise<Review> => {
  const [review, ...others] = await waiting(channel);
  if (review === undefined || others.length > 0) throw new Error(`not one review waits for ${channel}`);
  return review;
};

describe.skipIf(nix === null)('a fix on every line', { timeout: 60_000 }, () => {
  test('it is proposed wherever the same is open and applies, by whoever wrote it, and stops there', async () => {
    expect(await openIn()).toEqual(['25.11', '26.05', '26.05-fips', 'rolling']);
    const { git } = workspace.context;
    const channel = workspace.context.channels.find(({ id }) => id === 'rolling');
    if (channel === undefined) throw new Error('no channel');
    const commitId = await git.writeCommit({
      parent: await git.resolve(channel.branch),
      edits: [packageFile('sqlite', '3.50.2')],
      text: {
        message: 'sqlite: 3.50.1 -> 3.50.2\n\nFixes: CVE-2025-6965\n',
        authorName: 'Ines',
        authorEmail: 'ines@example.org',
        at: now,
      },
    });
    await openProposal({ context: workspace.context, channel, commitId, author: 'ines' });
    expect((await workspace.worker.run([], signal)).failed).toEqual([]);
    const [here, there] = [await only('rolling'), await only('26.05')];
    expect(there).toMatchObject({ how: 'fix', author: 'ines', patchKey: here.patchKey, state: 'waiting' });
    expect(there.examination?.vulnerabilities.resolved).toContainEqual({ attr: 'sqlite', advisoryId: 'CVE-2025-6965' });
    expect((await git.commit(there.candidate)).body).toBe(`Fixes: CVE-2025-6965\nLine-Of: rolling ${commitId}`);
    // The variant gets what its base gets; the line with another version takes another patch.
    expect(await waiting('26.05-fips')).toEqual([]);
    expect(await waiting('25.11')).toEqual([]);
  });

  test('what waits is proposed anew when upstream moves on, and the approval of the older tree counts for nothing', async () => {
    const before = await only('rolling');
    await approve(before, ines);
    await push('master', [packageFile('hello', '2')]);
    await sync('rolling');
    const renewed = await only('rolling');
    expect(renewed).toMatchObject({ how: 'fix', author: 'ines', patchKey: before.patchKey });
    expect(renewed.base).toBe(await workspace.context.git.resolve('refs/heads/rolling'));
    expect((await workspace.context.reviews.byId(before.id))?.state).toBe('superseded');
    expect(await workspace.context.reviews.actsOf(renewed.id)).toEqual([]);
    expect(await workspace.context.git.readFile(renewed.candidate, 'hello.nix')).toEqual(
      Buffer.from('{ pname = "hello"; version = "2"; }\n'),
    );
  });

  test('two people on one line, and one who looks how it fits on the next: then it is fixed everywhere, variants too', async () => {
    const there = await only('26.05');
    await approve(await only('rolling'), ines, mara);
    expect(await sqliteIn('rolling')).toContain('3.50.2');
    expect(await workspace.context.reviews.actsOf(there.id)).toMatchObject([
      { kind: 'carried', by: 'ines', treeId: there.treeId, reason: expect.stringContaining('for rolling') },
      { kind: 'carried', by: 'mara' },
    ]);
    expect((await workspace.context.reviews.byId(there.id))?.state).toBe('waiting');
    expect(await sqliteIn('26.05')).toContain('3.50.1');
    await approve(there, mara);
    expect(await sqliteIn('26.05')).toContain('3.50.2');
    await sync('26.05-fips');
    expect(await sqliteIn('26.05-fips')).toContain('3.50.2');
    expect(await openIn()).toEqual(['25.11']);
    const { series } = workspace.context;
    expect(await series.carried('26.05')).toMatchObject([
      { subject: 'sqlite: 3.50.1 -> 3.50.2', facts: { fixes: ['CVE-2025-6965'] } },
    ]);
  });

  test('going back to what had the flaw says so, and waits for one who leads security', async () => {
    const { context } = workspace;
    const channel = context.channels.find(({ id }) => id === 'rolling');
    // All went out at one instant: the tree tells the ones before the fix.
    const isFlawed = async (commitId: string | null) =>
      String(await context.git.readFile(commitId ?? '', 'sqlite.nix')).includes('3.50.1');
    let flawed: Release | undefined;
    for (const release of await workspace.reads.releases())
      if (release.channel === 'rolling' && (await isFlawed(release.commitId))) flawed = release;
    if (channel === undefined || flawed === undefined) throw new Error('nothing to go back to');
    const back = { channel, version: flawed.version, reason: 'sqlite crashes', dryRun: false };
    expect(await rollBack(workspace, { ...back, by: ines })).toEqual({ kind: 'refused', why: 'role_missing' });
    const olga: Person = { name: 'olga', roles: ['release_manager'] };
    expect(await rollBack(workspace, { ...back, by: olga })).toMatchObject({ kind: 'proposed' });
    expect((await workspace.worker.run([], signal)).failed).toEqual([]);
    const review = await only('rolling');
    expect(review).toMatchObject({ how: 'rollback', author: 'olga', state: 'waiting' });
    expect(review.examination?.vulnerabilities.opened).toEqual([{ attr: 'sqlite', advisoryId: 'CVE-2025-6965' }]);
    expect(review.examination?.gates).toContainEqual({
      name: 'resolves',
      outcome: 'failed',
      says: 'brings in CVE-2025-6965',
    });
    await approve(review, ines, { name: 'kim', roles: ['reviewer'] });
    expect(await sqliteIn('rolling')).toContain('3.50.2');
    await approve(review, mara);
    expect(await sqliteIn('rolling')).toContain('3.50.1');
  });

  test('what upstream brings under a fix that no longer merges is told', async () => {
    const { git, channels, reviews } = workspace.context;
    const channel = channels.find(({ id }) => id === '25.11');
    if (channel === undefined) throw new Error('no channel');
    const commitId = await git.writeCommit({
      parent: await git.resolve(channel.branch),
      edits: [packageFile('sqlite', '3.50.2')],
      text: { message: 'sqlite: 3.49.0 -> 3.50.2', authorName: 'Ines', authorEmail: 'ines@example.org', at: now },
    });
    const review = await openProposal({ context: workspace.context, channel, commitId, author: 'ines' });
    expect((await workspace.worker.run([], signal)).failed).toEqual([]);
    await push('nixos-25.11', [packageFile('sqlite', '3.49.1')]);
    await sync('25.11');
    expect(await waiting('25.11')).toEqual([]);
    expect(await reviews.byId(review?.id ?? '')).toMatchObject({
      state: 'superseded',
      trouble: {
        says: 'what came into 25.11 meanwhile changes the same lines: sqlite.nix',
        hint: expect.stringContaining('refs/for/25.11'),
      },
    });
  });
});
