/** A release archive that is not its tag goes through the review job as it came, from real servers and a real repository. */
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Person } from '../../src/accounts/index.ts';
import type { Workspace } from '../../src/app/index.ts';
import { systemClock } from '../../src/foundation/clock.ts';
import type { Review } from '../../src/pipeline/changes/index.ts';
import {
  digestOfBytes,
  type SourceWorld,
  sourceWorld,
  xzPlanted,
  xzTree,
} from '../../src/pipeline/changes/sources/testing.ts';
import type { GitRepository } from '../../src/platform/git/index.ts';
import { initBare } from '../../src/platform/git/repository.ts';
import { answerGit } from '../support/git-http.ts';
import { run, snowguard } from '../support/program.ts';
import { inventoryWorkspace, openHere } from '../support/workspaces.ts';

const signal = new AbortController().signal;
const analyst: Person = { name: 'ines', roles: ['reviewer'] };
const lead: Person = { name: 'mara', roles: ['reviewer', 'security_lead'] };
const day = 86_400_000;

let folder: string;
let world: SourceWorld;
let upstream: GitRepository;
let workspace: Workspace;
/** Two servers with the same files, until one of them is told otherwise. */
const files: Record<string, Buffer> = {};
const spoilt: Record<string, Buffer> = {};
/** The project's own site: its repository as git serves it, and what Scorecard gives it; null: the service is down. */
let site: Server;
let repository: string;
let scorecard: { readonly date: string; readonly score: number } | null = { date: '2026-10-05', score: 8.1 };
let servers: readonly { readonly host: string; readonly url: string }[];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'snowguard-source-review-'));
  world = await sourceWorld();
  servers = [
    await world.server(files),
    await world.server(new Proxy(files, { get: (all, name: string) => spoilt[name] ?? all[name] })),
  ];
  await mkdir(path.join(world.folder, 'web', 'tukaani'), { recursive: true });
  await symlink(path.join(world.repository, '.git'), path.join(world.folder, 'web', 'tukaani', 'xz.git'));
  site = createServer((request, response) => {
    if (!request.url?.startsWith('/projects/')) return answerGit(request, response, path.join(world.folder, 'web'));
    const isIt = request.url === `/projects/${request.headers.host}/tukaani/xz`;
    response.writeHead(scorecard === null ? 503 : isIt ? 200 : 404).end(JSON.stringify({ ...scorecard, checks: [] }));
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(site.address() as AddressInfo).port}`;
  repository = `http://${host}/tukaani/xz`;
  upstream = await initBare(path.join(folder, 'upstream.git'));
  await inventoryWorkspace(folder, {
    channels: [],
    feeds: [],
    more: `[[channel]]\nid = "rolling"\nupstream = "upstream.git"\nbranch = "main"\npartial = false\ninventories = "inventories"
[network]\nallow_hosts = ["${[host, ...servers.map((server) => server.host)].join('", "')}"]
[review]\nmode = "enforce"\nsources = true\nrepositories = { xz = "${repository}.git" }
scorecard = { url = "http://${host}", hosts = ["${host}"] }\n`,
  });
  await writeFile(
    path.join(folder, 'covered', 'all.toml'),
    'category = "compression"\nsince = "2026-01-01"\nattrs = ["xz"]\n',
  );
  await run('mkdir', ['-p', path.join(folder, 'inventories')]);
  workspace = await openHere(folder);
  await workspace.adoptCovered();
  await step('5.4.6', { 'configure.ac': 'AC_INIT([XZ Utils], [5.4.6])\n' });
  await workspace.worker.run([{ kind: 'channel.sync', subject: 'rolling' }], signal);
  for (const by of [analyst, lead]) await act(await newest(), by, 'the first tree');
  await workspace.worker.run([], signal);
}, 60_000);

afterAll(async () => {
  await workspace?.close();
  site?.close();
  await world?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Upstream moves xz to a version: a tag, an archive that holds these files, a commit, and what that evaluates to. */
async function step(
  version: string,
  archived: Readonly<Record<string, string>>,
  given: { readonly tree?: Readonly<Record<string, string>>; readonly inventory?: boolean } = {},
): Promise<string> {
  await world.tag(`v${version}`, given.tree ?? archived);
  const name = `xz-${version}.tar.gz`;
  files[name] = await world.archive(`xz-${version}`, name, archived);
  const parent = await upstream.resolve('refs/heads/main');
  const commitId = await upstream.writeCommit({
    parent,
    edits: [{ kind: 'write', path: 'pkgs/by-name/xz/xz/package.nix', content: `{ version = "${version}"; }\n` }],
    text: { message: `xz: ${version}`, authorName: 'Jia', authorEmail: 'jia@example.org', at: systemClock.now() },
  });
  await upstream.updateRef('refs/heads/main', commitId, parent);
  if (given.inventory !== false) await inventoryOf(commitId, version);
  return commitId;
}

async function inventoryOf(commitId: string, version: string): Promise<void> {
  const name = `xz-${version}.tar.gz`;
  const line = {
    attr: 'xz',
    system: 'x86_64-linux',
    pname: 'xz',
    version,
    name: `xz-${version}`,
    drvPath: `/nix/store/${digestOfBytes(files[name] ?? Buffer.alloc(0))
      .toLowerCase()
      .replaceAll(/[^a-z0-9]/g, '')
      .slice(6, 38)}-xz-${version}.drv`,
    srcs: [
      {
        name,
        urls: servers.map(({ url }) => `${url}/${name}`),
        outputHash: digestOfBytes(files[name] ?? Buffer.alloc(0)),
      },
    ],
    meta: { position: 'pkgs/by-name/xz/xz/package.nix:1' },
  };
  await writeFile(path.join(folder, 'inventories', `${commitId}.jsonl`), `${JSON.stringify(line)}\n`);
}

async function newest(): Promise<Review> {
  const [review] = await workspace.context.reviews.list({ channel: 'rolling', state: null, before: null, limit: 1 });
  if (review === undefined) throw new Error('there is no review');
  return review;
}

async function synced(): Promise<Review> {
  await workspace.worker.run([{ kind: 'channel.sync', subject: 'rolling' }], signal);
  return newest();
}

/** As a person at a terminal, while no other process has the workspace. */
async function commanded(...args: readonly string[]) {
  await workspace.close();
  try {
    return await snowguard([...args, '--workspace', folder]);
  } finally {
    workspace = await openHere(folder);
  }
}

const act = ({ id: reviewId, treeId }: Review, by: Person, reason: string) =>
  workspace.context.reviews.act({ reviewId, kind: 'approved', by, treeId, reason, at: systemClock.now() });
const hitsOf = ({ examination }: Review) =>
  (examination?.hits ?? [])
    .filter(({ detector }) => /D0[458]/.test(detector))
    .map(({ detector, severity, says }) => `${detector} ${severity} ${says}`);

describe('sources under review', () => {
  test('what xz 5.6.1 had only in its archive stops the step, and the text shows it', async () => {
    await step('5.6.1', xzPlanted, { tree: xzTree });
    const review = await synced();
    expect(review.state).toBe('waiting');
    expect(hitsOf(review)).toEqual([
      'D05 critical the archive has what the tag has not, or has otherwise: configure, m4/build-to-host.m4',
    ]);
    // Two reviewers are not enough while nobody who leads security is among them.
    const other: Person = { name: 'otto', roles: ['reviewer'] };
    await act(review, analyst, 'looks fine');
    expect(await act(review, other, 'looks fine')).toMatchObject({
      decision: { kind: 'waiting', lacks: ['security-lead'] },
    });
    expect(await workspace.context.git.readFile('refs/heads/rolling', 'pkgs/by-name/xz/xz/package.nix')).toEqual(
      Buffer.from('{ version = "5.4.6"; }\n'),
    );
    const tag = await workspace.reads.sourceDiff({ review: review.id, attr: 'xz', against: 'tag' });
    expect(tag?.files.map((file) => `${file.status} ${file.path}`).sort()).toEqual([
      'added configure',
      'added m4/build-to-host.m4',
    ]);
    expect(tag?.text).toContain('+gl_am_configmake=');
    expect(await workspace.reads.sourceDiff({ review: review.id, attr: 'nobody', against: 'tag' })).toBeNull();
  });

  test('the command shows the same', async () => {
    const { id } = await newest();
    const shown = await commanded('review', 'show', id, '--json');
    const page = JSON.parse(shown.stdout) as {
      readonly sourceDiffs: readonly { readonly against: string; readonly text: string }[];
    };
    expect(page.sourceDiffs.map(({ against }) => against)).toEqual(['before', 'tag']);
    const text = await commanded('review', 'source', id, 'xz', '--against', 'tag');
    expect([text.status, text.stdout]).toEqual([0, expect.stringContaining('+gl_am_configmake=')]);
    const none = await commanded('review', 'source', id, 'curl');
    expect([none.status, none.stderr]).toEqual([2, expect.stringContaining(`snowguard review show ${id}`)]);
  });

  test('a file made again and compared passes by its digest until a day, on the word of one who leads security', async () => {
    const { examination } = await newest();
    const kept = await workspace.context.reviewFacts.sources?.git.listTree(examination?.sources?.[0]?.after ?? '');
    expect(kept?.map((entry) => entry.path)).toContain('configure');
    const { createHash } = await import('node:crypto');
    const { store } = workspace.context.reviewFacts;
    const at = systemClock.now();
    for (const name of ['configure', 'm4/build-to-host.m4']) {
      const sha256 = createHash('sha256')
        .update(xzPlanted[name] ?? '')
        .digest('hex');
      const given = { sha256, until: at + day, reason: 'made again', at };
      expect(await store.allow({ ...given, by: analyst })).toMatchObject({ kind: 'refused' });
      expect(await store.allow({ ...given, by: lead })).toEqual({ kind: 'allowed' });
    }
    await step('5.6.2', { ...xzPlanted, NEWS: 'a note\n' }, { tree: { ...xzTree, NEWS: 'a note\n' } });
    expect(hitsOf(await synced())).toEqual([]);
    expect(await store.allowed(at + 2 * day)).toEqual([]);
  });

  test('one of two servers gives other bytes', async () => {
    const commitId = await step('5.8.0', { ...xzTree, NEWS: '5.8.0\n' });
    spoilt['xz-5.8.0.tar.gz'] = await world.archive('xz-5.8.0', 'bad.tar.gz', { ...xzTree, NEWS: 'not 5.8.0\n' });
    const review = await synced();
    expect(hitsOf(review)).toEqual([expect.stringMatching(`^D04 critical ${servers[1]?.host} gives other bytes`)]);
    expect(commitId).toBe(review.candidate);
  });

  test('a tag that is moved later is remembered', async () => {
    await step('5.8.1', { ...xzTree, NEWS: '5.8.1\n' });
    const review = await synced();
    expect(review.examination?.hits.map(({ detector, says }) => `${detector} ${says}`)).toEqual([
      'D14 it was released 0 days ago, less than 7',
    ]);
    await world.tag('v5.8.1', { NEWS: 'moved\n' });
    await step('5.8.2', { ...xzTree, NEWS: '5.8.2\n' });
    await world.tag('v5.8.2', { NEWS: 'never mind\n' });
    await synced();
    const again = await workspace.context.reviewFacts.store.rememberTag(
      { repository: `${repository}.git`, name: 'v5.8.1', commitId: 'a'.repeat(40), signer: null },
      systemClock.now(),
    );
    expect(again.moved).toHaveLength(1);
  });

  test('a project whose Scorecard fell by two is looked at; a service that is down is told, and stops nothing', async () => {
    const signs = ({ examination }: Review) => examination?.hits.filter(({ says }) => says.includes('Scorecard'));
    scorecard = { date: '2026-11-02', score: 6.2 };
    await step('5.8.3', { ...xzTree, NEWS: '5.8.3\n' });
    expect(signs(await synced())).toEqual([]);
    scorecard = { date: '2026-11-09', score: 6.1 };
    await step('5.8.4', { ...xzTree, NEWS: '5.8.4\n' });
    expect(signs(await synced())).toMatchObject([
      { detector: 'D14', severity: 'high', attr: 'xz', says: 'its Scorecard fell from 8.1 to 6.1' },
    ]);
    scorecard = null;
    await step('5.8.5', { ...xzTree, NEWS: '5.8.5\n' });
    const review = await synced();
    expect(review.state).toBe('waiting');
    expect(review.examination?.notExamined).toContainEqual(
      expect.objectContaining({ detector: 'D14', why: [expect.stringMatching(/^xz: .*503/)] }),
    );
  });

  test('a step that cannot be examined says why and what to do, and goes on by itself once it can', async () => {
    const commitId = await step('5.8.6', { ...xzTree, NEWS: '5.8.6\n' }, { inventory: false });
    const stuck = await synced();
    expect(stuck).toMatchObject({
      candidate: commitId,
      state: 'examining',
      trouble: {
        says: `no Nix is installed and there is no inventory of ${commitId.slice(0, 12)}`,
        hint: expect.stringContaining(`${commitId}.jsonl`),
      },
    });
    const shown = await commanded('review', 'show', stuck.id);
    expect(shown.stdout).toContain('It could not be examined: no Nix is installed');
    await inventoryOf(commitId, '5.8.6');
    expect(await synced()).toMatchObject({ id: stuck.id, state: 'waiting', trouble: null });
  });
});
