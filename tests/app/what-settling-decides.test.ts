/** What people decided, against what real evaluations and locks then say: a verdict that lapses, an adoption that stops a clock. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Person } from '../../src/accounts/index.ts';
import type { Workspace } from '../../src/app/index.ts';
import { consumerFiles } from '../../src/app/starter/consumer-files.ts';
import { playStory, starterOf } from '../../src/app/starter/index.ts';
import type { Starter } from '../../src/app/starter/read-starter.ts';
import { systemClock } from '../../src/foundation/clock.ts';
import { paths } from '../../src/http/addresses.ts';
import { latestEvents } from '../../src/journal/index.ts';
import { everyClock, type Verdict } from '../../src/pipeline/findings/index.ts';
import type { GitRepository } from '../../src/platform/git/index.ts';
import { openGit } from '../../src/platform/git/repository.ts';
import { nixForTests } from '../../src/platform/nix-tool/testing.ts';
import { keepFeeds, publishCritical } from '../support/planted-cve.ts';
import { openHere, starterWorkspace } from '../support/workspaces.ts';

const nix = await nixForTests();
const signal = new AbortController().signal;
const ann: Person = { name: 'ann', roles: ['analyst', 'reviewer'] };
const bob: Person = { name: 'bob', roles: ['reviewer'] };

describe.skipIf(nix === null)('the starter world, evaluated by Nix', { timeout: 120_000 }, () => {
  let folder: string;
  let workspace: Workspace;
  let starter: Starter;
  let upstream: GitRepository;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'snowguard-settling-'));
    await starterWorkspace(folder, { nix: nix?.program ?? '' });
    await keepFeeds(folder);
    await publishCritical(folder, 'CVE-2099-0042', 'samba:rsync');
    workspace = await openHere(folder);
    await workspace.adoptCovered();
    const found = await starterOf(folder, systemClock);
    if (found === null) throw new Error('the workspace is not a starter');
    starter = found;
    await workspace.worker.start();
    await playStory({ workspace, starter, signal });
    await workspace.worker.stop();
    upstream = openGit({ directory: path.join(folder, 'upstream.git') });
  }, 240_000);
  afterAll(async () => {
    await workspace?.close();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  const run = async (kind: 'channel.sync' | 'channel.settle' | 'sla.adoptions', subject: string) =>
    expect((await workspace.worker.run([{ kind, subject }], signal)).failed).toEqual([]);
  const upstreamAt = async (subject: string) => {
    const main = (await upstream.resolve('refs/heads/main')) ?? '';
    const commit = (await upstream.log('refs/heads/next', { since: main })).find((one) =>
      one.subject.startsWith(subject),
    );
    if (commit === undefined) throw new Error(`no commit ${subject}`);
    await upstream.updateRef('refs/heads/main', commit.id, main);
    await run('channel.sync', 'rolling');
  };

  test('a verdict bound to the sources holds over evaluations, and reopens by itself when the archive changes', async () => {
    const { findings, catalog, clock } = workspace.context;
    const [rsync] = await findings.byPackage('rsync');
    const findingId = rsync?.finding.id ?? '';
    const sources = async () => {
      const evaluation = await catalog.latestEvaluation('rolling');
      const instances = await catalog.packageByAttr(evaluation?.id ?? '', 'rsync');
      return [...new Set(instances.flatMap((one) => one.sources.map(({ hash }) => hash)))].join(' ');
    };
    const before = await sources();
    const verdict: Verdict = {
      reason: 'code-not-included',
      statement: 'The flawed module is not in this archive.',
      evidence: 'https://example.org/listing',
      details: { files: 'no such file in the archive' },
      predicate: { from: null, before: null, patches: [], attributes: { sources: before }, until: null },
    };
    const wrong = { ...verdict, predicate: { ...verdict.predicate, attributes: { sources: `${before} and more` } } };
    expect(
      await findings.act({ findingId, act: { kind: 'not-affected', verdict: wrong }, by: ann, at: clock.now() }),
    ).toEqual({ kind: 'refused', why: 'derivation_changed' });
    const asked = await findings.act({ findingId, act: { kind: 'not-affected', verdict }, by: ann, at: clock.now() });
    const content = asked.kind === 'done' ? (asked.awaits ?? '') : '';
    await findings.act({ findingId, act: { kind: 'approve', content }, by: bob, at: clock.now() });
    const stage = async () => (await findings.triaged(findingId))?.stage;
    expect(await stage()).toBe('not_affected');
    await run('channel.settle', 'rolling');
    expect(await stage()).toBe('not_affected');

    await upstreamAt('rsync: update hash');
    expect(await sources()).not.toBe(before);
    expect(await findings.triaged(findingId)).toMatchObject({
      stage: 'triaging',
      verdict: null,
      finding: { state: 'open', version: rsync?.finding.version },
      deadlines: { startAt: rsync?.deadlines.startAt, remediationDueAt: rsync?.deadlines.remediationDueAt },
    });
    const reasons = (await findings.caseOf(findingId))?.facts.flatMap((fact) =>
      fact.kind === 'reopened' ? [fact.reason] : [],
    );
    expect(reasons).toEqual(['verdict: derivation_changed']);
  });

  test('a consumer whose lock moves to the release with a fix stops its clock, and no sooner', async () => {
    const { findings, releases, organisation, clock } = workspace.context;
    const website = starter.consumers.find(({ name }) => name === 'website');
    if (website === undefined) throw new Error('no such consumer');
    const fixed = (await findings.ofChannel('rolling')).filter(({ finding }) => finding.releasedAt !== null);
    const { finding } = fixed.find((one) => one.finding.attr === 'curl' && one.finding.fixedVersion === '8.18.0') ?? {};
    const findingId = finding?.id ?? '';
    const stated = { kind: 'exposure', closure: website.name, exposed: true } as const;
    await findings.recordStatement({ findingId, facts: [stated], evidence: null, by: ann, at: clock.now() });
    const stoppedAt = async () => {
      const found = await findings.caseOf(findingId);
      if (found === null) throw new Error('no case');
      const clocks = everyClock({ ...found, now: clock.now(), fedrampClass: null });
      return clocks.filter(({ name }) => name === 'bod2604').map((one) => [one.of, one.stoppedAt]);
    };
    await run('sla.adoptions', '');
    expect((await stoppedAt()).at(-1)).toEqual(['website, exposed', null]);

    const release = await releases.latest(organisation, starter.flake, 'rolling');
    if (release === null) throw new Error('no release');
    const address = `${workspace.configuration.public_url}/f/${release.organisation}/${release.flake}`;
    const pinned = `${workspace.configuration.public_url}${paths.pinned(release)}`;
    const at = clock.now();
    const { 'flake.lock': text } = consumerFiles({ consumer: website, address, pinned, release });
    await workspace.context.consumers.registerLock({ name: website.name, text, at, id: 'unused' });
    // The event alone asks for it.
    await run('channel.settle', 'rolling');
    expect((await stoppedAt()).at(-1)).toEqual(['website, exposed', at]);
    const [event] = await latestEvents(workspace.database, { kinds: ['finding.adopted'], limit: 1 });
    expect(event).toMatchObject({ subject: findingId, actor: 'robot', payload: { closure: 'website' } });
    expect(event?.payload.evidence).toBe(`acme/secure ${release.version}`);
    await run('sla.adoptions', '');
    expect(await latestEvents(workspace.database, { kinds: ['finding.adopted'], limit: 9 })).toHaveLength(1);
  });
});
