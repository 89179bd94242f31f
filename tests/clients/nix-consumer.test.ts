/** Real Nix against the real server: what a team does with a flake, from the changed input URL to the update that a fix asks for. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { boardSchema, releaseSchema } from '../../src/http/api/schemas.ts';
import { nixForTests } from '../../src/platform/nix-tool/testing.ts';
import { nixClient } from '../support/nix-client.ts';
import { type Ended, freePort, run, snowguard } from '../support/program.ts';
import { getJson, type Server, startServer } from '../support/server.ts';
import { starterWorkspace } from '../support/workspaces.ts';

const nix = await nixForTests();
const Releases = z.object({ items: z.array(releaseSchema) });
const Checked = z.object({ mustAct: boardSchema.shape.mustAct });
type Release = z.infer<typeof releaseSchema>;

/** A flake as a team has it before it knows of us. */
const before = `{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs =
    { self, nixpkgs }:
    {
      packages = nixpkgs.lib.genAttrs nixpkgs.lib.systems (system: {
        default = nixpkgs.legacyPackages.\${system}.go;
      });
    };
}
`;

describe.skipIf(nix === null)('a flake whose input URL alone was changed', { timeout: 60_000 }, () => {
  let folder: string;
  let workspace: string;
  let project: string;
  let server: Server;
  let client: (cwd: string, ...args: readonly string[]) => Promise<Ended>;

  beforeAll(async () => {
    if (nix === null) return;
    folder = await mkdtemp(path.join(tmpdir(), 'snowguard-clients-'));
    workspace = path.join(folder, 'workspace');
    await starterWorkspace(workspace, { nix: nix.program });
    server = await startServer({ workspace, port: await freePort() });
    await server.up();
    const input = /put into a flake: +inputs\.nixpkgs\.url = "([^"]+)"/.exec(server.said())?.[1] ?? '';
    project = path.join(folder, 'project');
    await mkdir(project);
    await writeFile(path.join(project, 'flake.nix'), before.replace('github:NixOS/nixpkgs/nixos-unstable', input));
    client = nixClient(nix, path.join(folder, 'home'));
  });
  afterAll(async () => {
    await server?.stop();
    await run('chmod', ['-R', 'u+w', folder]);
    await rm(folder, { recursive: true, force: true });
  });

  const releases = async (): Promise<readonly Release[]> =>
    Releases.parse(await getJson(server, '/api/v1/releases')).items;
  const lockOf = async (dir: string) => JSON.parse(await readFile(path.join(dir, 'flake.lock'), 'utf8')).nodes.nixpkgs;
  const lockedTo = (release: Release) => ({
    locked: {
      type: 'tarball',
      url: release.tarballUrl,
      rev: release.commitId,
      revCount: release.commitCount,
      lastModified: release.lastModified,
      // Nix computes this from what it downloads.
      narHash: release.narHash,
    },
    original: { type: 'tarball', url: `${server.origin}/f/acme/secure/0` },
  });
  const built = async (dir: string, attr = 'default', use = client) => {
    const { status, stdout, stderr } = await use(dir, 'build', '--no-link', '--print-out-paths', `path:${dir}#${attr}`);
    expect(stderr).not.toMatch(/^error|warning: updating|creating lock file/m);
    expect(status).toBe(0);
    return stdout.trim();
  };
  const update = async (dir: string) => {
    const { status, stderr } = await client(dir, 'flake', 'update');
    expect([status, stderr]).toEqual([0, expect.stringContaining('nixpkgs')]);
  };
  const check = async (dir: string) => {
    const { status, stdout } = await snowguard(['check', dir, '--json']);
    return { status, ...Checked.parse(JSON.parse(stdout)) };
  };
  const sync = () => snowguard(['sync', '-w', workspace, '--no-feeds', '--json']);

  test('is locked to the newest release, as the release says of itself, and builds', async () => {
    const { status } = await client(project, 'flake', 'lock');
    expect(status).toBe(0);
    const [newest] = await releases();
    expect(await lockOf(project)).toEqual(newest && lockedTo(newest));
    expect(await built(project)).toMatch(/-go-1\.25\.5$/);
    expect(await check(project)).toEqual({ status: 0, mustAct: [] });
  });

  test('the consumers of the starter build by the locks that came with them, and are told what they lack', async () => {
    const published = await releases();
    for (const [name, attr, product, version] of [
      ['billing', 'database', 'postgresql-17.5', '0.1.6'],
      ['website', 'default', 'nginx-1.28.0', '0.1.31'],
    ] as const) {
      const dir = path.join(workspace, 'consumers', name);
      const lock = await readFile(path.join(dir, 'flake.lock'), 'utf8');
      expect(await built(dir, attr)).toContain(product);
      expect(await readFile(path.join(dir, 'flake.lock'), 'utf8')).toBe(lock);
      const at = published.findIndex(({ simplifiedVersion }) => simplifiedVersion === version);
      // Of lz4 a fix came and went between the releases: it is open again, so there is nothing to move to for it.
      const fixed = published
        .slice(0, at)
        .flatMap(({ fixes }) => fixes.map(({ advisoryId }) => advisoryId))
        .filter((id) => id !== 'CVE-2025-62813');
      const { status, mustAct } = await check(dir);
      expect(status).toBe(1);
      expect(new Set(mustAct.flatMap(({ fixes }) => fixes.map(({ advisoryId }) => advisoryId)))).toEqual(
        new Set(fixed),
      );
      expect(fixed).toContain('CVE-2026-42945');
    }
  });

  test('upstream moves, a release follows, and the flake is told what it lacks until it is updated', async () => {
    const [old] = await releases();
    await run('git', ['-C', path.join(workspace, 'upstream.git'), 'update-ref', 'refs/heads/main', 'refs/heads/next']);
    expect(await sync()).toMatchObject({ status: 0 });
    const [newest] = await releases();
    expect(newest?.commitCount).toBeGreaterThan(old?.commitCount ?? 0);
    const fixes = newest?.fixes.map(({ advisoryId, attr }) => `${advisoryId} ${attr}`).sort();
    expect(fixes).toEqual(['CVE-2025-68121 go', 'CVE-2026-25679 go']);

    const asked = await snowguard(['check', project]);
    expect(asked.status).toBe(1);
    expect(asked.stdout).toMatch(/CVE-2025-68121 .*go 1\.25\.5 to 1\.25\.8/);
    expect(asked.stdout).toMatch(/CVE-2026-25679/);
    expect(asked.stdout).toContain('nix flake update nixpkgs');
    expect(asked.stdout).not.toContain('CVE-2026-42945');

    await update(project);
    expect(await lockOf(project)).toEqual(newest && lockedTo(newest));
    expect(await built(project)).toMatch(/-go-1\.25\.8$/);
    expect(await check(project)).toEqual({ status: 0, mustAct: [] });
  });

  test('a sync that finds nothing new publishes nothing', async () => {
    const published = await releases();
    const again = await sync();
    expect([again.status, JSON.parse(again.stdout)]).toEqual([0, { events: [], failed: [] }]);
    expect(await releases()).toEqual(published);
  });

  test('a yanked release resolves for nobody, while the lock on it builds still', async () => {
    const [yanked, older] = await releases();
    const mark = (verb: 'yank' | 'unyank') =>
      snowguard(['release', verb, yanked?.simplifiedVersion ?? '', '--reason', 'go does not start', '-w', workspace]);
    expect(await mark('yank')).toMatchObject({ status: 0 });
    const resolved = await fetch(`${server.origin}/f/acme/secure/0`, { redirect: 'manual' });
    expect(resolved.headers.get('location')).toBe(older?.tarballUrl);

    // A machine that has none of it yet.
    const fresh = nix === null ? client : nixClient(nix, path.join(folder, 'fresh-home'));
    expect(await built(project, 'default', fresh)).toMatch(/-go-1\.25\.8$/);

    await update(project);
    expect(await lockOf(project)).toEqual(older && lockedTo(older));
    expect((await check(project)).status).toBe(0);
    expect(await mark('unyank')).toMatchObject({ status: 0 });
    expect((await check(project)).status).toBe(1);
    await update(project);
    expect(await lockOf(project)).toEqual(yanked && lockedTo(yanked));
  });
});
