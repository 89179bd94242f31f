/** The consumer's commands against the real server and real Nix: sign in, check, move a lock, ask for coverage. */
import { cp, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nixForTests } from '../../src/platform/nix-tool/testing.ts';
import { nixClient } from '../support/nix-client.ts';
import { freePort, run, snowguard } from '../support/program.ts';
import { type Server, startServer } from '../support/server.ts';
import { starterWorkspace } from '../support/workspaces.ts';

const nix = await nixForTests();

describe.skipIf(nix === null)('a consumer on their own machine', { timeout: 120_000 }, () => {
  let folder: string;
  let workspace: string;
  let server: Server;
  let environment: Readonly<Record<string, string>>;
  let token: string;
  let client: ReturnType<typeof nixClient>;

  beforeAll(async () => {
    if (nix === null) return;
    folder = await mkdtemp(path.join(tmpdir(), 'snowguard-commands-'));
    workspace = path.join(folder, 'workspace');
    await starterWorkspace(workspace, { nix: nix.program });
    server = await startServer({ workspace, port: await freePort() });
    await server.up();
    client = nixClient(nix, path.join(folder, 'nix'));
    const home = path.join(folder, 'home');
    environment = { HOME: home, XDG_CONFIG_HOME: path.join(home, '.config'), SNOWGUARD_SERVER: server.origin };
    const added = await snowguard([
      'people',
      'add',
      'ada',
      '--role',
      'policy_admin',
      '--email',
      'ada@example.org',
      '-w',
      workspace,
      '--json',
    ]);
    token = (JSON.parse(added.stdout) as { readonly token: string }).token;
  });
  afterAll(async () => {
    await server?.stop();
    await run('chmod', ['-R', 'u+w', folder]);
    await rm(folder, { recursive: true, force: true });
  });

  const use = (args: readonly string[], more: Readonly<Record<string, string>> = {}) =>
    snowguard(args, { environment: { ...environment, ...more } });
  const copyOf = async (name: string) => {
    const dir = path.join(folder, name);
    await cp(path.join(workspace, 'consumers/billing'), dir, { recursive: true });
    return dir;
  };
  const lockIn = (dir: string) => readFile(path.join(dir, 'flake.lock'), 'utf8');

  test('a lock edited without Nix is what Nix itself writes, to the byte, and Nix builds by it', async () => {
    const [edited, updated] = [await copyOf('edited'), await copyOf('updated')];
    const moved = await use(['update', edited, '--without-nix', '--json']);
    expect([moved.status, JSON.parse(moved.stdout)]).toMatchObject([
      0,
      { how: 'edited', updates: [{ input: 'nixpkgs' }] },
    ]);
    const { status } = await client(updated, 'flake', 'update', '--flake', updated);
    expect(status).toBe(0);
    expect(await lockIn(edited)).toBe(await lockIn(updated));
    const built = await client(
      edited,
      'build',
      '--no-link',
      '--print-out-paths',
      '--no-update-lock-file',
      `path:${edited}#database`,
    );
    expect([built.status, built.stdout]).toEqual([0, expect.stringContaining('postgresql-17.9')]);
    expect((await use(['check', edited])).status).toBe(0);
    expect(JSON.parse((await use(['update', edited, '--json'])).stdout)).toMatchObject({ how: 'none', updates: [] });
  });

  test.each([
    ['as it is', null, 'flake update --flake DIR nixpkgs --refresh'],
    // An older one is not on this machine; what it is asked for, this one still does.
    ['as one of 2.18', '2.18.9', 'flake lock DIR --update-input nixpkgs --refresh'],
  ])('Nix %s moves the lock to where it moves without Nix', async (_what, version, words) => {
    const [edited, updated] = [await copyOf(`edited-${version}`), await copyOf(`updated-${version}`)];
    expect((await use(['update', edited, '--without-nix'])).status).toBe(0);
    const bin = path.join(folder, `bin-${version}`);
    await mkdir(bin);
    const answer = version === null ? '' : `[ "$1" = --version ] && echo 'nix (Nix) ${version}' && exit 0\n`;
    const script = `#!/bin/sh\n${answer}echo "$*" >> '${bin}/asked'\nexec '${nix?.program}' "$@"\n`;
    await writeFile(path.join(bin, 'nix'), script, { mode: 0o755 });
    const home = path.join(folder, `nix-${version}`);
    const moved = await use(['update', updated, '--json'], {
      ...nix?.environment,
      HOME: home,
      XDG_CACHE_HOME: path.join(home, 'cache'),
      NIX_REMOTE: `local?root=${path.join(home, 'store')}`,
      PATH: `${bin}:${process.env.PATH}`,
    });
    expect([moved.status, moved.status === 0 ? JSON.parse(moved.stdout).how : moved.stderr]).toEqual([0, 'nix']);
    expect(await lockIn(updated)).toBe(await lockIn(edited));
    expect((await readFile(path.join(bin, 'asked'), 'utf8')).replaceAll(updated, 'DIR')).toContain(words);
  });

  test('the text of the pull request names the fixes; --commit puts it into the history', async () => {
    const dir = await copyOf('committed');
    const git = (...args: readonly string[]) =>
      run('git', ['-C', dir, '-c', 'user.name=ada', '-c', 'user.email=ada@example.org', ...args]);
    await git('init', '--quiet');
    await git('add', '.');
    await git('commit', '--quiet', '--message', 'before');
    await git('config', 'user.name', 'ada');
    await git('config', 'user.email', 'ada@example.org');
    const before = await lockIn(dir);
    const dry = await use(['update', dir, '--dry-run']);
    expect(dry.stdout).toMatch(/^flake\.lock: nixpkgs to 0\.1\.\d+ \(\d+ critical/);
    expect(dry.stdout).toMatch(/\| \[CVE-2026-42945\]\(http:\S+\) \| critical \| nginx 1\.28\.0, patched \|/);
    expect(await lockIn(dir)).toBe(before);
    expect((await use(['update', dir, '--without-nix', '--commit'])).status).toBe(0);
    const log = await git('log', '-1', '--format=%B');
    expect(log.stdout.trim()).toBe(dry.stdout.trim());
    expect((await git('status', '--porcelain')).stdout).toBe('');
  });

  test('signing in shows every line, keeps all else, and signing out leaves the files as they were', async () => {
    const conf = path.join(environment.XDG_CONFIG_HOME ?? '', 'nix/nix.conf');
    const netrc = path.join(path.dirname(conf), 'netrc');
    const asked = await use(['login', '--print'], { SNOWGUARD_TOKEN: token });
    expect([asked.status, asked.stderr]).toEqual([
      0,
      expect.stringMatching(/Signed in as ada[\s\S]*\+ extra-substituters = /),
    ]);
    expect(asked.stderr).not.toContain(token);
    expect(await stat(conf).catch(() => null)).toBeNull();
    await run('mkdir', ['-p', path.dirname(conf)]);
    const text = '# mine\nmax-jobs = 2\nextra-substituters = https://other.example\n';
    await writeFile(conf, text);
    expect((await use(['login'], { SNOWGUARD_TOKEN: token })).stderr).toContain('--yes');
    expect((await use(['login', '--yes'], { SNOWGUARD_TOKEN: token })).status).toBe(0);
    expect(await readFile(conf, 'utf8')).toContain(
      `extra-substituters = https://other.example ${server.origin}/cache\n`,
    );
    expect((await stat(netrc)).mode & 0o777).toBe(0o600);
    expect((await use(['login', '--yes'], { SNOWGUARD_TOKEN: token })).stdout).toContain('there already');
    expect((await use(['status', '--server', server.origin])).stdout).toContain('signed in as ada');
    expect((await use(['consumer', 'add', 'mine', path.join(workspace, 'consumers/website')])).status).toBe(0);
    expect((await use(['consumer', 'list'])).stdout).toMatch(/^mine +must act +nixpkgs at /m);
    expect((await use(['consumer', 'add', 'billing', path.join(workspace, 'consumers/website')])).stderr).toContain(
      'Choose another',
    );
    expect((await use(['logout', '--yes'])).status).toBe(0);
    expect(await readFile(conf, 'utf8')).toBe(text);
    expect(await readFile(netrc, 'utf8')).toBe('');
    expect((await use(['consumer', 'remove', 'mine'])).stderr).toContain('snowguard login');
  });

  test('a wrong token writes nothing', async () => {
    const refused = await use(['login', '--yes'], { SNOWGUARD_TOKEN: 'sg_wrong' });
    expect([refused.status, refused.stdout]).toEqual([3, '']);
    expect(refused.stderr).toMatch(/refuses/);
  });

  test('what is not covered is asked for, decided, and written into the set', async () => {
    const bom = path.join(folder, 'sbom.json');
    await writeFile(
      bom,
      JSON.stringify({
        bomFormat: 'CycloneDX',
        specVersion: '1.5',
        components: [
          { name: 'openssl', version: '3.5.5' },
          { name: 'jq', version: '1.8' },
        ],
      }),
    );
    const known = { SNOWGUARD_TOKEN: token };
    expect((await use(['coverage', bom, '--at-least', '60'])).status).toBe(1);
    expect((await use(['coverage', bom, '--request'], known)).stderr).toContain('--reason');
    expect((await use(['coverage', bom, '--request', '--reason', 'billing needs it'])).stderr).toContain('Sign in');
    const asked = await use(['coverage', bom, '--request', '--reason', 'billing needs it'], known);
    expect([asked.status, asked.stderr]).toEqual([0, expect.stringContaining('for 1 package')]);
    const page = await fetch(`${server.origin}/requests`, {
      headers: { Authorization: `Bearer ${token}`, Accept: 'text/html' },
    });
    expect(await page.text()).toMatch(/jq[\s\S]*ada uses 1\.8: billing needs it/);
    expect(await (await fetch(`${server.origin}/requests`)).text()).not.toContain('billing needs it');
    expect((await use(['requests', 'accept', 'jq', '--reason', 'yes', '-w', workspace])).status).not.toBe(0);
    const accepted = await use(
      ['requests', 'accept', 'jq', '--reason', 'yes', '--category', 'data', '-w', workspace],
      known,
    );
    expect([accepted.status, accepted.stdout]).toEqual([0, expect.stringContaining('requested-data.toml')]);
    expect(await readFile(path.join(workspace, 'covered/requested-data.toml'), 'utf8')).toContain('"jq"');
    expect((await use(['config', 'check', '-w', workspace])).status).toBe(0);
    const again = await use(['coverage', bom, '--request', '--reason', 'still'], known);
    expect(again.stderr).toContain('jq: accepted already. yes');
  });

  test('the closure that Nix has built is looked at, and so is the graph', async () => {
    const dir = path.join(folder, 'edited');
    const graph = await client(dir, 'derivation', 'show', '-r', `path:${dir}#database`);
    const file = path.join(folder, 'graph.json');
    await writeFile(file, graph.stdout);
    const coverage = JSON.parse((await use(['coverage', file, '--json'])).stdout);
    expect(coverage).toMatchObject({ kind: 'components', coverage: { covered: expect.any(Number) } });
    expect(coverage.coverage.covered).toBeGreaterThan(0);
    // Fixed in the release that the lock was moved to, and still open in it.
    expect((await use(['affected', 'CVE-2025-8714', file])).status).toBe(0);
    expect((await use(['affected', 'CVE-2025-8714', path.join(workspace, 'consumers/billing')])).status).toBe(1);
    expect((await use(['affected', 'CVE-2019-0001', file])).status).toBe(3);
    const closed = await client(dir, 'path-info', '-r', '--json', `path:${dir}#database`);
    await writeFile(file, closed.stdout);
    expect(JSON.parse((await use(['check', dir, '--closure', file, '--json'])).stdout)).toMatchObject({
      coverage: { percent: expect.any(Number), components: expect.any(Number) },
    });

    // What Nix has built can be told to the server, by its own words or by the name of what was built.
    const known = {
      ...nix?.environment,
      SNOWGUARD_TOKEN: token,
      NIX_REMOTE: `local?root=${path.join(folder, 'nix/store')}`,
      PATH: `${path.dirname(nix?.program ?? '')}:${process.env.PATH}`,
    };
    expect((await use(['consumer', 'add', 'built', path.join(workspace, 'consumers/billing')], known)).status).toBe(0);
    const told = await use(['consumer', 'closure', 'set', 'built', file, '--json'], known);
    expect([told.status, JSON.parse(told.stdout)]).toMatchObject([0, { source: 'closure', changed: true }]);
    const again = await use(['consumer', 'closure', 'set', 'built', `path:${dir}#database`, '--json'], known);
    expect([again.status, JSON.parse(again.stdout)]).toMatchObject([0, { changed: false }]);
    const shown = JSON.parse((await use(['consumer', 'closure', 'show', 'built', '--json'], known)).stdout);
    // It was built by the lock that has every fix; the lock that is registered has not.
    expect(shown.mustAct).toEqual([]);
    expect(shown.notHeld.map(({ attr }: { readonly attr: string }) => attr)).not.toContain('postgresql');
  });
});
if (nix === null) console.log('skipped: the consumer commands with real Nix, there is none here');
