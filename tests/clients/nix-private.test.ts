/** Real Nix and a private flake: found by netrc only, locked, built and updated; a wrong token is told so; a yank holds. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nixForTests } from '../../src/platform/nix-tool/testing.ts';
import { nixClient } from '../support/nix-client.ts';
import { type Ended, run } from '../support/program.ts';
import { packedFlake, push, type RegistryWorld, registryWorld } from '../support/registry-world.ts';

const nix = await nixForTests();

describe.skipIf(nix === null)('a private flake', { timeout: 60_000 }, () => {
  let world: RegistryWorld;
  let folder: string;
  /** Beside the stores: Nix copies the whole folder of a flake. */
  let project: string;
  let client: (cwd: string, ...args: readonly string[]) => Promise<Ended>;
  const flakeOf = (word: string) => ({
    'flake.nix': `{ outputs = _: { word = "${word}"; packages.x86_64-linux.default = derivation { name = "${word}"; system = "x86_64-linux"; builder = "/bin/sh"; args = [ "-c" "echo ${word} > $out" ]; }; }; }\n`,
  });
  const publish = async (version: string, word: string) => {
    const answers = await push(world, {
      name: 'acme/hidden',
      version,
      tarball: packedFlake(flakeOf(word)),
      body: { visibility: 'private' },
    });
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  };
  const netrc = (token: string) =>
    writeFile(path.join(folder, 'netrc'), `machine 127.0.0.1 login anything password ${token}\n`);
  const nixed = (...args: readonly string[]) =>
    client(project, ...args, '--option', 'netrc-file', path.join(folder, 'netrc'), '--option', 'tarball-ttl', '0');
  const locked = async () => JSON.parse(await readFile(path.join(project, 'flake.lock'), 'utf8')).nodes.tool.locked;
  const word = async () => {
    const { status, stdout, stderr } = await nixed('eval', '--raw', `path:${project}#word`);
    expect([status, status === 0 ? '' : stderr]).toEqual([0, '']);
    return stdout;
  };

  beforeAll(async () => {
    if (nix === null) return;
    world = await registryWorld();
    folder = await mkdtemp(path.join(tmpdir(), 'snowguard-private-'));
    project = path.join(folder, 'project');
    await mkdir(project);
    client = nixClient(nix, path.join(folder, 'home'));
    await publish('1.0.0', 'first');
    const input = (suffix: string) =>
      `{ inputs.tool.url = "${world.origin}/f/acme/hidden/1${suffix}"; outputs = { tool, ... }: { inherit (tool) word packages; }; }\n`;
    await writeFile(path.join(project, 'flake.nix'), input(''));
  });
  afterAll(async () => {
    await world?.close();
    await run('chmod', ['-R', 'u+w', folder]);
    await rm(folder, { recursive: true, force: true });
  });

  test('without a token there is no such flake; a wrong one is told in words', async () => {
    await writeFile(path.join(folder, 'netrc'), '');
    const stranger = await nixed('flake', 'lock');
    expect([stranger.status === 0, stranger.stderr]).toEqual([
      false,
      expect.stringContaining('there is no flake acme/hidden here'),
    ]);
    await netrc('sg_wrong');
    const wrong = await nixed('flake', 'lock');
    expect([wrong.status === 0, wrong.stderr]).toEqual([
      false,
      expect.stringContaining('The token is unknown, has expired or was revoked'),
    ]);
  });

  test('with one it locks to what the registry computed of the upload, and evaluates', async () => {
    await netrc('reader');
    const { status, stderr } = await nixed('flake', 'lock');
    expect([status, status === 0 ? '' : stderr]).toEqual([0, '']);
    const release = await world.releases.releaseByVersion('acme', 'hidden', '1.0.0');
    expect(await locked()).toMatchObject({
      type: 'tarball',
      url: `${world.origin}/f/pinned/acme/hidden/1.0.0/${release?.uuid}/source.tar.gz`,
      narHash: release?.narHash,
      lastModified: release?.lastModified,
      rev: 'a'.repeat(40),
      revCount: 42,
    });
    expect(await word()).toBe('first');
  });

  test('it builds, also in a store that has nothing yet', async () => {
    const build = ['build', '--no-link', '--print-out-paths', `path:${project}`] as const;
    const { status, stdout, stderr } = await nixed(...build);
    expect([status, status === 0 ? '' : stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/-first\n$/);
    if (nix === null) return;
    const fresh = nixClient(nix, path.join(folder, 'other-home'));
    const again = await fresh(project, ...build, '--option', 'netrc-file', path.join(folder, 'netrc'));
    expect(again.stdout).toBe(stdout);
    const blind = nixClient(nix, path.join(folder, 'blind-home'));
    expect((await blind(project, ...build, '--option', 'netrc-file', '/dev/null')).status).not.toBe(0);
  });

  test('an update moves to the new release; a yank back, and the lock that holds it still builds', async () => {
    await publish('1.1.0', 'second');
    expect((await nixed('flake', 'update')).status).toBe(0);
    expect(await word()).toBe('second');
    const lock = await readFile(path.join(project, 'flake.lock'), 'utf8');
    const release = await world.releases.releaseByVersion('acme', 'hidden', '1.1.0');
    await world.releases.yank({ uuid: release?.uuid ?? '', reason: 'broken', at: world.now(), actor: 'ada' });
    expect((await nixed('flake', 'update')).status).toBe(0);
    expect(await word()).toBe('first');
    await writeFile(path.join(project, 'flake.lock'), lock);
    expect(await word()).toBe('second');
  });

  test('the address with .tar.gz, which old clients need, leads to the same lock', async () => {
    const text = await readFile(path.join(project, 'flake.nix'), 'utf8');
    await writeFile(path.join(project, 'flake.nix'), text.replace('/hidden/1"', '/hidden/1.tar.gz"'));
    expect((await nixed('flake', 'update')).status).toBe(0);
    expect((await locked()).url).toContain('/1.0.0/');
    const fetched = await nixed(
      'eval',
      '--raw',
      '--impure',
      '--expr',
      `((import (builtins.fetchTarball "${world.origin}/f/acme/hidden/1.tar.gz" + "/flake.nix")).outputs { }).word`,
    );
    expect([fetched.stdout, fetched.stdout === 'first' ? '' : fetched.stderr]).toEqual(['first', '']);
  });
});
