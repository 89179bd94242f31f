import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { extract } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventsAfter, type JournalTables } from '../../journal/index.ts';
import type { BlobStore } from '../../platform/blobs/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { openTestDatabase } from '../../platform/database/testing.ts';
import type { FileEdit, GitRepository } from '../../platform/git/index.ts';
import { initBare } from '../../platform/git/repository.ts';
import { nixForTests } from '../../platform/nix-tool/testing.ts';
import { composeTarball } from './compose-tarball.ts';
import { createRegistryStore, createReleaseStore, publishRelease, type ReleasesTables, tarballKey } from './index.ts';

const nix = await nixForTests();

let root: string;
let git: GitRepository;
let first: string;
let second: string;

const text = (message: string, at: number) => ({ message, authorName: 'Ada', authorEmail: 'ada@example.org', at });
const write = (file: string, content: string, mode: '100644' | '100755' | '120000' = '100644'): FileEdit => ({
  kind: 'write',
  path: file,
  content,
  mode,
});
const long = `${'deep-folder-name/'.repeat(12)}file.nix`;

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'snowguard-releases-'));
  git = await initBare(path.join(root, 'a.git'));
  const edits = [
    write('flake.nix', '{ outputs = _: { }; }\n'),
    write('a/b.nix', '1'),
    write('a.nix', '2'),
    write('a-b/c', ''),
    write('bin/run', '#!/bin/sh\n', '100755'),
    write('link', `../${'x'.repeat(120)}`, '120000'),
    write(long, 'deep'),
    write('ünïcode.txt', 'ü'),
  ];
  first = await git.writeCommit({ parent: null, edits, text: text('first', 1_700_000_000_000) });
  second = await git.writeCommit({
    parent: first,
    edits: [write('a.nix', '3')],
    text: text('second', 1_700_000_100_000),
  });
});

afterAll(() => rm(root, { recursive: true, force: true }));

async function bytesOf(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

interface Read {
  readonly name: string;
  readonly type: string;
  readonly mode: number;
  readonly content: string;
  readonly link: string | null;
}

async function untar(packed: Buffer): Promise<readonly Read[]> {
  const read: Read[] = [];
  const tar = extract();
  tar.on('entry', (header, stream, next) => {
    void bytesOf(Readable.from(stream)).then((content) => {
      const { name, type, mode, linkname, mtime, uid, gid, uname } = header;
      expect([mtime?.getTime(), uid, gid, uname]).toEqual([1_700_000_000_000, 0, 0, '']);
      read.push({ name, type: type ?? '', mode: mode ?? 0, content: content.toString(), link: linkname ?? null });
      next();
    });
  });
  await new Promise<void>((resolve, reject) => {
    tar.on('finish', () => resolve());
    tar.on('error', reject);
    tar.end(gunzipSync(packed));
  });
  return read;
}

describe('composeTarball', () => {
  const compose = (commitId: string) => composeTarball({ git, commitId, lastModified: 1_700_000_000 });

  test('holds the tree under source/, folders before their contents, one time, no owner', async () => {
    const { stream, facts } = compose(first);
    const packed = await bytesOf(stream);
    const entries = await untar(packed);
    expect(entries.find((entry) => entry.name === `source/${long}`)?.content).toBe('deep');
    expect(
      entries.filter((entry) => !entry.name.includes('deep')).map((entry) => [entry.name, entry.type, entry.mode]),
    ).toEqual(
      [
        ['source/', 'directory', 0o755],
        ['source/a/', 'directory', 0o755],
        ['source/a/b.nix', 'file', 0o644],
        ['source/a-b/', 'directory', 0o755],
        ['source/a-b/c', 'file', 0o644],
        ['source/a.nix', 'file', 0o644],
        ['source/bin/', 'directory', 0o755],
        ['source/bin/run', 'file', 0o755],
        ['source/flake.nix', 'file', 0o644],
        ['source/link', 'symlink', 0o777],
        ['source/ünïcode.txt', 'file', 0o644],
      ].sort(([a = ''], [b = '']) => order(String(a), String(b))),
    );
    expect(entries.find((entry) => entry.type === 'symlink')?.link).toBe(`../${'x'.repeat(120)}`);
    expect([...packed.subarray(0, 10)]).toEqual([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
    expect(await facts).toEqual({
      narHash: expect.stringMatching(/^sha256-[A-Za-z0-9+/]{43}=$/),
      sizeBytes: packed.length,
      sha256: createHash('sha256').update(packed).digest('hex'),
    });
  });

  test('gives the same bytes again, others for another tree', async () => {
    const [one, two, three] = await Promise.all([first, first, second].map((id) => bytesOf(compose(id).stream)));
    expect(one?.equals(two ?? Buffer.alloc(0))).toBe(true);
    expect(one?.equals(three ?? Buffer.alloc(0))).toBe(false);
  });

  test('a NAR hash that real Nix computed', async () => {
    // `nix hash path` 2.26.3 of a folder with exactly these three files.
    const edits = [
      write('a.txt', 'hello\n'),
      write('run', '#!/bin/sh\n', '100755'),
      write('d/link', '../a.txt', '120000'),
    ];
    const commit = await git.writeCommit({ parent: null, edits, text: text('three', 0) });
    const { stream, facts } = compose(commit);
    await bytesOf(stream);
    expect((await facts).narHash).toBe('sha256-XB8ml2OwFEwIcqLIvIL3V/5A1PNWrN+b8QQW84OVH9Q=');
  });

  test.skipIf(nix === null)('the NAR hash that Nix computes of the unpacked tarball', async () => {
    const { stream, facts } = compose(first);
    const folder = await mkdtemp(path.join(root, 'unpacked-'));
    const tar = spawnSync('tar', ['-xzf', '-', '-C', folder], { input: await bytesOf(stream) });
    expect([tar.status, tar.stderr.toString()]).toEqual([0, '']);
    const args = ['hash', 'path', '--extra-experimental-features', 'nix-command', path.join(folder, 'source')];
    const hash = spawnSync(nix?.program ?? '', args, { env: nix?.environment, encoding: 'utf8' });
    expect((await facts).narHash).toBe(hash.stdout.trim());
  });

  test.each([
    [[{ mode: '160000', objectId: '1'.repeat(40), path: 'sub' }], /submodule/],
    [[{ mode: '100644', objectId: '1'.repeat(40), path: '../etc/passwd' }], /may not leave the tree/],
    [[{ mode: '100644', objectId: '1'.repeat(40), path: 'a/.git/config' }], /may not leave the tree/],
    [[], /empty/],
  ] as const)('refuses %j', async (entries, message) => {
    const hostile = { ...git, listTree: async () => entries };
    const { stream, facts } = composeTarball({ git: hostile, commitId: first, lastModified: 0 });
    await expect(bytesOf(stream)).rejects.toMatchObject({
      message: expect.stringMatching(message),
    });
    await expect(facts).rejects.toThrow(message);
  });

  test('a reader that goes away ends the work', async () => {
    const { stream, facts } = compose(first);
    for await (const _ of stream) break;
    await expect(facts).rejects.toThrow();
  });
});

function order(a: string, b: string): number {
  const key = (name: string) => Buffer.from(name.replace(/\/$/, '').replaceAll('/', '\0'));
  return Buffer.compare(key(a), key(b));
}

function memoryBlobs(): BlobStore & { readonly kept: Map<string, Buffer> } {
  const kept = new Map<string, Buffer>();
  return {
    kept,
    put: async (key, content) => {
      const bytes = content instanceof Readable ? await bytesOf(content) : Buffer.from(content);
      kept.set(key, bytes);
      return { sizeBytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
    },
    get: async () => null,
    size: async (key) => kept.get(key)?.length ?? null,
    remove: async (key) => void kept.delete(key),
  };
}

async function world() {
  const db: Database<ReleasesTables & JournalTables> = await openTestDatabase<ReleasesTables & JournalTables>();
  const store = createReleaseStore(db);
  const { current } = createRegistryStore(db);
  const blobs = memoryBlobs();
  let count = 0;
  const given = {
    git,
    blobs,
    store,
    organisation: 'Acme',
    flake: 'secure',
    channel: 'rolling',
    minor: 1,
    fixes: [{ advisoryId: 'CVE-2024-1', attr: 'xz', fromVersion: '1', toVersion: '2', band: 'high' }],
    clock: { now: () => 1_800_000_000_000 + count },
    random: (size: number) => new Uint8Array(size).fill(++count),
    actor: 'robot',
  };
  const events = async () => (await eventsAfter(db, 0, 100)).map((event) => event.kind);
  return {
    db,
    store,
    current,
    blobs,
    given,
    events,
    publish: (commitId: string) => publishRelease({ ...given, commitId }),
  };
}

describe('publishRelease', () => {
  test('a release with its version, tarball, fixes and event', async () => {
    const { publish, store, blobs, events } = await world();
    const outcome = await publish(second);
    if (outcome.kind !== 'published') throw new Error(outcome.kind);
    const { release } = outcome;
    expect(release).toMatchObject({
      version: `0.1.2+rev-${second}`,
      commitCount: 2,
      lastModified: 1_700_000_100,
      yankedAt: null,
    });
    expect(blobs.kept.get(tarballKey(release))?.length).toBe(release.sizeBytes);
    expect(await store.releasesOf('ACME', 'Secure')).toEqual([release]);
    expect(await store.releaseByUuid(release.uuid)).toEqual(release);
    expect(await store.releaseByVersion('acme', 'secure', '0.1.2')).toEqual(release);
    expect(await store.releaseByVersion('acme', 'secure', `0.1.2+rev-${first}`)).toBeNull();
    expect(await events()).toEqual(['release.published']);
  });

  test('publishing again gives the first release, one event, one tarball', async () => {
    const { publish, blobs, events } = await world();
    const one = await publish(first);
    const two = await publish(first);
    expect(two).toEqual({ kind: 'existing', release: one.kind === 'published' ? one.release : null });
    expect(blobs.kept.size).toBe(1);
    expect(await events()).toEqual(['release.published']);
  });

  test('two at once: one release, and no tarball too many', async () => {
    const { publish, store, blobs } = await world();
    const outcomes = await Promise.allSettled([publish(first), publish(first)]);
    expect(outcomes.some((outcome) => outcome.status === 'fulfilled')).toBe(true);
    expect(await store.releasesOf('acme', 'secure')).toHaveLength(1);
    expect([...blobs.kept.keys()]).toEqual([tarballKey((await store.latest('acme', 'secure'))!)]);
  });

  test('a process that dies after the tarball leaves nothing for long', async () => {
    const { given, blobs, store, events, publish } = await world();
    const dying = { ...store, addRelease: () => Promise.reject(new Error('killed')) };
    await expect(publishRelease({ ...given, store: dying, commitId: first })).rejects.toThrow('killed');
    expect(blobs.kept.size).toBe(1);
    expect(await store.releasesOf('acme', 'secure')).toEqual([]);
    const outcome = await publish(first);
    expect(outcome.kind).toBe('published');
    expect([...blobs.kept.keys()]).toEqual([tarballKey((await store.latest('acme', 'secure'))!)]);
    expect(await events()).toEqual(['release.published']);
  });

  test('another commit cannot take a number that is taken', async () => {
    const { publish } = await world();
    const other = await git.writeCommit({ parent: first, edits: [write('z', 'z')], text: text('other', 1) });
    await publish(second);
    expect(await publish(other)).toMatchObject({ kind: 'refused', reason: expect.stringContaining('0.1.2') });
  });

  test('lines of one flake are told apart by the second number, also where they share a commit', async () => {
    const { given, publish, store, current } = await world();
    const stable = { ...given, channel: '26.05', minor: 2605 };
    await publish(first);
    await publish(second);
    expect(await publishRelease({ ...stable, commitId: first })).toMatchObject({
      kind: 'published',
      release: { version: `0.2605.1+rev-${first}`, channel: '26.05' },
    });
    expect(await publishRelease({ ...stable, commitId: first })).toMatchObject({ kind: 'existing' });
    const flake = (await current()).flake('acme', 'secure');
    const versions = flake?.releases.map(({ release: { version } }) => version.split('+')[0]);
    expect(versions).toEqual(['0.2605.1', '0.1.2', '0.1.1']);
    // So `/0` is the newest stable line, `/0.1` the rolling one.
    expect(flake?.newest?.channel).toBe('26.05');
    expect((await store.latest('acme', 'secure', '26.05'))?.version).toBe(`0.2605.1+rev-${first}`);
    expect((await store.latest('acme', 'secure', 'rolling'))?.version).toBe(`0.1.2+rev-${second}`);
  });

  test.each(['pinned', 'a/b', '', '.x', 'x'.repeat(101)])('the name %j is refused', async (organisation) => {
    const { given } = await world();
    expect(await publishRelease({ ...given, organisation, commitId: first })).toMatchObject({ kind: 'refused' });
  });
});

test('yanked releases do not count as the latest, with a reason and an event each', async () => {
  const { publish, store, current, events } = await world();
  const live = async () => (await current()).flakes.map(({ newest, live }) => [newest?.uuid, live]);
  const old = await publish(first);
  const newer = await publish(second);
  if (old.kind !== 'published' || newer.kind !== 'published') throw new Error('not published');
  const uuid = newer.release.uuid;
  const given = { uuid, at: 5, actor: 'ada' };
  expect(await store.yank({ ...given, reason: '  ' })).toEqual({ kind: 'no-reason' });
  expect(await store.yank({ ...given, uuid: 'none', reason: 'x' })).toEqual({ kind: 'unknown' });
  expect(await store.yank({ ...given, reason: 'broken' })).toEqual({ kind: 'done' });
  expect(await store.yank({ ...given, reason: 'broken' })).toEqual({ kind: 'unchanged' });
  expect((await store.latest('acme', 'secure'))?.uuid).toBe(old.release.uuid);
  expect(await store.releaseByUuid(uuid)).toMatchObject({ yankedAt: 5, yankedReason: 'broken' });
  expect(await live()).toEqual([[old.release.uuid, 1]]);
  expect(await store.unyank({ ...given, reason: 'was fine' })).toEqual({ kind: 'done' });
  expect(await store.latest('acme', 'secure')).toEqual(newer.release);
  expect(await live()).toEqual([[newer.release.uuid, 2]]);
  expect(await events()).toEqual(['release.published', 'release.published', 'release.yanked', 'release.unyanked']);
});
