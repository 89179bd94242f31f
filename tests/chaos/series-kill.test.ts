/**
 * Reviews enforced and patches of ours over upstream: whoever brings it in, approves, replays, composes and publishes is killed at
 * random instants, alone or with the git that it started. Nothing half is ever seen, and whoever comes next goes on.
 * `SNOWGUARD_KILLS=200 npx vitest run tests/chaos/series-kill.test.ts` kills that often.
 */
import { createPublicKey, randomInt } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { evidencePortOf } from '../../src/app/evidence-port.ts';
import { verifyRelease, type Workspace } from '../../src/app/index.ts';
import { eventsOfKinds } from '../../src/journal/index.ts';
import { verifySeries } from '../../src/pipeline/changes/index.ts';
import { nixForTests } from '../../src/platform/nix-tool/testing.ts';
import { makeEnforcedWorld, withFiles, zlibText } from '../support/enforced-world.ts';
import { start } from '../support/program.ts';
import type { RawEntry } from '../support/raw-upstream.ts';
import { opened } from '../support/workspaces.ts';
import { followSteps, oursText, takenAt } from './series-steps.ts';

const nix = await nixForTests();
const kills = Number(process.env.SNOWGUARD_KILLS ?? 12);
/** More than the victims ever come to, so that each is killed at work. */
const stepsOfChain = kills * 4 + 8;
const longestLifeMs = 2_000;
const signal = new AbortController().signal;

let root: string;
const chain: string[] = [];
beforeAll(async () => {
  if (nix === null) return;
  root = await mkdtemp(path.join(tmpdir(), 'snowguard-series-'));
  const { upstream, first } = await makeEnforcedWorld(root, { nix: nix.program });
  chain.push(first);
  let entries: readonly RawEntry[] = await upstream.entries(first);
  for (let step = 1; step < stepsOfChain; step++) {
    const taken = takenAt(step);
    const change = step % 2 === 0 ? { NEWS: `${step}` } : { 'zlib.nix': zlibText(`1.${step}`) };
    entries = await withFiles(upstream, entries, {
      ...change,
      ...(taken === null ? {} : { [taken]: oursText(taken) }),
    });
    const parents = [chain.at(-1) ?? first];
    chain.push(await upstream.commit({ tree: await upstream.tree(entries), parents, message: `step ${step}` }));
  }
  await writeFile(path.join(root, 'chain.json'), JSON.stringify(chain));
  const build = (await import(new URL('../../scripts/build.mjs', import.meta.url).href)) as {
    readonly bundleInto: (outdir: string, entryPoints: Readonly<Record<string, string>>) => Promise<void>;
  };
  await build.bundleInto(path.join(root, 'program'), { victim: 'tests/chaos/series-victim.ts' });
});
afterAll(async () => {
  if (root !== undefined) await rm(root, { recursive: true, force: true });
});

/** Lets a victim live for a while, from its start or from its first step on, and ends it; or it with the git that it started. */
async function killed(given: { readonly atWork: boolean; readonly withChildren: boolean }): Promise<void> {
  const program = path.join(root, 'program', 'victim.js');
  const victim = start(process.execPath, [program, root], { leadsGroup: given.withChildren });
  let hasEnded = false;
  void victim.ended.then(() => {
    hasEnded = true;
  });
  while (given.atWork && !hasEnded && victim.said() === '') await sleep(5);
  await Promise.race([sleep(randomInt(longestLifeMs)), victim.ended]);
  victim.signal('SIGKILL');
  const { signal: by, stderr } = await victim.ended;
  expect([by, stderr]).toEqual(['SIGKILL', '']);
}

const verified = new Set<string>();

/** Everything that anybody can see is whole: as a stranger with the key, and as one who has the repository. */
async function isWhole({ context, database, registry }: Workspace, evidence: ReturnType<typeof evidencePortOf>) {
  const { blobs, git, reviews } = context;
  const seen = (await registry.current()).flake('acme', 'secure')?.releases.map(({ release }) => release) ?? [];
  const events = await eventsOfKinds(database, ['release.published']);
  expect(events.map(({ subject }) => subject).sort()).toEqual(seen.map(({ uuid }) => uuid).sort());
  expect(new Set(seen.map(({ version }) => version.split('+')[0])).size).toBe(seen.length);
  // Each is behind the one before it: in the order in which they went out.
  for (const [at, { subject }] of events.entries()) {
    const [before, now] = [events[at - 1]?.subject, subject].map((uuid) => seen.find((one) => one.uuid === uuid));
    if (before !== undefined && now !== undefined) {
      expect(await git.isAncestor(before.commitId, now.commitId)).toBe(true);
      expect(now.commitCount).toBeGreaterThan(before.commitCount);
    }
  }
  for (const { uuid, commitId } of seen) {
    if (verified.has(uuid)) continue;
    expect(await reviews.releaseRefusal('rolling', commitId, Date.now())).toBeNull();
    const stored = await blobs.get(`releases/${uuid}.tar.gz`);
    const tarball = path.join(root, 'given.tar.gz');
    const statement = path.join(root, 'given.json');
    await writeFile(tarball, stored === null ? '' : await buffer(stored.stream));
    await writeFile(statement, (await evidence.attestation(uuid)) ?? '');
    const key = createPublicKey(await evidence.publicKey());
    const { holds, checks } = await verifyRelease({ tarball, statement, key, requireApproval: true, signal });
    expect([uuid, holds, checks.filter((check) => !check.holds)]).toEqual([uuid, true, []]);
    verified.add(uuid);
  }
  return seen;
}

test.skipIf(nix === null)(
  `killed ${kills} times, it goes on and shows nothing half`,
  { timeout: 60_000 + kills * 10_000 },
  async () => {
    const folder = path.join(root, 'workspace');
    const visit = () => opened(folder, (workspace) => isWhole(workspace, evidencePortOf(workspace)));
    for (let count = 1; count <= kills; count++) {
      await killed({ atWork: count % 4 > 1, withChildren: count % 2 === 0 });
      if (count % 4 === 0) await visit();
    }
    // Now to the end of the next eight steps of upstream, undisturbed.
    const reached = await opened(folder, async ({ context }) => context.git.resolve('refs/upstream/rolling'));
    const until = Math.min(chain.length, chain.indexOf(reached ?? '') + 8);
    await followSteps({ root, chain: chain.slice(0, until), onStep: () => {} });
    await opened(folder, async (workspace) => {
      const { git, series, releases, reviews } = workspace.context;
      const seen = await isWhole(workspace, evidencePortOf(workspace));
      const [head = '', upstream = ''] = [await git.resolve('refs/heads/rolling'), chain[until - 1]].map(
        (id) => id ?? '',
      );
      expect((await releases.latest('acme', 'secure'))?.commitId).toBe(head);
      const carried = await series.carried('rolling');
      expect(await verifySeries({ git, head, upstream, series: carried })).toMatchObject({ kind: 'exact', upstream });
      const waiting = await reviews.list({ channel: 'rolling', state: 'waiting', before: null, limit: 1 });
      expect([waiting, await workspace.queue.dead()]).toEqual([[], []]);
      const kept = await readdir(path.join(folder, 'blobs', 'releases'));
      expect(kept.filter((name) => name.endsWith('.tar.gz'))).toHaveLength(seen.length);
      const lost = (await git.refs('refs/snowguard/')).map(({ ref }) => ref);
      console.log(
        `killed ${kills} times: ${seen.length} releases, all verified; ${carried.length} patches carried, ${(await series.history('rolling')).length} ever; ${lost.length} refs left behind`,
      );
    });
  },
);
