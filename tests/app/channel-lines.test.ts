/** A rolling channel, a stable line, a variant of it and a cooldown over one upstream: real git, real Nix, time that passes. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openWorkspace, rollBack, type Workspace } from '../../src/app/index.ts';
import { simplifiedVersion } from '../../src/formats/nix/flake-version.ts';
import { applyFix, rolledBackTo, verifySeries } from '../../src/pipeline/changes/index.ts';
import { defaultPolicyText } from '../../src/pipeline/findings/index.ts';
import type { GitRepository } from '../../src/platform/git/index.ts';
import { initBare } from '../../src/platform/git/repository.ts';
import { silentProgress } from '../../src/platform/log/index.ts';
import { createLog } from '../../src/platform/log/pino.ts';
import { nixForTests } from '../../src/platform/nix-tool/testing.ts';

const nix = await nixForTests();
const signal = new AbortController().signal;
const day = 86_400_000;
const begin = Date.parse('2026-06-01T00:00:00Z');

const started = Date.now();
let now = begin;
let root: string;
let upstream: GitRepository;
let workspace: Workspace;

const packageSet = `{ system ? "none", ... }: let make = import ./make.nix system; in {
  hello = make (import ./hello.nix);
  zlib = make (import ./zlib.nix);
}`;
const make = `system: given: derivation { inherit system; name = "\${given.pname}-\${given.version}"; builder = "/bin/sh"; }
  // given // { type = "derivation"; }`;
const versionFile = (pname: string, version: string) => ({
  kind: 'write' as const,
  path: `${pname}.nix`,
  content: `{ pname = "${pname}"; version = "${version}"; }\n`,
});

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'snowguard-lines-'));
  upstream = await initBare(path.join(root, 'upstream.git'));
  const folder = path.join(root, 'workspace');
  await mkdir(path.join(folder, 'covered'), { recursive: true });
  await writeFile(path.join(folder, 'policy.toml'), defaultPolicyText);
  await writeFile(
    path.join(folder, 'covered', 'all.toml'),
    'category = "all"\nsince = 2026-01-01\nowner = "team"\nattrs = ["hello", "zlib"]\n',
  );
  await writeFile(
    path.join(folder, 'snowguard.toml'),
    `organisation = "acme"
flake = "secure"
[nix]
program = ${JSON.stringify(nix?.program ?? 'none')}
systems = ["x86_64-linux"]
[[channel]]
id = "rolling"
upstream = ${JSON.stringify(upstream.directory)}
partial = false
[[channel]]
id = "26.05"
line = "26.05"
upstream = ${JSON.stringify(upstream.directory)}
branch = "nixos-26.05"
partial = false
end_of_support = 2026-12-31
[[channel]]
id = "26.05-fips"
flake = "secure-fips"
over = "26.05"
[[channel.validated]]
attr = "zlib"
module = "Zed Module"
certificate = "4985"
versions = ["1-fips"]
status = "active"
sunset = 2026-06-01
[[channel]]
id = "calm"
flake = "secure-calm"
over = "rolling"
cooldown = "7d"
`,
  );
  const log = createLog({ level: 'error', pretty: true });
  workspace = await openWorkspace({
    folder,
    // It goes on, so that what is tried again later is.
    clock: { now: () => now + Date.now() - started },
    environment: {},
    progress: silentProgress,
    log,
  });
  await workspace.adoptCovered();
});
afterAll(async () => {
  await workspace?.close();
  await rm(root, { recursive: true, force: true });
});

/** Upstream's branch gets a commit that says of itself that it is from `at`. */
async function push(branch: string, pname: string, version: string, at = now): Promise<string> {
  const ref = `refs/heads/${branch}`;
  const parent = await upstream.resolve(ref);
  const id = await upstream.writeCommit({
    parent,
    edits: [
      ...(parent === null
        ? [
            { kind: 'write' as const, path: 'default.nix', content: packageSet },
            { kind: 'write' as const, path: 'make.nix', content: make },
            versionFile(pname === 'hello' ? 'zlib' : 'hello', '1'),
          ]
        : []),
      versionFile(pname, version),
    ],
    text: { message: `${pname}: ${version}`, authorName: 'Ada', authorEmail: 'ada@example.org', at },
  });
  await upstream.updateRef(ref, id, parent);
  return id;
}

const head = (id: string) => workspace.context.git.resolve(`refs/heads/${id}`);
const sync = async (...channels: readonly string[]) => {
  const jobs = channels.map((subject) => ({ kind: 'channel.sync', subject }) as const);
  expect((await workspace.worker.run(jobs, signal)).failed).toEqual([]);
};
const versionsOf = async (flake: string) =>
  ((await workspace.registry.current()).flake('acme', flake)?.releases ?? []).map(
    ({ release }) => `${release.channel} ${simplifiedVersion(release.version)}`,
  );

const validatedIn = async (channel: string) =>
  (await workspace.reads.channels())
    .filter(({ id }) => id === channel)
    .flatMap(({ validations }) =>
      validations.map(({ module, carried, conflicts }) => [module.attr, module.status, carried, conflicts]),
    );

describe.skipIf(nix === null)('lines', () => {
  test('every line releases under its own number, and a variant follows by itself', { timeout: 60_000 }, async () => {
    const one = await push('master', 'hello', '1');
    const old = await push('nixos-26.05', 'zlib', '1');
    await sync('rolling', '26.05', 'calm');
    expect(await head('rolling')).toBe(one);
    expect(await head('26.05-fips')).toBe(old);
    expect(await head('calm')).toBeNull();
    expect(await versionsOf('secure')).toEqual(['26.05 0.2605.1', 'rolling 0.1.1']);
    expect(await versionsOf('secure-fips')).toEqual(['26.05-fips 0.2605.1']);
    expect(await versionsOf('secure-calm')).toEqual([]);
  });

  test('a variant keeps its own patch over what the line below brings', { timeout: 60_000 }, async () => {
    const { git, changes, clock, channels, series } = workspace.context;
    const channel = channels.find(({ id }) => id === '26.05-fips');
    if (channel === undefined) throw new Error('no variant');
    expect(await validatedIn('26.05-fips')).toEqual([['zlib', 'active', ['1'], ['1 is carried, validated is 1-fips']]]);
    const commitId = await git.writeCommit({
      parent: await head('26.05-fips'),
      edits: [versionFile('zlib', '1-fips')],
      text: { message: 'zlib: the validated module', authorName: 'Mara', authorEmail: 'mara@example.org', at: now },
    });
    await applyFix({ git, changes, clock, channel, commitId, actor: 'mara' });
    await sync('26.05-fips');
    now += day;
    const next = await push('nixos-26.05', 'hello', '2');
    await sync('26.05');
    expect(await head('26.05')).toBe(next);
    const fips = (await head('26.05-fips')) ?? '';
    expect(await git.readFile(fips, 'zlib.nix')).toEqual(Buffer.from(versionFile('zlib', '1-fips').content));
    expect(await git.readFile(fips, 'hello.nix')).toEqual(Buffer.from(versionFile('hello', '2').content));
    // Its certificate ran out with the first of June.
    expect(await validatedIn('26.05-fips')).toEqual([['zlib', 'historical', ['1-fips'], []]]);
    expect(await validatedIn('26.05')).toEqual([]);
    const proof = await verifySeries({ git, head: fips, upstream: next, series: await series.carried('26.05-fips') });
    expect(proof).toMatchObject({ kind: 'exact', patches: 1 });
    expect(await series.carried('26.05')).toEqual([]);
  });

  test('a cooldown goes by when we saw a revision, and passes over what was withdrawn', {
    timeout: 60_000,
  }, async () => {
    const one = await head('rolling');
    now = begin + 2 * day;
    // It says that it is a year old.
    const two = await push('master', 'hello', '2', begin - 365 * day);
    await sync('rolling');
    now = begin + 6 * day;
    await sync('calm');
    expect(await head('calm')).toBeNull();
    now = begin + 8 * day;
    await sync('calm');
    expect(await head('calm')).toBe(one);

    const { releases } = workspace.context;
    const bad = await releases.releaseByCommit({
      organisation: 'acme',
      flake: 'secure',
      channel: 'rolling',
      commitId: two,
    });
    await releases.yank({ uuid: bad?.uuid ?? '', reason: 'planted', at: now, actor: 'mara' });
    const three = await push('master', 'hello', '2.1');
    await sync('rolling');
    now = begin + 10 * day;
    await sync('calm');
    expect(await head('calm')).toBe(one);
    now = begin + 15 * day;
    await sync('calm');
    expect(await head('calm')).toBe(three);
    expect(await versionsOf('secure-calm')).toEqual(['calm 0.1.3', 'calm 0.1.1']);
  });

  test('a fix need not rest: it is a patch of the cooldown until the channel below has it there', {
    timeout: 60_000,
  }, async () => {
    const { git, changes, clock, channels, series } = workspace.context;
    const channel = channels.find(({ id }) => id === 'calm');
    if (channel === undefined) throw new Error('no cooldown');
    const [below, resting] = [await head('rolling'), await head('calm')];
    const commitId = await git.writeCommit({
      parent: resting,
      edits: [versionFile('zlib', '1.1')],
      text: { message: 'zlib: fix CVE-2026-1', authorName: 'Mara', authorEmail: 'mara@example.org', at: now },
    });
    await applyFix({ git, changes, clock, channel, commitId, actor: 'mara' });
    await sync('calm');
    const [carried] = await series.carried('calm');
    expect(carried).toMatchObject({ subject: 'zlib: fix CVE-2026-1' });
    expect(await head('rolling')).toBe(below);

    const fixed = await push('master', 'zlib', '1.1');
    await sync('rolling');
    await sync('calm');
    expect(await series.carried('calm')).toHaveLength(1);
    now += 8 * day;
    await sync('calm');
    expect(await series.carried('calm')).toEqual([]);
    const proof = await verifySeries({ git, head: (await head('calm')) ?? '', upstream: fixed, series: [] });
    expect(proof).toMatchObject({ kind: 'exact', patches: 0 });
  });

  test('rolled back, a channel has an older tree under a higher number, until upstream goes on', {
    timeout: 60_000,
  }, async () => {
    const { git, channels } = workspace.context;
    const channel = channels.find(({ id }) => id === '26.05');
    if (channel === undefined) throw new Error('no line');
    const goBack = (version: string, dryRun = false) =>
      rollBack(workspace, { channel, version, reason: 'hello 2 does not start', by: null, dryRun });
    const versions = () => versionsOf('secure').then((all) => all.filter((one) => one.startsWith('26.05')));
    expect(await versions()).toEqual(['26.05 0.2605.2', '26.05 0.2605.1']);
    const before = await head('26.05');
    expect(await goBack('0.2605.9')).toEqual({ kind: 'refused', why: 'no_release' });
    expect(await goBack('0.2605.2')).toEqual({ kind: 'refused', why: 'same_tree' });
    expect(await goBack('0.2605.1', true)).toMatchObject({ kind: 'would' });
    expect(await head('26.05')).toBe(before);

    expect(await goBack('0.2605.1')).toMatchObject({ kind: 'moved' });
    await sync('26.05');
    const hello = async () => (await git.readFile((await head('26.05')) ?? '', 'hello.nix'))?.toString('utf8');
    expect(await hello()).toContain('"1"');
    expect(await versions()).toEqual(['26.05 0.2605.3', '26.05 0.2605.2', '26.05 0.2605.1']);
    const held = await rolledBackTo(git, (await head('26.05')) ?? '');
    expect(held).not.toBe(await head('26.05'));
    expect((await git.commit(held)).treeId).toBe((await git.commit((await head('26.05')) ?? '')).treeId);

    const mended = await push('nixos-26.05', 'hello', '2.0.1');
    await sync('26.05');
    expect(await hello()).toContain('"2.0.1"');
    const proof = await verifySeries({ git, head: (await head('26.05')) ?? '', upstream: mended, series: [] });
    expect(proof).toMatchObject({ kind: 'exact' });
  });
});
