import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'smol-toml';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readStarter, type Starter } from '../../src/app/starter/read-starter.ts';
import { replayHistory } from '../../src/app/starter/replay-history.ts';
import {
  type Evaluated,
  evaluateChannel,
  type Instance,
  inventoryLines,
  readInventory,
} from '../../src/pipeline/catalog/index.ts';
import { effectsBetween } from '../../src/pipeline/changes/index.ts';
import type { GitRepository } from '../../src/platform/git/index.ts';
import { initBare } from '../../src/platform/git/repository.ts';
import type { NixTool } from '../../src/platform/nix-tool/index.ts';
import { nixForTests } from '../../src/platform/nix-tool/testing.ts';

const dir = path.resolve('examples/starter');
let folder: string;
let git: GitRepository;
let ids: ReadonlyMap<string, string>;
let starter: Starter;
let attrs: readonly string[];
let nix: NixTool | null;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'snowguard-starter-'));
  git = await initBare(path.join(folder, 'upstream.git'));
  ids = await replayHistory({ git, dir });
  starter = await readStarter(dir, { today: '2026-11-24' });
  attrs = starter.covered.flatMap(({ text }) => (parse(text) as { attrs: string[] }).attrs).sort();
  nix = await nixForTests();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const idOf = (name: string) => ids.get(name) ?? '';
const commitOf = (step: string) => idOf(starter.steps.find(({ id }) => id === step)?.to ?? '');

async function inventoryOf(commitId: string): Promise<readonly Evaluated[]> {
  const all: Evaluated[] = [];
  const file = path.join(starter.inventories, `${commitId}.jsonl`);
  for await (const item of readInventory(inventoryLines(createReadStream(file)))) all.push(item);
  return all;
}

const instancesOf = (results: readonly Evaluated[]): readonly Instance[] =>
  results.flatMap((result) => (result.kind === 'instance' ? [result.instance] : []));

function evaluate(tool: NixTool, commitId: string): Promise<readonly Evaluated[]> {
  return evaluateChannel({
    nix: tool,
    git,
    commitId,
    attrs,
    systems: starter.systems,
    random: (size) => new Uint8Array(size).fill(7),
  });
}

describe('the history', () => {
  test('gives the same ids everywhere: the inventories are named after them', async () => {
    const named = (await readdir(starter.inventories)).sort();
    expect(named).toEqual(starter.steps.map(({ to }) => `${idOf(to)}.jsonl`).sort());
  });

  test('is long enough, in order, past, and by people who do not exist', async () => {
    expect(ids.size).toBeGreaterThanOrEqual(30);
    const commits = new Map(
      await Promise.all([...ids.values()].map(async (id) => [id, await git.commit(id)] as const)),
    );
    for (const commit of commits.values()) {
      expect(commit.authorEmail).toMatch(/@example\.org$/);
      expect(commit.committedAt).toBeGreaterThan(Date.UTC(2025, 0));
      expect(commit.committedAt).toBeLessThan(Date.UTC(2026, 10));
      for (const parent of commit.parents)
        expect(commit.committedAt).toBeGreaterThan(commits.get(parent)?.committedAt ?? Number.POSITIVE_INFINITY);
    }
    expect([...commits.values()].filter(({ parents }) => parents.length === 2)).toHaveLength(1);
  });

  test('lets the story go forward only, and the fix stand on its last upstream step', async () => {
    const [first, autumn, winter, fix] = starter.steps.map(({ to }) => idOf(to));
    expect(await git.isAncestor(first!, autumn!)).toBe(true);
    expect(await git.isAncestor(autumn!, winter!)).toBe(true);
    expect((await git.commit(fix!)).parents).toEqual([winter]);
    expect(await git.resolve('refs/heads/main')).toBe(winter);
    expect(await git.isAncestor(winter!, 'refs/heads/next')).toBe(true);
  });

  test('is replayed well within a second', async () => {
    const again = await initBare(path.join(folder, 'again.git'));
    const start = performance.now();
    await replayHistory({ git: again, dir });
    expect(performance.now() - start).toBeLessThan(1000);
  });
});

describe('with real Nix', () => {
  test('each inventory is what Nix evaluates', async () => {
    if (nix === null) return;
    for (const { to } of starter.steps) expect(await inventoryOf(idOf(to))).toEqual(await evaluate(nix, idOf(to)));
  });

  test('packages build without network, with their dependencies, outputs and patches', async () => {
    if (nix === null) return;
    const tool = nix;
    const tree = path.join(folder, 'tree');
    await git.exportTree(commitOf('nginx'), tree);
    const run = (...args: readonly string[]) => runNix(tool, args);
    const build = async (installable: string) =>
      (await run('build', '--no-link', '--print-out-paths', `path:${tree}#${installable}`)).trim();
    const cat = (file: string) => run('store', 'cat', file);
    expect(await cat(`${await build('nginx')}/bin/nginx`)).toContain('nginx 1.28.0, CVE-2026-42945');
    expect(await cat(`${await build('glibc')}/share/glibc/patches/CVE-2025-0395.patch`)).toContain(
      'CVE: CVE-2025-0395',
    );
    const [bin, dev, out] = await Promise.all(['bin', 'dev', 'out'].map((output) => build(`openssl.${output}`)));
    expect(await cat(`${bin}/bin/openssl`)).toContain('openssl 3.5.5');
    expect(await cat(`${dev}/lib/pkgconfig/openssl.pc`)).toContain(`-L${out}/lib`);
    const closure = await run('path-info', '--recursive', await build('python3Packages.requests'));
    for (const name of ['urllib3-2.6.3', 'certifi-', 'python3-3.13.9', dev!]) expect(closure).toContain(name);
    expect(await run('eval', '--raw', `path:${tree}#curl.override`, '--apply', 'f: (f { zstd = null; }).name')).toBe(
      'curl-8.18.0',
    );
  });

  test('the consumers build on it', async () => {
    if (nix === null) return;
    const tree = path.join(folder, 'consumed');
    await git.exportTree(commitOf('first'), tree);
    for (const [index, attr, name] of [
      [0, 'database', 'postgresql-17.5'],
      [1, 'default', 'nginx-1.28.0'],
    ] as const) {
      const consumer = path.join(folder, `consumer-${index}`);
      await mkdir(consumer);
      const flake = starter.consumers[index]?.flake.replaceAll('@address@', 'http://127.0.0.1:1/f/acme/secure') ?? '';
      await writeFile(path.join(consumer, 'flake.nix'), flake);
      const override = ['--override-input', 'nixpkgs', `path:${tree}`, '--no-write-lock-file'];
      const built = await runNix(nix, [
        'build',
        '--no-link',
        '--print-out-paths',
        `path:${consumer}#${attr}`,
        ...override,
      ]);
      expect(built).toContain(name);
    }
  });

  test('what upstream brings next is suspicious in three ways', async () => {
    if (nix === null) return;
    const before = instancesOf(await inventoryOf(commitOf('winter')));
    const after = instancesOf(await evaluate(nix, (await git.resolve('refs/heads/next')) ?? ''));
    const effects = effectsBetween(before, after).filter(({ kind }) => kind !== 'rebuilt');
    expect(effects).toMatchObject([
      { attr: 'go', kind: 'bumped', from: '1.25.5', to: '1.25.8' },
      { attr: 'rsync', kind: 'hash-changed' },
      { attr: 'xz', kind: 'bumped', from: '5.8.1', to: '5.8.2' },
      { attr: 'xz', kind: 'source-moved' },
    ]);
  });
});

async function runNix(tool: NixTool, args: readonly string[]): Promise<string> {
  const features = ['--extra-experimental-features', 'nix-command flakes', '--offline'];
  const { stdout } = await promisify(execFile)(tool.program, [...args, ...features], { env: { ...tool.environment } });
  return stdout;
}

describe('between its steps', () => {
  const patches = async (from: string, to: string) =>
    effectsBetween(instancesOf(await inventoryOf(commitOf(from))), instancesOf(await inventoryOf(commitOf(to))))
      .filter(({ kind }) => kind.startsWith('patch-'))
      .map((effect) => [effect.attr, effect.kind, 'patch' in effect ? effect.patch : '']);

  test('patches come and go', async () => {
    expect(await patches('first', 'autumn')).toEqual([
      ['glibc', 'patch-added', 'CVE-2025-0395.patch'],
      ['lz4', 'patch-added', 'CVE-2025-62813.patch'],
    ]);
    expect(await patches('autumn', 'winter')).toEqual([['lz4', 'patch-removed', 'CVE-2025-62813.patch']]);
    expect(await patches('winter', 'nginx')).toEqual([['nginx', 'patch-added', 'CVE-2026-42945.patch']]);
  });

  test('the same attributes fail, one of each kind; the unfree and the insecure are described', async () => {
    for (const { to } of starter.steps) {
      const results = await inventoryOf(idOf(to));
      expect(results).toHaveLength(attrs.length * starter.systems.length);
      const failed = results.flatMap((result) => (result.kind === 'failed' ? [`${result.attr} ${result.how}`] : []));
      expect([...new Set(failed)].sort()).toEqual(['python2 throws', 'redis aborts']);
      const old = instancesOf(results).find(({ attr }) => attr === 'openssl_1_1');
      expect(old?.knownVulnerabilities).toHaveLength(1);
    }
  });
});
