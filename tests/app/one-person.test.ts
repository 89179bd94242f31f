/**
 * One person, with every role, a token, the command line and the folder of the workspace, does whatever they like in whatever
 * order: nothing that two people did not approve is released, and no terms or keys change. Broken glass is the one exception, and it is told.
 */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Writable } from 'node:stream';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { httpAppOf } from '../../src/app/http-app.ts';
import type { Workspace } from '../../src/app/index.ts';
import { type Listening, listen } from '../../src/app/listen.ts';
import { runCli } from '../../src/cli/index.ts';
import { latestEvents } from '../../src/journal/index.ts';
import { nixForTests } from '../../src/platform/nix-tool/testing.ts';
import { approveNewest, makeEnforcedWorld, pushTo, withFiles, zlibText } from '../support/enforced-world.ts';
import { makeRawUpstream, type RawEntry, type RawUpstream } from '../support/raw-upstream.ts';
import { openHere } from '../support/workspaces.ts';

const nix = await nixForTests();
const signal = new AbortController().signal;

let root: string;
let tokens: ReadonlyMap<string, string>;
/** The tree of what is out when the person begins, and the one before, which had a flaw. */
let sound: string;
let flawed: string;

beforeAll(async () => {
  if (nix === null) return;
  root = await mkdtemp(path.join(tmpdir(), 'snowguard-one-person-'));
  const world = await makeEnforcedWorld(path.join(root, 'begin'), { nix: nix.program });
  tokens = world.tokens;
  const { upstream } = world;
  flawed = world.first;
  const workspace = await openHere(path.join(root, 'begin', 'workspace'));
  const comeIn = async () => {
    await workspace.worker.run([{ kind: 'channel.sync', subject: 'rolling' }], signal);
    await approveNewest(workspace, ['eve', 'ben']);
  };
  await comeIn();
  const fixed = await withFiles(upstream, await upstream.entries(flawed), { 'zlib.nix': zlibText('2') });
  sound = await pushTo(upstream, fixed, [flawed], 'zlib: 1 -> 2');
  await comeIn();
  expect((await workspace.context.releases.latest('acme', 'secure'))?.commitId).toBe(sound);
  await workspace.close();
});
afterAll(() => rm(root, { recursive: true, force: true }));

interface House {
  readonly workspace: () => Workspace;
  readonly folder: string;
  readonly upstream: RawUpstream;
  /** Of the person: sees what the workspace has, and pushes from there. */
  readonly own: RawUpstream;
  readonly origin: () => string;
  /** After settings were changed. */
  readonly restart: () => Promise<void>;
  /** As the schedule does all the time: upstream is looked at, and what was queued is done with all that follows. */
  readonly settle: () => Promise<void>;
  readonly close: () => Promise<void>;
}

async function house(): Promise<House> {
  const place = await mkdtemp(path.join(root, 'house-'));
  await cp(path.join(root, 'begin'), place, { recursive: true });
  const folder = path.join(place, 'workspace');
  let workspace: Workspace;
  let listening: Listening;
  const start = async () => {
    workspace = await openHere(folder);
    await workspace.adoptCovered();
    listening = await listen({ app: httpAppOf(workspace), host: '127.0.0.1', port: 0 });
  };
  const stop = async () => {
    await listening.close();
    await workspace.close();
  };
  await start();
  return {
    folder,
    upstream: await makeRawUpstream(path.join(place, 'upstream.git')),
    own: await makeRawUpstream(path.join(place, 'own.git'), path.join(folder, 'repository.git')),
    workspace: () => workspace,
    origin: () => `http://127.0.0.1:${listening.port}`,
    restart: async () => {
      await stop();
      await start();
    },
    settle: async () => void (await workspace.worker.run([{ kind: 'channel.sync', subject: 'rolling' }], signal)),
    close: stop,
  };
}

const head = async ({ workspace }: House) => (await workspace().context.git.resolve('refs/heads/rolling')) ?? '';
const reviewsOf = ({ workspace }: House) =>
  workspace().context.reviews.list({ channel: null, state: null, before: null, limit: 100 });
const newestOf = async (there: House) => (await reviewsOf(there))[0];
let count = 0;

/** What somebody may want to slip in. */
const contents = ['covered', 'uncovered', 'note', 'as it was before the fix', 'in a merge'] as const;
type Content = (typeof contents)[number];

async function commitOf({ own }: House, parent: string, content: Content): Promise<string> {
  const entries = await own.entries(parent);
  const mark = `of one person, ${count++}`;
  const files: Readonly<Record<Content, Readonly<Record<string, string>>>> = {
    covered: { 'zlib.nix': zlibText(`2-evil-${count}`) },
    uncovered: { 'other.nix': `{ evil = "${mark}"; }\n` },
    note: { NOTE: mark },
    'as it was before the fix': {},
    'in a merge': { 'other.nix': `{ merged = "${mark}"; }\n` },
  };
  const next: readonly RawEntry[] =
    content === 'as it was before the fix' ? await own.entries(flawed) : await withFiles(own, entries, files[content]);
  const parents = content === 'in a merge' ? [parent, flawed] : [parent];
  return own.commit({ tree: await own.tree(next), parents, message: mark, author: 'Eve <eve@example.org>' });
}

async function cli({ folder }: House, name: string, ...args: readonly string[]): Promise<number> {
  const silent = () => new Writable({ write: (_chunk, _encoding, done) => done() });
  return runCli([...args, '-w', folder], {
    stdout: silent(),
    stderr: silent(),
    cwd: folder,
    environment: { HOME: folder, PATH: process.env.PATH, SNOWGUARD_TOKEN: tokens.get(name) },
  });
}

async function overHttp({ origin }: House, name: string, place: string, form: Readonly<Record<string, string>>) {
  const answer = await fetch(origin() + place, {
    method: 'POST',
    redirect: 'manual',
    headers: { Authorization: `Bearer ${tokens.get(name) ?? name}` },
    body: new URLSearchParams(form),
  });
  await answer.arrayBuffer();
}

/** `git push` to the house, as anybody does. */
async function pushed({ own, origin }: House, commit: string, to: string): Promise<void> {
  const url = new URL(`${origin()}/git/rolling.git`);
  url.username = 'eve';
  url.password = tokens.get('eve') ?? '';
  await own.git('push', '--quiet', '--force', url.href, `${commit}:${to}`).catch(() => {});
}

/** Past everything: into the repository that the workspace keeps. */
async function slipped({ folder, own }: House, commit: string, ref = 'refs/heads/rolling'): Promise<void> {
  await own.git('push', '--quiet', '--force', path.join(folder, 'repository.git'), `${commit}:${ref}`).catch(() => {});
}

async function edited({ folder }: House, edit: (text: string) => string): Promise<void> {
  const file = path.join(folder, 'snowguard.toml');
  await writeFile(file, edit(await readFile(file, 'utf8')));
}

async function robotToken(there: House): Promise<string> {
  const { accounts, clock } = there.workspace();
  const made = await accounts.tokens.create({
    holder: { kind: 'workload', name: 'ci', organisation: 'acme', flake: null },
    label: 'ci',
    scopes: ['read', 'publish', 'push'],
    lifetimeMs: 86_400_000,
    by: { name: 'eve', roles: ['policy_admin'] },
    at: clock.now(),
  });
  return made.kind === 'refused' ? '' : made.text;
}

/** Of the person themself, and no good any more. */
async function revokedToken(there: House): Promise<string> {
  const { accounts, clock } = there.workspace();
  const by = { name: 'eve', roles: [] };
  const holder = { kind: 'person', name: 'eve' } as const;
  const made = await accounts.tokens.create({ holder, label: 'old', scopes: ['act'], by, at: clock.now() });
  if (made.kind === 'refused') return '';
  await accounts.tokens.revoke({ id: made.token.id, by, at: clock.now() });
  return made.text;
}

/** Upstream goes on with something that nobody has to look at. */
async function news({ upstream }: House): Promise<void> {
  const tip = await upstream.git('rev-parse', 'refs/heads/main');
  await pushTo(upstream, await withFiles(upstream, await upstream.entries(tip), { NEWS: `${count++}` }), [tip], 'news');
}

interface Deed {
  readonly name: string;
  readonly content: Content;
  readonly which: number;
}

const deeds: Readonly<Record<string, (there: House, deed: Deed) => Promise<void>>> = {
  'upstream has news': (there) => news(there),
  sync: async (there) => void (await cli(there, 'eve', 'sync')),
  'propose over HTTP': async (there, { content }) => {
    await pushed(there, await commitOf(there, await head(there), content), 'refs/for/rolling');
    // The server queues it when git has ended.
    await there.workspace().worker.enqueue([{ kind: 'proposals.collect', subject: '' }]);
  },
  'propose on top of what waits': async (there, { content }) => {
    const review = await newestOf(there);
    if (review === undefined) return;
    await pushed(there, await commitOf(there, review.candidate, content), 'refs/for/rolling');
    await there.workspace().worker.enqueue([{ kind: 'proposals.collect', subject: '' }]);
  },
  'push to the branch over HTTP': async (there, { content }) =>
    pushed(there, await commitOf(there, await head(there), content), 'refs/heads/rolling'),
  'push into the repository': async (there, { content }) =>
    slipped(there, await commitOf(there, await head(there), content)),
  'rewind the repository': (there, { which }) => slipped(there, which % 2 === 0 ? sound : flawed),
  'move what is kept of upstream': async (there, { content }) =>
    slipped(there, await commitOf(there, await head(there), content), 'refs/upstream/rolling'),
  'move a candidate': async (there, { content, which }) => {
    const reviews = await reviewsOf(there);
    const review = reviews[which % Math.max(1, reviews.length)];
    if (review === undefined) return;
    const commit = await commitOf(there, review.candidate, content);
    await slipped(there, commit, `refs/reviews/rolling/${review.candidate}`);
  },
  'approve on the command line': async (there, { which }) => {
    const reviews = await reviewsOf(there);
    const id = reviews[which % Math.max(1, reviews.length)]?.id ?? '1';
    await cli(there, 'eve', 'review', 'approve', id, '--reason', 'fine');
  },
  'approve what came newest, twice, on its page': async (there) => {
    const review = await newestOf(there);
    if (review === undefined) return;
    const form = { kind: 'approved', tree: review.treeId, reason: 'fine' };
    for (let times = 0; times < 2; times++) await overHttp(there, 'eve', `/reviews/${review.id}`, form);
  },
  'approve with a token of a robot': async (there) => {
    const review = await newestOf(there);
    if (review === undefined) return;
    const form = { kind: 'approved', tree: review.treeId, reason: 'fine' };
    await overHttp(there, await robotToken(there), `/reviews/${review.id}`, form);
  },
  'add somebody': async (there) => {
    await cli(there, 'eve', 'people', 'add', 'sock', '--role', 'reviewer', '--email', 'sock@example.org');
    const [proposal] = await there.workspace().accounts.people.proposals(there.workspace().clock.now());
    if (proposal !== undefined) await cli(there, 'eve', 'people', 'approve', proposal.content.slice(0, 16));
  },
  'hold and release': async (there) => {
    const id = (await newestOf(there))?.id ?? '1';
    await cli(there, 'eve', 'review', 'hold', id, '--reason', 'wait');
    await cli(there, 'eve', 'review', 'release-hold', id);
  },
  'open a window': async (there) =>
    void (await cli(
      there,
      'eve',
      'review',
      'window',
      '--who',
      'ada@example.org',
      '--from',
      '2020-01-01',
      '--reason',
      'x',
    )),
  'end enforced reviews': async (there) => {
    await cli(there, 'eve', 'review', 'observe', '--reason', 'in the way');
    await edited(there, (text) => text.replace('mode = "enforce"', 'mode = "observe"'));
    await there.restart();
  },
  'cover less': async (there) => {
    const file = path.join(there.folder, 'covered', 'all.toml');
    await writeFile(file, (await readFile(file, 'utf8')).replace(', "zlib"', ''));
    await there.restart();
  },
  'point upstream elsewhere': async (there, { content }) => {
    const commit = await commitOf(there, await head(there), content);
    await there.own.git('update-ref', 'refs/heads/main', commit);
    await edited(there, (text) => text.replace('"../upstream.git"', '"../own.git"'));
    await there.restart();
  },
  'put another policy in force': async (there, { which }) => {
    const file = path.join(there.folder, 'policy.toml');
    const text = (await readFile(file, 'utf8')).replace(/^version = .*$/m, `version = ${which + 2}`);
    await writeFile(file, text.replace('remediation = "P7D"', 'remediation = "P700D"'));
    await there.restart();
    await cli(there, 'eve', 'policy', 'propose');
    const [proposal] = await there.workspace().terms.proposals();
    if (proposal === undefined) return;
    const { content } = proposal;
    await cli(there, 'eve', 'policy', 'approve', content);
    for (const token of ['eve', await robotToken(there), await revokedToken(there)])
      await overHttp(there, token, '/policy/approve', { content });
    await there.restart();
  },
  'exchange the key of the cache': async (there) => {
    // The first is nobody's to approve: no client trusts it yet.
    await cli(there, 'eve', 'cache', 'key', 'generate', '--name', 'own-1');
    await cli(there, 'eve', 'cache', 'key', 'rotate', '--name', 'own-2');
    const { cache, clock } = there.workspace();
    const [proposal] = await cache.keyChanges.proposals(clock.now());
    await cli(there, 'eve', 'cache', 'key', 'approve', proposal?.content ?? '');
    await cli(there, 'eve', 'cache', 'key', 'retire', 'own-1');
  },
  release: async (there) => void (await cli(there, 'eve', 'release', '--despite-coverage', 'now')),
  'withdraw a release': async (there) => {
    const release = await there.workspace().context.releases.latest('acme', 'secure');
    if (release !== null) await cli(there, 'eve', 'release', 'yank', release.version, '--reason', 'x');
  },
  'take a patch out': async (there) => {
    const [patch] = await there.workspace().context.series.carried('rolling');
    if (patch !== undefined) await cli(there, 'eve', 'patches', 'drop', patch.id, '--reason', 'x');
  },
  'publish as a robot': async (there) => {
    const place = `${there.origin()}/upload/acme/secure/0.1.999/1000/${'A'.repeat(43)}%3D`;
    const answer = await fetch(place, {
      method: 'POST',
      headers: { Authorization: `Bearer ${await robotToken(there)}`, 'Content-Type': 'application/json' },
      body: '{}',
    });
    await answer.arrayBuffer();
  },
};
const names = Object.keys(deeds);

async function done(there: House, deed: Deed): Promise<void> {
  await deeds[deed.name]?.(there, deed);
  await there.settle();
}

/** What two people have to agree on beside releases, and is another than it was. */
async function changed({ workspace }: House): Promise<readonly string[]> {
  const { context, terms } = workspace();
  const keys = await context.cache.keys.list(context.clock.now());
  return [
    ...(await terms.history()).slice(0, -1).map(({ content }) => `terms ${content}`),
    ...keys.slice(1).map(({ name }) => `key ${name}`),
  ];
}

/** Releases of something else than what was out, with upstream's news at most. */
async function alien({ workspace, own }: House): Promise<readonly string[]> {
  const known = async (commit: string) =>
    (await own.entries(commit))
      .filter(({ name }) => name !== 'NEWS')
      .map(({ name, id }) => `${name} ${id}`)
      .sort()
      .join('\n');
  const begun = [await known(sound), await known(flawed)];
  const releases = await workspace().context.releases.releases({ limit: 1000 });
  const states = await Promise.all(releases.map(async ({ commitId }) => ({ commitId, state: await known(commitId) })));
  return states
    .filter(({ commitId, state }) => commitId !== flawed && state !== begun[0])
    .map(({ commitId }) => commitId);
}

type Script = readonly (readonly [name: string, content?: Content, which?: number])[];

async function after(given: Script): Promise<readonly string[]> {
  const there = await house();
  try {
    for (const [name, content = 'uncovered', which = 0] of given) await done(there, { name, content, which });
    return [...(await alien(there)), ...(await changed(there))];
  } finally {
    await there.close();
  }
}

describe.skipIf(nix === null)('one person', { timeout: 120_000 }, () => {
  test.each<readonly [string, Script]>([
    ['slips something under what upstream brings', [['push into the repository', 'uncovered'], ['upstream has news']]],
    [
      'slips something in and takes it back, for the series to bring',
      [['push into the repository', 'uncovered'], ['rewind the repository'], ['upstream has news']],
    ],
    ['brings back what had the flaw', [['push into the repository', 'as it was before the fix'], ['release']]],
    [
      'proposes and approves by every door',
      [
        ['propose over HTTP', 'covered'],
        ['approve on the command line'],
        ['approve what came newest, twice, on its page'],
        ['approve with a token of a robot'],
        ['add somebody'],
        ['release'],
      ],
    ],
    ['says that reviews are only observed', [['end enforced reviews'], ['push into the repository', 'covered']]],
    [
      'has everything looked at again, and points upstream at what is theirs meanwhile',
      [['open a window'], ['point upstream elsewhere', 'note']],
    ],
    ['points upstream at what is theirs', [['point upstream elsewhere', 'uncovered'], ['release']]],
    ['gives himself more time, and other keys', [['put another policy in force'], ['exchange the key of the cache']]],
    [
      'covers less, and then brings it',
      [['cover less'], ['push into the repository', 'covered'], ['upstream has news'], ['release']],
    ],
  ])('%s: nothing is released', async (_, given) => {
    expect(await after(given)).toEqual([]);
  });

  test('whatever they do in whatever order', { timeout: 600_000 }, async () => {
    const deed = fc.record({
      name: fc.constantFrom(...names),
      content: fc.constantFrom(...contents),
      which: fc.nat(3),
    });
    const runs = Number(process.env.SNOWGUARD_ONE_PERSON_RUNS ?? 6);
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { minLength: 4, maxLength: 12 }), async (given) => {
        expect(await after(given.map(({ name, content, which }) => [name, content, which] as const))).toEqual([]);
      }),
      { numRuns: runs, endOnFailure: true },
    );
  });

  test('two people, by the same doors, do release it', async () => {
    const there = await house();
    await done(there, { name: 'propose over HTTP', content: 'covered', which: 0 });
    const review = await newestOf(there);
    expect(review).toMatchObject({ how: 'fix', author: 'eve', state: 'waiting' });
    const form = { kind: 'approved', tree: review?.treeId ?? '', reason: 'fine' };
    await overHttp(there, 'eve', `/reviews/${review?.id}`, form);
    await there.settle();
    expect(await alien(there)).toEqual([]);
    expect(await cli(there, 'ben', 'review', 'approve', review?.id ?? '', '--reason', 'fine')).toBe(0);
    await there.settle();
    expect(await alien(there)).toEqual([review?.candidate]);
    await there.close();
  });

  test('who has a patch approved gets no more than it in with it', async () => {
    const there = await house();
    const { own } = there;
    const before = await head(there);
    const patch = await commitOf(there, before, 'covered');
    await pushed(there, patch, 'refs/for/rolling');
    await there.workspace().worker.enqueue([{ kind: 'proposals.collect', subject: '' }]);
    await there.settle();
    await approveNewest(there.workspace(), ['eve', 'ben']);
    expect(await head(there)).toBe(patch);
    // The same patch once more, as one parent of a merge that brings what nobody saw.
    const again = await own.commit({ tree: await own.tree(await own.entries(patch)), parents: [before] });
    const evil = await withFiles(own, await own.entries(patch), { 'zlib.nix': zlibText('evil') });
    const merge = await own.commit({ tree: await own.tree(evil), parents: [patch, again] });
    await pushed(there, merge, 'refs/for/rolling');
    await there.workspace().worker.enqueue([{ kind: 'proposals.collect', subject: '' }]);
    await there.settle();
    const review = await newestOf(there);
    expect(review?.candidate).toBe(merge);
    await cli(there, 'eve', 'review', 'approve', review?.id ?? '', '--reason', 'fine');
    await there.settle();
    expect(await alien(there)).toEqual([patch]);
    await there.close();
  });

  test('one person breaks the glass: it is out, loudly, and is told as that', async () => {
    const there = await house();
    await done(there, { name: 'propose over HTTP', content: 'covered', which: 0 });
    const review = await newestOf(there);
    await cli(there, 'eve', 'review', 'break-glass', review?.id ?? '', '--reason', 'it burns');
    await there.settle();
    expect(await alien(there)).toEqual([review?.candidate]);
    const [event] = await latestEvents(there.workspace().database, { kinds: ['review.broke-glass'], limit: 1 });
    expect(event).toMatchObject({ actor: 'eve', subject: review?.id, payload: { reason: 'it burns' } });
    const page = async (at: string) => (await fetch(there.origin() + at)).text();
    expect(await page('/')).toContain('One person let a step in alone');
    expect(await page(`/reviews/${review?.id}`)).toContain('it burns');
    const next = await there
      .workspace()
      .context.reviews.releaseRefusal('rolling', review?.candidate ?? '', Date.now() + 25 * 3_600_000);
    expect(next).toMatch(/by eve alone/);
    await there.close();
  });
});
