/** What `snowguard init` writes, run against local stand-ins with the shapes of the public hosts: git over HTTP and every kind of endpoint. */
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server as HttpServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { replayHistory } from '../../src/app/starter/replay-history.ts';
import { cveSchema, pages } from '../../src/http/api/schemas.ts';
import { initBare } from '../../src/platform/git/repository.ts';
import { nixForTests } from '../../src/platform/nix-tool/testing.ts';
import { answerFeed, type PublicFeeds, starterFeeds } from '../support/feed-endpoints.ts';
import { answerGit } from '../support/git-http.ts';
import { freePort, run, snowguard } from '../support/program.ts';
import { getJson, type Server, startServer } from '../support/server.ts';
import { editSettings } from '../support/workspaces.ts';

const starter = path.resolve('examples/starter');
const served = ['nvd', 'kev', 'epss', 'osv-bitnami', 'osv-go', 'osv-pypi'];
const nix = await nixForTests();

describe.skipIf(nix === null)('a workspace on Nixpkgs', { timeout: 90_000 }, () => {
  let root: string;
  let workspace: string;
  let hosts: HttpServer;
  let origin: string;
  let feeds: PublicFeeds;
  let commits: ReadonlyMap<string, string>;
  let server: Server;
  let asked: string[] = [];

  const environment = { PATH: `${path.dirname(nix?.program ?? '')}:${process.env.PATH}`, NVD_API_KEY: 'key' };
  const git = async (repository: string, ...args: readonly string[]) => {
    const { status, stdout } = await run('git', ['-C', path.join(root, repository), ...args], {
      environment: { GIT_NO_LAZY_FETCH: '1' },
    });
    expect(status).toBe(0);
    return stdout.trim();
  };
  const upstreamMoves = (to: string) =>
    git('hosts/NixOS/nixpkgs.git', 'update-ref', 'refs/heads/nixos-unstable', commits.get(to) ?? '');

  beforeAll(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'snowguard-nixpkgs-'));
    workspace = path.join(root, 'acme');
    await mkdir(path.join(root, 'hosts/NixOS/nixpkgs.git'), { recursive: true });
    commits = await replayHistory({ git: await initBare(path.join(root, 'hosts/NixOS/nixpkgs.git')), dir: starter });
    for (const setting of ['uploadpack.allowFilter', 'uploadpack.allowAnySHA1InWant'])
      await git('hosts/NixOS/nixpkgs.git', 'config', setting, 'true');
    await upstreamMoves('0031-curl-8.17.0');
    feeds = await starterFeeds();
    hosts = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      if (request.url?.startsWith('/NixOS/')) answerGit(request, response, path.join(root, 'hosts'));
      else if (!answerFeed(request, response, feeds)) response.writeHead(404).end();
    }).listen({ host: '127.0.0.1', port: 0 });
    await once(hosts, 'listening');
    const address = hosts.address();
    origin = `127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  });
  afterAll(async () => {
    await server?.kill();
    hosts?.close();
    hosts?.closeAllConnections();
    await rm(root, { recursive: true, force: true });
  });

  test('is in order as it is written', async () => {
    const made = await snowguard(['init', workspace, '--upstream', `http://${origin}/NixOS/nixpkgs.git`, '--json']);
    expect(made.status).toBe(0);
    expect(JSON.parse(made.stdout).files).toContain('snowguard.toml');
    const checked = await snowguard(['config', 'check', '-w', workspace, '--json'], { environment });
    expect(checked.status).toBe(0);
    const report = JSON.parse(checked.stdout);
    expect(report).toMatchObject({ flakes: ['acme/secure'], channels: ['rolling'], nix: nix?.version });
    expect(report.covered).toBeGreaterThan(100);
    expect(report.feeds).toEqual(expect.arrayContaining(served));
  });

  test('goes from the public hosts to a release', async () => {
    await editSettings(workspace, (text) =>
      text
        .replace('allow_hosts = []', `allow_hosts = ["${origin}"]`)
        .replace('# secret_env = "NVD_API_KEY"', 'secret_env = "NVD_API_KEY"')
        .replaceAll(
          /\[feeds\.([a-z-]+)\]\nenabled = \w+\n# url = "https:\/\/([^"]+)"/g,
          (_, id: string, place: string) =>
            served.includes(id)
              ? `[feeds.${id}]\nenabled = true\nurl = "http://${origin}/${place}"`
              : `[feeds.${id}]\nenabled = false`,
        ),
    );
    server = await startServer({ workspace, port: await freePort(), environment });
    await server.up();
    const releases = async () => pages.releases.parse(await getJson(server, '/api/v1/releases')).items;
    const states = async () => pages.feeds.parse(await getJson(server, '/api/v1/feeds')).items;
    while ((await releases()).length === 0 || (await states()).some(({ state }) => state === 'never')) await sleep(100);
    expect((await states()).map(({ id, state, message }) => [id, state, message])).toEqual(
      served.map((id) => [id, 'ok', null]),
    );
    expect((await releases()).map(({ commitId }) => commitId)).toEqual([commits.get('0031-curl-8.17.0')]);
    expect(asked.filter((line) => line.includes('startIndex')).length).toBeGreaterThan(1);
    const answer = async () => cveSchema.parse(await getJson(server, '/api/v1/cve/CVE-2025-61984'));
    await expect.poll(async () => (await answer()).answer, { timeout: 10_000 }).toBe('affected');
    expect(await server.stop()).toMatchObject({
      status: 0,
      stderr: expect.stringContaining('Fetching nixos-unstable'),
    });
  });

  test('leaves at the server what it does not need', async () => {
    const missing = async (...what: readonly string[]) =>
      (await git('acme/repository.git', 'rev-list', '--objects', '--missing=print', ...what))
        .split('\n')
        .filter((line) => line.startsWith('?')).length;
    const [all, here] = [await missing('refs/heads/rolling'), await missing('--no-walk', 'refs/heads/rolling')];
    expect(all).toBeGreaterThan(30);
    expect(here).toBe(0);
    console.log(`${all} file contents stayed at the server`);
  });

  test('the next sync costs what changed', async () => {
    await upstreamMoves('0041-postgresql-17.9');
    const go = feeds.osv.get('Go');
    const [id = '', record] = [...(go ?? [])].at(-1) ?? [];
    go?.set(id, {
      text: record?.text.replace('"schema_version"', '"x":1,"schema_version"') ?? '',
      modified: '2026-06-01T00:00:00Z',
    });
    asked = [];
    const { status, stdout } = await snowguard(['sync', '-w', workspace, '--json'], { environment });
    expect([status, JSON.parse(stdout).failed]).toEqual([0, []]);
    const kinds = JSON.parse(stdout).events.map(({ kind }: { kind: string }) => kind);
    expect(kinds).toEqual(expect.arrayContaining(['channel.moved', 'catalog.evaluated', 'release.published']));
    const feedsAsked = asked.filter((line) => !line.includes('/NixOS/'));
    expect(feedsAsked.filter((line) => line.includes('all.zip'))).toEqual([]);
    expect(feedsAsked.filter((line) => line.endsWith(`/${id}.json`))).toHaveLength(1);
    expect(feedsAsked.filter((line) => line.includes('services.nvd'))).toEqual([
      expect.stringContaining('lastModStartDate='),
    ]);
  });
});
