import { createPublicKey } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Person } from '../../src/accounts/index.ts';
import { evidencePortOf } from '../../src/app/evidence-port.ts';
import { openWorkspace, verifyRelease, type Workspace } from '../../src/app/index.ts';
import { playStory, starterOf } from '../../src/app/starter/index.ts';
import { systemClock } from '../../src/foundation/clock.ts';
import type { Review } from '../../src/pipeline/changes/index.ts';
import type { GitRepository } from '../../src/platform/git/index.ts';
import { openGit } from '../../src/platform/git/repository.ts';
import { silentProgress } from '../../src/platform/log/index.ts';
import { createLog } from '../../src/platform/log/pino.ts';
import { nixForTests } from '../../src/platform/nix-tool/testing.ts';
import { editSettings, starterWorkspace } from '../support/workspaces.ts';

const nix = await nixForTests();
const signal = new AbortController().signal;
const analyst: Person = { name: 'ines', roles: ['reviewer', 'analyst'] };
const lead: Person = { name: 'mara', roles: ['reviewer', 'security_lead'] };

let folder: string;
let upstream: GitRepository;
/** The commits of upstream's branch `next`, oldest first. */
let next: readonly { readonly id: string; readonly subject: string }[];
let workspace: Workspace;

async function open(): Promise<Workspace> {
  const log = createLog({ level: 'error', pretty: true });
  return openWorkspace({ folder, clock: systemClock, environment: {}, progress: silentProgress, log });
}

beforeAll(async () => {
  if (nix === null) return;
  folder = await mkdtemp(path.join(tmpdir(), 'snowguard-review-'));
  await starterWorkspace(folder, { nix: nix.program });
  workspace = await open();
  await workspace.adoptCovered();
  const starter = await starterOf(folder, systemClock);
  if (starter === null) throw new Error('the workspace is not a starter');
  await workspace.worker.start();
  await playStory({ workspace, starter, signal });
  await workspace.worker.stop();
  await workspace.close();
  await editSettings(folder, (text) => text.replace('mode = "observe"', 'mode = "enforce"'));
  workspace = await open();
  upstream = openGit({ directory: path.join(folder, 'upstream.git') });
  const main = await upstream.resolve('refs/heads/main');
  next = [...(await upstream.log('refs/heads/next', { since: main ?? '' }))].reverse();
}, 240_000);

afterAll(async () => {
  await workspace?.close();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

/** Upstream moves to a commit of `next`; what the channel's review is then. */
async function upstreamAt(subject: string): Promise<Review> {
  const commit = next.find((candidate) => candidate.subject.startsWith(subject));
  if (commit === undefined) throw new Error(`no commit ${subject}`);
  await upstream.updateRef('refs/heads/main', commit.id, await upstream.resolve('refs/heads/main'));
  const { failed } = await workspace.worker.run([{ kind: 'channel.sync', subject: 'rolling' }], signal);
  expect(failed).toEqual([]);
  const [review] = await reviews();
  if (review === undefined) throw new Error('there is no review');
  return review;
}

const reviews = () => workspace.context.reviews.list({ channel: 'rolling', state: null, before: null, limit: 20 });
const head = async () => (await workspace.context.git.resolve('refs/heads/rolling')) ?? '';
const hitsOf = ({ examination }: Review) =>
  (examination?.hits ?? []).map(({ detector, attr, severity }) => `${detector} ${attr} ${severity}`);
const act = (review: Review, by: Person, reason: string) =>
  workspace.context.reviews.act({
    reviewId: review.id,
    kind: 'approved',
    by,
    treeId: review.treeId,
    reason,
    at: systemClock.now(),
  });

/** As an outsider with two files and a key. */
async function verified(uuid: string, spoil: (bytes: Buffer) => void = () => {}) {
  const tarball = path.join(folder, 'given.tar.gz');
  const statement = path.join(folder, 'given.json');
  const evidence = evidencePortOf(workspace);
  const blob = await workspace.context.blobs.get(`releases/${uuid}.tar.gz`);
  const bytes = blob === null ? Buffer.alloc(0) : await buffer(blob.stream);
  spoil(bytes);
  await writeFile(tarball, bytes);
  await writeFile(statement, (await evidence.attestation(uuid)) ?? '');
  const key = createPublicKey(await evidence.publicKey());
  return verifyRelease({ tarball, statement, key, requireApproval: true, signal });
}

describe.skipIf(nix === null)('upstream under review', () => {
  test('what came in while reviews were only observed was examined: the lost patch of lz4 was seen', async () => {
    const observed = await reviews();
    expect(observed.flatMap(hitsOf)).toContain('D09 lz4 critical');
    // It is in, and stays to be looked at.
    expect(new Set(observed.map(({ state }) => state))).toEqual(new Set(['waiting']));
  });

  test('other bytes under the same version wait, and one person cannot let them in', async () => {
    const before = await head();
    const review = await upstreamAt('rsync: update hash');
    expect(review.state).toBe('waiting');
    expect(hitsOf(review)).toEqual(['D01 rsync critical']);
    expect(review.examination?.packages.map(({ attr }) => attr)).toEqual(['rsync']);

    await act(review, analyst, 'asked upstream');
    await act(review, analyst, 'asked upstream again');
    expect((await workspace.context.reviews.byId(review.id))?.state).toBe('waiting');
    expect(await head()).toBe(before);
    const stranger = await act(review, { name: 'robot', roles: ['reviewer', 'security_lead'] }, 'fine');
    expect(stranger).toEqual({ kind: 'refused', why: 'not_a_person' });
  });

  test('two people, one of them leading security, let it in, and it is released', async () => {
    const [review] = await reviews();
    if (review === undefined) throw new Error('no review');
    expect(await act(review, lead, 'upstream says so in its announcement')).toMatchObject({
      decision: { kind: 'accepted', by: ['ines', 'mara'] },
    });
    const { failed } = await workspace.worker.run([], signal);
    expect(failed).toEqual([]);
    expect(await head()).toBe(review.candidate);
    const release = await workspace.context.releases.latest('acme', 'secure');
    expect(release?.commitId).toBe(review.candidate);
    expect(await verified(release?.uuid ?? '')).toMatchObject({
      holds: true,
      checks: [
        { holds: true },
        { holds: true },
        { holds: true },
        { name: 'approval', says: expect.stringContaining('ines and mara') },
      ],
    });
    const [flipped] = (await verified(release?.uuid ?? '', (bytes) => bytes.fill(0, 5000, 5001))).checks.filter(
      ({ holds }) => !holds,
    );
    expect(flipped?.name).toBe('tarball');
  });

  test('what is not covered bothers nobody', async () => {
    const review = await upstreamAt('systemd: ');
    expect(review).toMatchObject({ state: 'accepted', examination: { class: 'proof', hits: [], packages: [] } });
    expect(await head()).toBe(review.candidate);
  });

  test('a source that moved to a stranger waits', async () => {
    const review = await upstreamAt('xz: ');
    expect(hitsOf(review)).toContain('D03 xz critical');
    expect(review.state).toBe('waiting');
    expect(await act(review, lead, '')).toMatchObject({ decision: { kind: 'waiting' } });
    expect(await act(review, analyst, 'it is their mirror')).toMatchObject({
      decision: { kind: 'waiting', lacks: ['reason'] },
    });
    expect(await act(review, lead, 'same bytes as at tukaani')).toMatchObject({ decision: { kind: 'accepted' } });
    await workspace.worker.run([], signal);
    expect(await head()).toBe(review.candidate);
  });

  test('an update waits for two people without a hit; a page of the documentation passes, with the proof kept', async () => {
    const security = await upstreamAt('go: ');
    expect(hitsOf(security)).toEqual([]);
    expect(security).toMatchObject({ state: 'waiting', examination: { class: 'people' } });
    expect(security.examination?.vulnerabilities.resolved).toContainEqual({ attr: 'go', advisoryId: 'CVE-2025-68121' });
    expect(security.examination?.vulnerabilities.opened).toEqual([]);
    await act(security, analyst, '');
    await act(security, lead, '');
    await workspace.worker.run([], signal);
    const review = await upstreamAt('doc: ');
    expect(review).toMatchObject({ state: 'accepted', examination: { class: 'proof', hits: [] } });
    expect(review.examination?.proof.before).toBe(review.examination?.proof.after);
    expect(await head()).toBe(review.candidate);
  });

  test('a commit pushed into the channel past the reviews is not released', async () => {
    const { git, clock } = workspace.context;
    const parent = await head();
    const commitId = await git.writeCommit({
      parent,
      edits: [{ kind: 'write', path: 'pkgs/by-name/zl/zlib/evil.patch', content: 'x\n' }],
      text: { message: 'zlib: quick fix', authorName: 'M', authorEmail: 'm@example.org', at: clock.now() },
    });
    await git.updateRef('refs/heads/rolling', commitId, parent);
    await workspace.worker.run([{ kind: 'channel.sync', subject: 'rolling' }], signal);
    await workspace.worker.run([{ kind: 'channel.evaluate', subject: 'rolling' }], signal);
    const release = await workspace.context.releases.latest('acme', 'secure');
    expect(release?.commitId).not.toBe(commitId);

    // It waits like every other change, and is released once two people stand behind it.
    const [found] = await reviews();
    if (found === undefined) throw new Error('no review');
    expect(found).toMatchObject({ how: 'found', state: 'waiting', candidate: commitId });
    await act(found, analyst, 'it is harmless');
    await act(found, lead, 'indeed');
    await workspace.worker.run([], signal);
    expect((await workspace.context.releases.latest('acme', 'secure'))?.commitId).toBe(commitId);
  });
});
