/**
 * Whatever an upstream holds, with reviews enforced, real git and real Nix: it comes in by its review or is refused with words
 * that stand on the page, harms nothing, and the next good commit goes in.
 */

import { createWriteStream } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { httpAppOf } from '../../src/app/http-app.ts';
import type { Workspace } from '../../src/app/index.ts';
import { runCli } from '../../src/cli/index.ts';
import type { Review } from '../../src/pipeline/changes/index.ts';
import { nixForTests } from '../../src/platform/nix-tool/testing.ts';
import { approveNewest, makeEnforcedWorld, withFiles, zlibText } from '../support/enforced-world.ts';
import { run } from '../support/program.ts';
import type { RawCommit, RawEntry, RawUpstream } from '../support/raw-upstream.ts';
import { openHere } from '../support/workspaces.ts';

const nix = await nixForTests();
const signal = new AbortController().signal;

let root: string;
let outside: string;
let upstream: RawUpstream;
let workspace: Workspace;
let tip: string;
let good: readonly RawEntry[];
let untouched: string;
let version = 1;

beforeAll(async () => {
  if (nix === null) return;
  root = await mkdtemp(path.join(tmpdir(), 'snowguard-upstreams-'));
  const world = await makeEnforcedWorld(root, { nix: nix.program });
  upstream = world.upstream;
  tip = world.first;
  good = await upstream.entries(tip);
  outside = path.join(root, 'outside.nix');
  await writeFile(outside, zlibText('666'));
  workspace = await openHere(path.join(root, 'workspace'));
  untouched = await surroundings();
  await comesIn();
});
afterAll(async () => {
  await workspace?.close();
  if (root !== undefined) await rm(root, { recursive: true, force: true });
});

/** What lies beside the workspace, where nothing may be written. */
async function surroundings(): Promise<string> {
  const names = (await readdir(root)).filter((name) => !name.startsWith('check-')).sort();
  return JSON.stringify([names, await readFile(outside, 'utf8'), (await stat(outside)).mtimeMs]);
}

const blob = (content: Parameters<RawUpstream['blob']>[0]) => upstream.blob(content);
const file = async (
  name: string | Uint8Array,
  content: Parameters<RawUpstream['blob']>[0] = 'x',
): Promise<RawEntry> => ({
  mode: '100644',
  name,
  id: await blob(content),
});
const link = async (name: string, target: string): Promise<RawEntry> => ({
  mode: '120000',
  name,
  id: await blob(target),
});
/** The package set with another version of a covered package, which two people have to look at. */
const newer = () => withFiles(upstream, good, { 'zlib.nix': zlibText(`${++version}`) });

async function push(entries: readonly RawEntry[], given: Partial<RawCommit> = {}): Promise<void> {
  tip = await upstream.commit({ tree: await upstream.tree(entries), parents: [tip], ...given });
  await upstream.git('update-ref', 'refs/heads/main', tip);
}

const sync = async () => (await workspace.worker.run([{ kind: 'channel.sync', subject: 'rolling' }], signal)).failed;
const head = () => workspace.context.git.resolve('refs/heads/rolling');
const newest = async (): Promise<Review | undefined> =>
  (await workspace.context.reviews.list({ channel: 'rolling', state: null, before: null, limit: 1 }))[0];
const page = async (place: string) => {
  const answer = await httpAppOf(workspace).request(place);
  return { status: answer.status, text: await answer.text() };
};

/** Looked at on its page, approved by two where that is asked for, released; and the tarball holds what git does. */
async function comesIn(): Promise<Review> {
  expect(await sync()).toEqual([]);
  const review = await newest();
  if (review === undefined) throw new Error('there is no review');
  expect((await page(`/reviews/${review.id}`)).status).toBe(200);
  await approveNewest(workspace, ['eve', 'ben']);
  expect(await head()).toBe(review.candidate);
  const release = await workspace.context.releases.latest('acme', 'secure');
  expect(release?.commitId).toBe(review.candidate);
  expect(await workspace.context.troubles.of('rolling')).toEqual([]);
  const blobs = await workspace.context.blobs.get(`releases/${release?.uuid}.tar.gz`);
  const place = await mkdtemp(path.join(root, 'check-'));
  const tarball = path.join(place, 'source.tar.gz');
  if (blobs === null) throw new Error('there is no tarball');
  await pipeline(blobs.stream, createWriteStream(tarball));
  await run('tar', ['-xzf', tarball, '-C', place]);
  await run('sh', [
    '-c',
    `mkdir "$1/git" && git -C "$2" archive "$3" | tar -x -C "$1/git"`,
    'sh',
    place,
    path.join(root, 'workspace', 'repository.git'),
    review.candidate,
  ]);
  const hashOf = async (folder: string) =>
    (
      await run(nix?.program ?? '', [
        '--extra-experimental-features',
        'nix-command',
        'hash',
        'path',
        '--sri',
        path.join(place, folder),
      ])
    ).stdout.trim();
  expect([await hashOf('source'), await hashOf('git')]).toEqual([release?.narHash, release?.narHash]);
  await rm(place, { recursive: true, force: true });
  expect(await surroundings()).toBe(untouched);
  return review;
}

/** Nothing moves, nothing is released; the page of the review and of the channels say why and what to do. */
async function isRefused(says: RegExp, hint: RegExp): Promise<void> {
  const before = await head();
  const release = await workspace.context.releases.latest('acme', 'secure');
  expect((await sync()).map(({ error }) => error)).toEqual([expect.stringMatching(says)]);
  const review = await newest();
  expect(review).toMatchObject({
    state: 'examining',
    candidate: tip,
    trouble: { says: expect.stringMatching(says), hint: expect.stringMatching(hint) },
  });
  await approveNewest(workspace, ['eve', 'ben']);
  expect(await head()).toBe(before);
  expect(await workspace.context.releases.latest('acme', 'secure')).toEqual(release);
  for (const place of [`/reviews/${review?.id}`, '/channels']) {
    const { status, text } = await page(place);
    expect(status).toBe(200);
    expect(plain(text)).toMatch(hint);
  }
  expect(await surroundings()).toBe(untouched);
}

async function goesOn(): Promise<void> {
  await push(await newer());
  await comesIn();
}

const plain = (html: string) => html.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&');
const nested = async (name: string, depth: number): Promise<RawEntry> => {
  let id = await upstream.tree([await file('file')]);
  for (let level = 1; level < depth; level++) id = await upstream.tree([{ mode: '40000', name, id }]);
  return { mode: '40000', name, id };
};

describe.skipIf(nix === null)('an upstream', { timeout: 120_000 }, () => {
  test.each<readonly [string, () => Promise<readonly RawEntry[]>]>([
    [
      'names with a newline, a tab, quotes, an escape, a leading dash',
      async () => [
        await file('a\nb'),
        await file('tab\there'),
        await file('quote"\'\\$(id)'),
        await file('-rf'),
        await file('\u0001\u001b[31m'),
      ],
    ],
    ['a name of 255 bytes', async () => [await file('n'.repeat(255))]],
    ['200 folders in each other', async () => [await nested('d', 200)]],
    ['names that differ by case only', async () => [await file('README'), await file('readme', 'y')]],
    [
      'links out of the tree, and a link to them',
      async () => [
        await link('absolute', '/etc/passwd'),
        await link('up', '../../../../outside.nix'),
        await link('chain', 'up'),
        await link('loop', 'loop'),
      ],
    ],
  ])('with %s comes in as it is', async (_, more) => {
    await push([...(await newer()), ...(await more())]);
    await comesIn();
    await goesOn();
  });

  test.each<readonly [string, () => Promise<readonly RawEntry[]>, RegExp, RegExp]>([
    [
      'a submodule',
      async () => [{ mode: '160000', name: 'sub', id: tip }],
      /submodule at "sub"/,
      /Put the files of the submodule into the tree/,
    ],
    ['a name that is not UTF-8', async () => [await file(Buffer.from([0x61, 0xff]))], /not UTF-8/, /Rename the file/],
    ['a name of 256 bytes', async () => [await file('n'.repeat(256))], /at most 255 bytes/, /remove the path/],
    [
      'a path that no disk takes',
      async () => [await nested('d'.repeat(40), 200)],
      /at most 900 bytes/,
      /remove the path/,
    ],
    ['a folder called ..', async () => [await nested('..', 1)], /may not leave the tree/, /remove the path/],
    [
      'a folder called .git',
      async () => [await nested('.git', 1)],
      /may not leave the tree or enter \.git/,
      /remove the path/,
    ],
  ])('with %s is refused, and goes on when it is gone', async (_, more, says, hint) => {
    await push([...(await newer()), ...(await more())]);
    await isRefused(says, hint);
    await goesOn();
  });

  test('whose package is a link to a file of this machine does not get that file read', async () => {
    await push([...(await newer()).filter(({ name }) => name !== 'zlib.nix'), await link('zlib.nix', outside)]);
    const review = await comesIn();
    const evaluation = await workspace.context.catalog.evaluationOf('rolling', review.candidate);
    const found = await workspace.context.catalog.packagesOf(evaluation?.id ?? '');
    expect(found.map(({ attr }) => attr)).toEqual(['hello']);
    expect((await workspace.context.catalog.failuresOf(evaluation?.id ?? '')).map(({ attr }) => attr)).toEqual([
      'zlib',
    ]);
    await goesOn();
  });

  test('that forgets everything is refused', async () => {
    await push([]);
    await isRefused(/is empty/, /Publish a commit with files/);
    await goesOn();
  });

  test('with an author and a message of a megabyte, control characters and markup is shown as text, in few bytes', async () => {
    const words = `\u001b[31m<script>alert(1)</script>\u0001${'0'.repeat(40)}`;
    await push(await newer(), {
      message: `${words}${'m'.repeat(1_000_000)}\n\n${words}`,
      author: `<b>Eve\u001b[2J</b> ${'e'.repeat(1_000_000)} <eve@example.org>`.replace('<b>', 'b').replace('</b>', ''),
    });
    const review = await comesIn();
    const shown = await page(`/reviews/${review.id}`);
    expect(shown.text).not.toContain('<script>alert');
    expect(shown.text.length).toBeLessThan(50_000);
    expect(review.examination?.commits.map(({ id }) => id)).toEqual([review.candidate]);
    let said = '';
    const stdout = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        said += chunk.toString();
        done();
      },
    });
    await runCli(['review', 'show', review.id, '-w', path.join(root, 'workspace')], { stdout, environment: {} });
    expect(said).toContain('alert(1)');
    expect(said.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
    await goesOn();
  });

  test.each([
    ['1970', 0],
    ['2100', 4_102_444_800],
    ['the year three million', 99_999_999_999_999],
  ])('with a commit dated %s comes in, and Nix takes what it says', async (_, at) => {
    await push(await newer(), { at });
    await comesIn();
    expect((await page('/channels')).status).toBe(200);
    expect((await page('/')).status).toBe(200);
    await goesOn();
  });

  test('with an empty commit passes by its proof', async () => {
    await push(await upstream.entries(tip));
    expect(await comesIn()).toMatchObject({ examination: { class: 'proof' } });
  });

  test('with a file of 300 MB comes in, in bounded time', async () => {
    async function* zeros() {
      const piece = Buffer.alloc(1024 * 1024);
      for (let count = 0; count < 300; count++) yield piece;
    }
    await push([...(await newer()), await file('big', zeros())]);
    await comesIn();
  });

  test('with 50,000 files in one folder comes in', async () => {
    const one = await blob('x');
    const many = Array.from({ length: 50_000 }, (_, at): RawEntry => ({ mode: '100644', name: `f${at}`, id: one }));
    await push([...(await newer()), { mode: '40000', name: 'many', id: await upstream.tree(many) }]);
    await comesIn();
    await goesOn();
  });

  test('that is rewritten to the same tree passes by its proof; to another one, its difference is reviewed', async () => {
    const before = await head();
    tip = await upstream.commit({
      tree: await upstream.git('rev-parse', `${tip}^{tree}`),
      parents: [],
      message: 'as if',
    });
    await upstream.git('update-ref', 'refs/heads/main', tip);
    const same = await comesIn();
    expect(same).toMatchObject({ base: before, examination: { class: 'proof' } });
    expect(await workspace.context.git.isAncestor(before ?? '', same.candidate)).toBe(true);

    tip = await upstream.commit({ tree: await upstream.tree(await newer()), parents: [], message: 'another past' });
    await upstream.git('update-ref', 'refs/heads/main', tip);
    const other = await comesIn();
    expect(other.examination?.packages.map(({ attr }) => attr)).toEqual(['zlib']);
    // The channel itself only ever moves forward, and its version with it.
    expect(await workspace.context.git.isAncestor(same.candidate, other.candidate)).toBe(true);
    await goesOn();
  });

  test('whose branch is gone, or is a tag now, is said to be so until it is back', async () => {
    const before = await head();
    await upstream.git('update-ref', '-d', 'refs/heads/main');
    for (const makes of [async () => {}, async () => upstream.git('tag', 'main', tip)]) {
      await makes();
      expect((await sync()).map(({ error }) => error)).toEqual([expect.stringMatching(/there is no branch main at/)]);
      expect(plain((await page('/channels')).text)).toMatch(
        /Nothing new comes in.*there is no branch main.*deleted, renamed, or is a tag/s,
      );
      const answer = JSON.parse((await page('/api/v1/channels')).text);
      expect(answer.items[0].troubles).toMatchObject([{ step: 'sync' }]);
    }
    expect(await head()).toBe(before);
    await goesOn();
    expect((await page('/channels')).text).not.toContain('there is no branch');
  });
});
