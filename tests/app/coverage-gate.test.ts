/** A release waits until what it needs can be fetched: real evaluation, real builds, real `nix copy`, or a person who lets it out. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeCredential } from '../../src/accounts/index.ts';
import { httpAppOf } from '../../src/app/http-app.ts';
import type { Workspace } from '../../src/app/index.ts';
import { type Listening, listen } from '../../src/app/listen.ts';
import { defaultPolicyText } from '../../src/pipeline/findings/index.ts';
import { advisory, match } from '../../src/pipeline/findings/testing.ts';
import type { GitRepository } from '../../src/platform/git/index.ts';
import { initBare } from '../../src/platform/git/repository.ts';
import { nixForTests } from '../../src/platform/nix-tool/testing.ts';
import { startSchedule } from '../../src/worker/index.ts';
import { nixClient } from '../support/nix-client.ts';
import { freePort, run, snowguard } from '../support/program.ts';
import { openHere } from '../support/workspaces.ts';

const nix = await nixForTests();
const signal = new AbortController().signal;

/** Two packages that need nothing but a shell; the second refers to the first. */
const packageSet = `{ system ? builtins.currentSystem, ... }: let
  make = pname: text: derivation {
    inherit system pname text; name = "\${pname}-1.0"; version = "1.0"; builder = "/bin/sh"; args = [ "-c" "echo $text > $out" ];
  };
in rec { zlib = make "zlib" "MARK"; hello = make "hello" "needs \${zlib}"; }`;

describe.skipIf(nix === null)('the coverage of a release', { timeout: 120_000 }, () => {
  let root: string;
  let workspace: Workspace;
  let listening: Listening;
  let upstream: GitRepository;
  let token = '';
  let bens = '';
  let first: string;
  let stopSchedule: () => void = () => {};
  const folder = () => path.join(root, 'workspace');

  const upstreamIs = async (mark: string) => {
    const ref = 'refs/heads/main';
    const parent = await upstream.resolve(ref);
    const id = await upstream.writeCommit({
      parent,
      edits: [{ kind: 'write', path: 'default.nix', content: packageSet.replace('MARK', mark) }],
      text: { message: mark, authorName: 'Ada', authorEmail: 'ada@example.org', at: Date.now() },
    });
    await upstream.updateRef(ref, id, parent);
    return id;
  };
  const sync = () => workspace.worker.run([{ kind: 'channel.sync', subject: 'rolling' }], signal);
  const released = async () =>
    (await workspace.context.releases.releases({ limit: 10 })).map(({ commitId }) => commitId);
  /** Builds what stands at a mark and brings it into the cache. */
  const builder = async (mark: string) => {
    const home = path.join(root, `builder-${mark}`);
    await mkdir(home);
    await writeFile(path.join(home, 'netrc'), `machine 127.0.0.1 login any password ${token}\n`);
    await writeFile(path.join(home, 'default.nix'), packageSet.replace('MARK', mark));
    return async (attr: string) => {
      if (nix === null) return;
      const cache = `http://127.0.0.1:${listening.port}/cache?compression=zstd`;
      for (const args of [
        ['build', '--no-link', '-f', 'default.nix', attr],
        ['copy', '--to', cache, '-f', 'default.nix', attr],
      ]) {
        const option = ['--option', 'netrc-file', path.join(home, 'netrc')];
        const { status, stderr } = await nixClient(nix, home)(home, ...args, ...option);
        expect([status, status === 0 ? '' : stderr]).toEqual([0, '']);
      }
    };
  };
  const recorded = async () => {
    const [newest] = await workspace.context.releases.releases({ limit: 1 });
    return workspace.context.cache.coverage.recorded(newest?.uuid ?? '');
  };

  beforeAll(async () => {
    if (nix === null) return;
    root = await mkdtemp(path.join(tmpdir(), 'snowguard-gate-'));
    upstream = await initBare(path.join(root, 'upstream.git'));
    first = await upstreamIs('first');
    const port = await freePort();
    await mkdir(path.join(folder(), 'covered'), { recursive: true });
    await writeFile(
      path.join(folder(), 'policy.toml'),
      defaultPolicyText
        .replace('require = ["released"]', 'require = ["released", "cached"]')
        .replace(/^systems = .*$/m, 'systems = ["x86_64-linux"]'),
    );
    await writeFile(
      path.join(folder(), 'covered', 'all.toml'),
      'category = "all"\nsince = 2026-01-01\nowner = "team"\nattrs = ["hello", "zlib"]\n',
    );
    await writeFile(
      path.join(folder(), 'snowguard.toml'),
      `organisation = "acme"
flake = "secure"
public_url = "http://127.0.0.1:${port}"
[nix]
program = ${JSON.stringify(nix.program)}
systems = ["x86_64-linux"]
[releases]
minimum_coverage = { x86_64-linux = 1.0 }
[[channel]]
id = "rolling"
flake = "secure"
upstream = ${JSON.stringify(upstream.directory)}
branch = "main"
partial = false
[feeds]
`,
    );
    workspace = await openHere(folder());
    await workspace.adoptCovered();
    listening = await listen({ app: httpAppOf(workspace), host: '127.0.0.1', port });
    const roles = ['policy_admin', 'release_manager'] as const;
    for (const name of ['ben', 'ada']) {
      const { text, id, secretHash } = makeCredential('sg', workspace.context.random);
      const founder = { name, roles, email: null, identity: null, key: { id, secretHash } };
      await workspace.accounts.people.found({ founder, at: Date.now() });
      [bens, token] = [token, text];
    }
  });
  afterAll(async () => {
    stopSchedule();
    await workspace?.worker.stop();
    await listening?.close();
    await workspace?.close();
    await run('chmod', ['-R', 'u+w', root]);
    await rm(root, { recursive: true, force: true });
  });

  test('holds it back while the cache lacks anything, and says what', async () => {
    const { failed } = await sync();
    expect(failed).toEqual([]);
    expect(await released()).toEqual([]);
    const told = await snowguard(['release', '-w', folder()], { environment: { SNOWGUARD_TOKEN: token } });
    expect([told.status === 0, told.stderr]).toEqual([
      false,
      expect.stringContaining('x86_64-linux has 0 of 2 output paths, where 100.0 % are asked for'),
    ]);
  });

  test('lets it go by itself once nix copy has brought everything', async () => {
    if (nix === null) return;
    const copy = await builder('first');
    stopSchedule = startSchedule(workspace.context, workspace.worker);
    await workspace.worker.start();
    await copy('zlib');
    const half = await snowguard(['release', '-w', folder()], { environment: { SNOWGUARD_TOKEN: token } });
    expect(half.stderr).toContain('has 1 of 2 output paths');
    await copy('hello');
    await expect.poll(released, { timeout: 90_000, interval: 500 }).toEqual([first]);
    expect(await recorded()).toEqual([
      { system: 'x86_64-linux', wanted: 2, present: 2, minimumPerMille: 1000, exception: null },
    ]);
    stopSchedule();
    await workspace.worker.stop();
  });

  const asked = async (reason: string) => {
    const args = ['release', '-w', folder(), '--despite-coverage', reason, '--json'];
    const { status, stdout, stderr } = await snowguard(args, { environment: { SNOWGUARD_TOKEN: token } });
    expect([status, status === 0 ? '' : stderr]).toEqual([0, '']);
    return String(JSON.parse(stdout).content);
  };

  test('two people let the next one out all the same, and the reason stays with it', async () => {
    const second = await upstreamIs('second');
    expect((await sync()).failed).toEqual([]);
    expect(await released()).toEqual([first]);
    const content = await asked('the builder is down');
    const approve = (name: string) =>
      snowguard(['release', 'approve', content.slice(0, 16), '-w', folder()], {
        environment: { SNOWGUARD_TOKEN: name },
      });
    const alone = await approve(token);
    expect([alone.status, alone.stderr]).toEqual([3, expect.stringContaining('who proposed it cannot approve it')]);
    expect(await released()).toEqual([first]);
    const { status, stderr } = await approve(bens);
    expect([status, status === 0 ? '' : stderr]).toEqual([0, '']);
    expect(await released()).toEqual([second, first]);
    const exception = { reason: 'the builder is down', by: 'ada', approvedBy: 'ben' };
    expect(await recorded()).toEqual([
      { system: 'x86_64-linux', wanted: 2, present: 0, minimumPerMille: 1000, exception },
    ]);
    const [newest] = await workspace.context.releases.releases({ limit: 1 });
    const address = `http://127.0.0.1:${listening.port}/releases/${newest?.uuid}`;
    const page = await fetch(address, { headers: { Accept: 'text/html' } });
    expect(await page.text()).toMatch(/the builder is down/);
  });

  test('the clock of a fix runs on until its package can be fetched, and stops by itself', async () => {
    const { findings, clock } = workspace.context;
    const disclosedAt = clock.now() - 3_600_000;
    const [record] = advisory('CVE-2026-1').records;
    const told = advisory('CVE-2026-1', {
      publishedAt: disclosedAt,
      records: record === undefined ? [] : [{ ...record, publishedAt: disclosedAt }],
    });
    const look = (given: Parameters<typeof match>[2]) =>
      findings.update({
        channel: 'rolling',
        scope: { kind: 'packages', attrs: ['hello'] },
        matches: [match('CVE-2026-1', 'hello', given)],
        advisories: new Map([['CVE-2026-1', told]]),
        packages: new Map([['hello', { version: given?.version ?? '', coveredSince: null, shippedSince: null }]]),
        at: clock.now(),
      });
    await look({ version: '0.9' });
    await look({ version: '1.0', status: 'fixed' });
    await upstreamIs('third');
    expect((await sync()).failed).toEqual([]);
    // By the API and the page; the release follows by itself.
    const origin = `http://127.0.0.1:${listening.port}`;
    const post = (place: string, who: string, body: string | URLSearchParams) =>
      fetch(`${origin}${place}`, {
        method: 'POST',
        redirect: 'manual',
        headers: {
          Authorization: `Bearer ${who}`,
          Accept: 'text/html',
          ...(typeof body === 'string' ? { 'Content-Type': 'application/json' } : {}),
        },
        body,
      });
    const ask = JSON.stringify({ channel: 'rolling', reason: 'exploited' });
    const answer = await post('/api/v1/release-exceptions', token, ask);
    const { items } = (await answer.json()) as { readonly items: readonly { readonly content: string }[] };
    const { content = '' } = items[0] ?? {};
    const refused = await post(`/api/v1/release-exceptions/${content}`, token, '{"act":"approve"}');
    expect([refused.status, await refused.text()]).toEqual([403, expect.stringContaining('same_person')]);
    const seen = await fetch(`${origin}/releases`, {
      headers: { Authorization: `Bearer ${bens}`, Accept: 'text/html' },
    });
    expect(await seen.text()).toMatch(/exploited[\s\S]*asked for by ada[\s\S]*Release it/);
    expect(await (await fetch(`${origin}/releases`, { headers: { Accept: 'text/html' } })).text()).not.toContain(
      'exploited',
    );
    expect((await post('/releases/approve', token, new URLSearchParams({ content }))).status).toBe(403);
    expect((await post('/releases/approve', bens, new URLSearchParams({ content }))).status).toBe(303);
    expect((await workspace.worker.run([], signal)).failed).toEqual([]);
    const [one] = await findings.byPackage('hello');
    const remediation = async () => (await findings.caseOf(one?.finding.id ?? ''))?.timeline.remediation;
    expect(one?.finding.releasedAt).not.toBeNull();
    expect((await remediation())?.stoppedAt).toBeNull();

    stopSchedule = startSchedule(workspace.context, workspace.worker);
    await workspace.worker.start();
    const before = clock.now();
    await (await builder('third'))('hello');
    await expect.poll(async () => (await remediation())?.stoppedAt, { timeout: 90_000, interval: 500 }).not.toBeNull();
    expect((await remediation())?.stoppedAt).toBeGreaterThan(before);
    stopSchedule();
    await workspace.worker.stop();
  });
});
