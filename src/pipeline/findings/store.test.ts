import { beforeEach, describe, expect, test } from 'vitest';
import type { Person } from '../../accounts/index.ts';
import { eventsAfter, type JournalTables } from '../../journal/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { databasesForTests } from '../../platform/database/testing.ts';
import type { Advisory } from '../advisories/index.ts';
import type { Match } from '../matching/index.ts';
import {
  createFindingStore,
  defaultPolicyText,
  type FindingStore,
  type FindingsTables,
  type FindingsUpdate,
  instantsOf,
  isUnsupported,
  parsePolicy,
  replay,
} from './index.ts';
import type { FixProof } from './note-verified.ts';
import { advisory, day, disclosed, match } from './testing.ts';

const policy = parsePolicy(defaultPolicyText);

describe.each(await databasesForTests())('findings on $name', (engine) => {
  let db: Database<FindingsTables & JournalTables>;
  let store: FindingStore;
  let now: number;

  beforeEach(async () => {
    db = await engine.open<FindingsTables & JournalTables>();
    now = disclosed + 3_600_000;
    store = createFindingStore({ db, policies: async () => [policy], clock: { now: () => now } });
  });

  /** One look at the channel: these advisories, these matches, and the packages as they are. */
  async function look(
    advisories: readonly Advisory[],
    matches: readonly Match[],
    given: Partial<FindingsUpdate> & { readonly versions?: Readonly<Record<string, string>> } = {},
  ) {
    const versions = given.versions ?? Object.fromEntries(matches.map(({ attr, version }) => [attr, version]));
    return store.update({
      channel: 'rolling',
      scope: { kind: 'channel' },
      matches,
      advisories: new Map(advisories.map((one) => [one.id, one])),
      packages: new Map(
        Object.entries(versions).map(([attr, version]) => [attr, { version, coveredSince: null, shippedSince: null }]),
      ),
      at: now,
      ...given,
    });
  }

  const only = async () => {
    const { items } = await store.list({ order: 'breach', band: null, state: null, after: null, limit: 10 });
    expect(items).toHaveLength(1);
    return items[0]!;
  };
  const eventKinds = async () => (await eventsAfter(db, 0, 100)).map((event) => event.kind);

  test('hundreds at once each get their own facts, sources and event; or none is there', async () => {
    const ids = Array.from({ length: 600 }, (_, index) => `CVE-2027-${1000 + index}`);
    const advisories = ids.map((id, index) =>
      advisory(id, { score: index % 3 === 0 ? null : (index % 90) / 10 + 0.5 }),
    );
    const matches = ids.map((id, index) => match(id, `pkg${index % 7}`, index % 5 === 0 ? { ranges: [] } : {}));
    const counts = async () => [
      (await store.ofChannel('rolling')).length,
      (await eventsAfter(db, 0, 2_000)).filter(({ kind }) => kind === 'finding.opened').length,
    ];
    // The last one of the last batch has no version, which the database refuses.
    const broken = [
      ...matches.slice(0, -1),
      { ...match(ids.at(-1) ?? '', 'pkg0'), version: null as unknown as string },
    ];
    await expect(look(advisories, broken)).rejects.toThrow();
    expect(await counts()).toEqual([0, 0]);

    expect(await look(advisories, matches)).toEqual({ opened: 600, changed: 0 });
    expect(await counts()).toEqual([600, 600]);
    const told = new Map((await eventsAfter(db, 0, 2_000)).map(({ subject, payload }) => [subject, payload]));
    for (const { finding } of await store.ofChannel('rolling')) {
      const index = ids.indexOf(finding.advisoryId);
      const known = await store.caseOf(finding.id);
      const score = known?.facts.flatMap((fact) => (fact.kind === 'scored' ? [fact.score] : []));
      expect(score).toEqual(index % 3 === 0 ? [] : [(index % 90) / 10 + 0.5]);
      expect(known?.facts.map(({ kind }) => kind)).toEqual(
        index % 3 === 0 ? ['first_public', 'matched'] : ['first_public', 'scored', 'matched'],
      );
      expect(known?.attributions.map(({ recordId }) => recordId)).toEqual(index % 5 === 0 ? [] : [finding.advisoryId]);
      expect(told.get(finding.id)).toMatchObject({ advisoryId: finding.advisoryId, attr: finding.attr });
    }
    expect(await look(advisories, matches)).toEqual({ opened: 0, changed: 0 });
  });

  test('a promise that asks for all of it ends when the last is true of every system (SLA-21)', async () => {
    const whole = parsePolicy(
      defaultPolicyText.replace(
        'require = ["released"]',
        'require = ["released", "cached", "verified", "advisory_published", "vex_published"]',
      ),
    );
    store = createFindingStore({ db, policies: async () => [whole], clock: { now: () => now } });
    const advisories = [advisory('CVE-2027-1')];
    await look(advisories, [match('CVE-2027-1', 'xz')]);
    now += day;
    await look(advisories, [match('CVE-2027-1', 'xz', { status: 'fixed', version: '1.1' })]);
    const cached = (...systems: readonly string[]) => {
      now += 60_000;
      return store.noteCached({ channel: 'rolling', attr: 'xz', systems, excused: [], at: now });
    };
    // What is not released can be fetched by nobody who asks for the release.
    expect([await store.awaitingCache('rolling'), await cached('x86_64-linux')]).toEqual([[], 0]);
    now += day;
    const fixes = [{ advisoryId: 'CVE-2027-1', attr: 'xz' }];
    await store.markReleased({ channel: 'rolling', releaseUuid: 'u', version: '0.1.1', fixes, at: now });
    expect(await store.awaitingCache('rolling')).toEqual(['xz']);
    expect(await store.awaitingCache('26.11')).toEqual([]);

    expect(await cached('x86_64-linux', 'x86_64-darwin')).toBe(1);
    expect(await cached('x86_64-linux')).toBe(0);
    expect((await only()).deadlines.state).toBe('running');
    const bob: Person = { name: 'bob', roles: ['reviewer'] };
    const verify = { kind: 'verify', evidence: 'https://example.org/probe' } as const;
    const { id } = (await only()).finding;
    expect(await store.act({ findingId: id, act: verify, by: bob, at: now })).toMatchObject({ stage: 'verified' });
    expect((await only()).deadlines.state).toBe('running');
    expect(await cached('aarch64-linux')).toBe(1);
    expect((await only()).deadlines.state).toBe('running');
    expect(await cached('aarch64-linux', 'aarch64-darwin')).toBe(1);
    expect(await only()).toMatchObject({ deadlines: { state: 'met' } });
    const known = await store.caseOf(id);
    expect(known?.timeline.remediation.stoppedAt).toBe(now);
    expect(await store.awaitingCache('rolling')).toEqual([]);
    const done = known?.facts.flatMap((fact) => (fact.kind === 'done' ? [`${fact.step} ${fact.system ?? ''}`] : []));
    expect(done).toEqual([
      'released ',
      'advisory_published ',
      'vex_published ',
      'cached x86_64-linux',
      'verified x86_64-linux',
      'verified aarch64-linux',
      'verified aarch64-darwin',
      'cached aarch64-linux',
      'cached aarch64-darwin',
    ]);

    // A fix that did not hold: what was there of it counts for nothing (SLA-32).
    now += day;
    await look(advisories, [match('CVE-2027-1', 'xz')]);
    now += day;
    await look(advisories, [match('CVE-2027-1', 'xz', { status: 'fixed', version: '1.2' })]);
    await store.markReleased({ channel: 'rolling', releaseUuid: 'v', version: '0.1.2', fixes, at: now });
    expect(await store.awaitingCache('rolling')).toEqual(['xz']);
    expect(await cached('x86_64-linux', 'aarch64-linux', 'aarch64-darwin')).toBe(1);
    expect((await only()).deadlines.state).not.toBe('met');
    await store.act({ findingId: id, act: verify, by: bob, at: now });
    expect((await store.caseOf(id))?.timeline.remediation.stoppedAt).toBe(now);
  });

  test('where nothing but its evaluation is promised, nothing is waited for once the fix is there elsewhere', async () => {
    const strict = defaultPolicyText.replace('require = ["released"]', 'require = ["released", "cached", "verified"]');
    store = createFindingStore({ db, policies: async () => [parsePolicy(strict)], clock: { now: () => now } });
    const advisories = [advisory('CVE-2027-1')];
    await look(advisories, [match('CVE-2027-1', 'xz')]);
    now += day;
    await look(advisories, [match('CVE-2027-1', 'xz', { status: 'fixed', version: '1.1' })]);
    const fixes = [{ advisoryId: 'CVE-2027-1', attr: 'xz' }];
    await store.markReleased({ channel: 'rolling', releaseUuid: 'u', version: '0.1.1', fixes, at: now });
    const { id } = (await only()).finding;
    const excused = ['aarch64-darwin', 'riscv64-linux'];
    const cached = (systems: readonly string[]) =>
      store.noteCached({ channel: 'rolling', attr: 'xz', systems, excused, at: now });
    expect(await cached([])).toBe(0);
    expect(await cached(['x86_64-linux'])).toBe(1);
    const proofs = (...systems: readonly string[]) =>
      systems.map((system) => ({ kind: 'holds', system, evidence: 'built' }) as const);
    await store.noteProofs({ findingId: id, proofs: proofs('x86_64-linux'), excused, at: now });
    expect((await store.awaitingProof('rolling', ['xz'])).map(({ systems }) => systems)).toEqual([['aarch64-linux']]);
    expect((await only()).deadlines.state).toBe('running');
    expect(await cached(['x86_64-linux', 'aarch64-linux'])).toBe(1);
    await store.noteProofs({ findingId: id, proofs: proofs('aarch64-linux'), excused, at: now });
    expect(await only()).toMatchObject({ deadlines: { state: 'met' } });
    const done = (await store.caseOf(id))?.facts.flatMap((fact) =>
      fact.kind === 'done' && fact.system === 'aarch64-darwin' ? [`${fact.step}: ${fact.evidence}`] : [],
    );
    const says = 'the covered set promises nothing there but that it is evaluated';
    expect(done).toEqual([`cached: ${says}`, `verified: ${says}`]);
  });

  test('the robot proves a fix by what was built, system by system; one that is not there is open again (SLA-21, SLA-32)', async () => {
    const advisories = [advisory('CVE-2027-1')];
    await look(advisories, [match('CVE-2027-1', 'xz')]);
    const { id } = (await only()).finding;
    const fix = async (version: string) => {
      now += day;
      await look(advisories, [match('CVE-2027-1', 'xz', { status: 'fixed', version })]);
      expect(await store.attrsAwaitingProof('rolling')).toEqual([]);
      const fixes = [{ advisoryId: 'CVE-2027-1', attr: 'xz' }];
      await store.markReleased({ channel: 'rolling', releaseUuid: version, version, fixes, at: now });
      expect(await store.attrsAwaitingProof('rolling')).toEqual(['xz']);
    };
    const stage = async () => (await db.read.selectFrom('finding').select('stage').executeTakeFirstOrThrow()).stage;
    const holds = (system: string) => ({ kind: 'holds', system, evidence: `built for ${system}` }) as const;
    const note = async (...proofs: readonly FixProof[]) => {
      now += 60_000;
      await store.noteProofs({ findingId: id, proofs, excused: [], at: now });
      return (await store.awaitingProof('rolling', ['xz'])).map(({ systems }) => systems);
    };
    await fix('1.1');
    expect(await note(holds('x86_64-linux'), holds('x86_64-darwin'))).toEqual([['aarch64-linux', 'aarch64-darwin']]);
    expect(await note(holds('x86_64-linux'), holds('aarch64-linux'))).toEqual([['aarch64-darwin']]);
    const proven = async () =>
      (await store.caseOf(id))?.facts.flatMap((fact) =>
        fact.kind === 'done' && fact.step === 'verified' ? [`${fact.system}: ${fact.evidence} (${fact.actor})`] : [],
      );
    expect(await proven()).toEqual([
      'x86_64-linux: built for x86_64-linux (robot)',
      'aarch64-linux: built for aarch64-linux (robot)',
    ]);
    expect(await stage()).toBe('released');

    const why = 'it sets dontPatch';
    expect(await note(holds('x86_64-linux'), { kind: 'lacking', system: 'aarch64-darwin', why })).toEqual([]);
    expect(await only()).toMatchObject({ finding: { state: 'under_investigation', version: '1.1' } });
    expect(await stage()).toBe('triaging');
    const { timeline } = (await store.caseOf(id)) ?? {};
    expect(timeline?.remediation.stoppedAt).toBeNull();
    const [event] = (await eventsAfter(db, 0, 2_000)).filter(({ kind }) => kind === 'finding.reopened');
    expect(event).toMatchObject({
      actor: 'robot',
      payload: { reason: 'the fix is not in the built output on aarch64-darwin: it sets dontPatch' },
    });

    // What was proven of the fix that did not hold proves nothing of the next one.
    await look(advisories, [match('CVE-2027-1', 'xz')]);
    await fix('1.2');
    expect(await note(holds('x86_64-linux'))).toEqual([['aarch64-linux', 'aarch64-darwin']]);
    expect(await note(holds('aarch64-darwin'), holds('aarch64-linux'))).toEqual([]);
    expect(await stage()).toBe('verified');
    const before = await proven();
    await note(holds('x86_64-linux'), { kind: 'lacking', system: 'x86_64-linux', why });
    expect(await proven()).toEqual(before);
    expect(await stage()).toBe('verified');
  });

  test('opens a finding with the deadlines of its severity, once', async () => {
    expect(await look([advisory('CVE-2027-1')], [match('CVE-2027-1', 'xz')])).toEqual({ opened: 1, changed: 0 });
    expect(await look([advisory('CVE-2027-1')], [match('CVE-2027-1', 'xz')])).toEqual({ opened: 0, changed: 0 });
    expect(await only()).toMatchObject({
      finding: {
        advisoryId: 'CVE-2027-1',
        attr: 'xz',
        state: 'open',
        band: 'critical',
        score: 9.8,
        epss: 0.5,
        risk: 49,
      },
      deadlines: { responseDueAt: disclosed + day, remediationDueAt: disclosed + 7 * day, state: 'running' },
    });
    expect(await eventKinds()).toEqual(['finding.opened']);
  });

  test('a severity nobody gave counts as high and is shown as unknown', async () => {
    await look([advisory('CVE-2027-1', { score: null })], [match('CVE-2027-1', 'xz')]);
    expect(await only()).toMatchObject({
      finding: { band: 'unknown', score: null },
      deadlines: { remediationDueAt: disclosed + 15 * day },
    });
  });

  test('coverage that began after publication starts the clock', async () => {
    const covered = disclosed + 30 * day;
    now = covered + day;
    await look([advisory('CVE-2027-1')], [match('CVE-2027-1', 'xz')], {
      packages: new Map([['xz', { version: '1.0', coveredSince: covered, shippedSince: null }]]),
    });
    expect((await only()).deadlines).toEqual({
      startAt: covered,
      responseDueAt: covered + day,
      remediationDueAt: covered + 7 * day,
      state: 'running',
      response: 'running',
    });
  });

  test('what becomes public after the end of support is told, and promised nothing', async () => {
    const ends = disclosed - 3_600_000;
    await look([advisory('CVE-2027-1')], [match('CVE-2027-1', 'xz')], { supportEndsAt: ends });
    const found = await only();
    expect(found).toMatchObject({ finding: { state: 'open' }, deadlines: { state: 'void', response: 'none' } });
    expect(isUnsupported(found)).toBe(true);
    now += 400 * day;
    expect((await only()).deadlines.state).toBe('void');
  });

  test('what was public before the end of support keeps its clock', async () => {
    now = disclosed + 2 * day;
    await look([advisory('CVE-2027-1')], [match('CVE-2027-1', 'xz')], { supportEndsAt: disclosed + day });
    const found = await only();
    expect(found.deadlines).toMatchObject({ remediationDueAt: disclosed + 7 * day, state: 'running' });
    expect(isUnsupported(found)).toBe(false);
  });

  describe('what becomes of an open finding', () => {
    beforeEach(async () => {
      await look([advisory('CVE-2027-1')], [match('CVE-2027-1', 'xz')]);
      now += day;
    });

    test('a new version that is out of range fixes it, a release stops its clock', async () => {
      await look([advisory('CVE-2027-1')], [match('CVE-2027-1', 'xz', { version: '1.1', status: 'not_affected' })]);
      expect(await only()).toMatchObject({
        finding: { state: 'fixed', version: '1.0', fixedVersion: '1.1', fixedAt: now },
        deadlines: { state: 'running' },
      });
      const fixes = await store.fixesAwaitingRelease('rolling');
      expect(fixes).toEqual([
        { advisoryId: 'CVE-2027-1', attr: 'xz', fromVersion: '1.0', toVersion: '1.1', band: 'critical' },
      ]);
      now += day;
      const released = { channel: 'rolling', releaseUuid: 'u1', version: '0.1.2', fixes, at: now };
      expect(await store.markReleased(released)).toBe(1);
      expect(await store.markReleased(released)).toBe(0);
      expect(await only()).toMatchObject({ finding: { releasedAt: now }, deadlines: { state: 'met' } });
      expect(await store.fixesAwaitingRelease('rolling')).toEqual([]);
      expect(await eventKinds()).toEqual(['finding.opened', 'finding.fixed', 'finding.released']);
    });

    test('a patch under the same version fixes it', async () => {
      const patch = { state: 'verified', patches: ['CVE-2027-1.patch'] } as const;
      await look([advisory('CVE-2027-1')], [match('CVE-2027-1', 'xz', { status: 'fixed', patch })]);
      expect((await only()).finding).toMatchObject({ state: 'fixed', fixedVersion: '1.0' });
    });

    test('a version whose match is not listed any more fixes it', async () => {
      await look([advisory('CVE-2027-1')], [], { versions: { xz: '1.1' } });
      expect((await only()).finding).toMatchObject({ state: 'fixed', fixedVersion: '1.1' });
    });

    test('a record corrected under the same version does not', async () => {
      await look([advisory('CVE-2027-1')], [match('CVE-2027-1', 'xz', { status: 'not_affected' })]);
      expect(await only()).toMatchObject({ finding: { state: 'not_affected' }, deadlines: { state: 'void' } });
    });

    test('retracted when no source names the package any more, and revived with its old clock', async () => {
      await look([advisory('CVE-2027-1')], [], { versions: { xz: '1.0' } });
      expect(await only()).toMatchObject({ finding: { state: 'retracted' }, deadlines: { state: 'void' } });
      now += day;
      await look([advisory('CVE-2027-1')], [match('CVE-2027-1', 'xz')]);
      expect(await only()).toMatchObject({
        finding: { state: 'open' },
        deadlines: { remediationDueAt: disclosed + 7 * day, state: 'running' },
      });
      expect(await eventKinds()).toEqual(['finding.opened', 'finding.retracted', 'finding.reopened']);
    });

    describe.each([
      ['withdrawn', [advisory('CVE-2027-1', { state: 'withdrawn' })]],
      ['gone', []],
    ])('the advisory is %s', (_, advisories) => {
      const ada: Person = { name: 'ada', roles: ['analyst'] };
      const confirm = async (by = ada) =>
        store.act({ findingId: (await only()).finding.id, act: { kind: 'confirm-rejection' }, by, at: now });
      beforeEach(() => look(advisories, [], { versions: { xz: '1.0' } }));

      test('that is proposed, once, and the clock runs on', async () => {
        expect(await look(advisories, [], { versions: { xz: '1.0' } })).toEqual({ opened: 0, changed: 0 });
        expect(await only()).toMatchObject({ finding: { state: 'open' }, deadlines: { state: 'running' } });
        const [waiting] = await store.awaited({ findingId: null, limit: 9 });
        expect(waiting).toMatchObject({ awaited: { kind: 'rejection', by: 'robot', at: now } });
        expect(await eventKinds()).toEqual(['finding.opened', 'finding.rejection-proposed']);
      });

      test('reported again, nothing is proposed any more', async () => {
        now += day;
        await look([advisory('CVE-2027-1')], [match('CVE-2027-1', 'xz')]);
        expect(await store.awaited({ findingId: null, limit: 9 })).toEqual([]);
        expect(await confirm()).toEqual({ kind: 'refused', why: 'no_rejection' });
        expect(await eventKinds()).toEqual([
          'finding.opened',
          'finding.rejection-proposed',
          'finding.rejection-withdrawn',
        ]);
      });

      test('an analyst confirms it: void; reported again, it is open with its old clock', async () => {
        expect(await confirm({ name: 'rob', roles: ['reviewer'] })).toEqual({ kind: 'refused', why: 'role_missing' });
        expect(await confirm({ ...ada, name: 'robot' })).toEqual({ kind: 'refused', why: 'not_a_person' });
        expect(await confirm()).toMatchObject({ kind: 'done', stage: 'void' });
        expect(await only()).toMatchObject({ finding: { state: 'retracted' }, deadlines: { state: 'void' } });
        expect(await look(advisories, [], { versions: { xz: '1.0' } })).toEqual({ opened: 0, changed: 0 });
        now += day;
        await look([advisory('CVE-2027-1')], [match('CVE-2027-1', 'xz')]);
        expect(await only()).toMatchObject({
          finding: { state: 'open' },
          deadlines: { remediationDueAt: disclosed + 7 * day, state: 'running' },
        });
        expect((await eventKinds()).slice(2)).toEqual(['finding.retracted', 'finding.reopened']);
      });
    });

    test('a package that did not evaluate closes nothing', async () => {
      expect(await look([advisory('CVE-2027-1')], [], { versions: {} })).toEqual({ opened: 0, changed: 0 });
      expect((await only()).finding.state).toBe('open');
    });

    test('a fix that is undone reopens it with its old deadline', async () => {
      await look([advisory('CVE-2027-1')], [match('CVE-2027-1', 'xz', { version: '1.1', status: 'not_affected' })]);
      await store.markReleased({
        channel: 'rolling',
        releaseUuid: 'u1',
        version: '0.1.2',
        fixes: await store.fixesAwaitingRelease('rolling'),
        at: now,
      });
      now += 10 * day;
      await look([advisory('CVE-2027-1')], [match('CVE-2027-1', 'xz')]);
      expect(await only()).toMatchObject({
        finding: { state: 'open', fixedAt: null, releasedAt: null },
        deadlines: { remediationDueAt: disclosed + 7 * day, state: 'breached' },
      });
    });

    test('an attack that becomes likely is told of as it rises to what the policy says, and not at the opening', async () => {
      const with_ = (epss: number | null) =>
        advisory('CVE-2027-1', { exploitation: { ...advisory('x').exploitation, epss } });
      const likely = async () =>
        (await eventsAfter(db, 0, 100)).filter(({ kind }) => kind === 'finding.likely-exploited').length;
      const seen: number[] = [];
      for (const epss of [0.59, 0.6, 0.9, 0.1, null, 0.7]) {
        now += day;
        await look([with_(epss)], [match('CVE-2027-1', 'xz')]);
        seen.push(await likely());
      }
      expect(seen).toEqual([0, 1, 1, 1, 1, 2]);
      await look(
        [with_(0.7), advisory('CVE-2027-2', with_(0.9))],
        [match('CVE-2027-1', 'xz'), match('CVE-2027-2', 'xz')],
      );
      expect(await likely()).toBe(2);
    });

    test('known exploitation shortens, a lower score does not lengthen', async () => {
      await look([advisory('CVE-2027-2', { score: 5 })], [match('CVE-2027-2', 'zlib')], {
        scope: { kind: 'advisories', ids: ['CVE-2027-2'] },
      });
      const [zlib] = await store.byPackage('zlib');
      expect(zlib?.deadlines.remediationDueAt).toBe(disclosed + 45 * day);
      now = disclosed + 20 * day;
      const exploitation = {
        knownExploitedSince: now,
        ransomware: false,
        dueDate: null,
        epss: null,
        ssvc: null,
      };
      const update = { scope: { kind: 'advisories', ids: ['CVE-2027-2'] } } as const;
      await look([advisory('CVE-2027-2', { score: 5, exploitation })], [match('CVE-2027-2', 'zlib')], update);
      const [listed] = await store.byPackage('zlib');
      expect(listed).toMatchObject({
        finding: { band: 'critical', knownExploited: true },
        deadlines: { responseDueAt: now + day, remediationDueAt: now + 7 * day },
      });
      now += day;
      await look([advisory('CVE-2027-2', { score: 3, exploitation })], [match('CVE-2027-2', 'zlib')], update);
      expect((await store.byPackage('zlib'))[0]?.deadlines).toMatchObject({
        remediationDueAt: listed!.deadlines.remediationDueAt,
      });
      expect(await eventKinds()).toContain('finding.rerated');
      expect((await eventKinds()).filter((kind) => kind === 'finding.exploited')).toHaveLength(1);
    });

    test('an advisory that gets its CVE id keeps its finding', async () => {
      await look([advisory('GHSA-1')], [match('GHSA-1', 'curl')], { scope: { kind: 'packages', attrs: ['curl'] } });
      await look([advisory('CVE-2027-9', { aliases: ['GHSA-1'] })], [match('CVE-2027-9', 'curl')], {
        scope: { kind: 'advisories', ids: ['CVE-2027-9'] },
      });
      expect((await store.byPackage('curl')).map(({ finding }) => finding.advisoryId)).toEqual(['CVE-2027-9']);
      expect(await eventKinds()).toEqual(['finding.opened', 'finding.opened', 'finding.renamed']);
    });
  });

  test('two findings of one flaw under two names do not collide when the names are joined', async () => {
    const packages = { scope: { kind: 'packages', attrs: ['curl'] } } as const;
    await look(
      [advisory('GHSA-1'), advisory('CVE-2027-9')],
      [match('GHSA-1', 'curl'), match('CVE-2027-9', 'curl')],
      packages,
    );
    const joined = advisory('CVE-2027-9', { aliases: ['GHSA-1'] });
    await store.update({
      channel: 'rolling',
      ...packages,
      matches: [match('CVE-2027-9', 'curl'), match('GHSA-1', 'curl')],
      advisories: new Map([
        ['CVE-2027-9', joined],
        ['GHSA-1', joined],
      ]),
      packages: new Map([['curl', { version: '1.0', coveredSince: null, shippedSince: null }]]),
      at: now,
    });
    const states = (await store.byPackage('curl')).map(({ finding }) => [finding.advisoryId, finding.state]);
    expect(states.sort()).toEqual([
      ['CVE-2027-9', 'open'],
      ['GHSA-1', 'retracted'],
    ]);
  });

  test('keeps who said so, and until when', async () => {
    await look([advisory('CVE-2027-1')], [match('CVE-2027-1', 'xz')]);
    const first = now;
    now += day;
    const osv = { source: 'osv', recordId: 'CVE-2027-1', outcome: 'in', because: '' } as const;
    await look([advisory('CVE-2027-1')], [match('CVE-2027-1', 'xz', { ranges: [osv] })]);
    const { attributions } = (await store.caseOf((await only()).finding.id))!;
    expect(attributions).toEqual([
      { source: 'nvd', recordId: 'CVE-2027-1', outcome: 'in', since: first, until: now },
      { source: 'osv', recordId: 'CVE-2027-1', outcome: 'in', since: now, until: null },
    ]);
    await look([advisory('CVE-2027-1')], [], { versions: { xz: '1.0' } });
    await look([advisory('CVE-2027-1')], [match('CVE-2027-1', 'xz', { ranges: [osv] })]);
    expect((await store.caseOf((await only()).finding.id))?.attributions).toEqual(attributions);
  });

  test('an edited policy version is refused', async () => {
    await look([advisory('CVE-2027-1')], [match('CVE-2027-1', 'xz')]);
    const edited = parsePolicy(defaultPolicyText.replace('remediation = "P7D"', 'remediation = "P9D"'));
    store = createFindingStore({ db, policies: async () => [edited], clock: { now: () => now } });
    await expect(look([advisory('CVE-2027-2')], [match('CVE-2027-2', 'xz')])).rejects.toMatchObject({
      code: 'findings.policy-edited',
    });
  });

  describe('a queue of many', () => {
    const scopeOf = (id: string) => ({ kind: 'advisories', ids: [id] }) as const;
    const scores = [9.8, 5, 7.5, null, 3, 9.1, 6.1, 7.5, 4.2, 8.8];
    beforeEach(async () => {
      const advisories = scores.map((score, index) =>
        advisory(`CVE-2027-${100 + index}`, {
          score,
          publishedAt: disclosed,
          exploitation: {
            knownExploitedSince: index === 4 ? disclosed + day : null,
            ransomware: false,
            dueDate: null,
            epss: index / 10,
            ssvc: null,
          },
        }),
      );
      now = disclosed + 8 * day;
      await look(
        advisories,
        advisories.map(({ id }) => match(id, 'xz')),
      );
    });

    test.each(['breach', 'risk'] as const)('pages in the order of %s hold every finding once', async (order) => {
      const whole = await store.list({ order, band: null, state: 'open', after: null, limit: 100 });
      expect(whole.next).toBeNull();
      const paged: string[] = [];
      let after: string | null = null;
      do {
        const page: Awaited<ReturnType<FindingStore['list']>> = await store.list({
          order,
          band: null,
          state: 'open',
          after,
          limit: 3,
        });
        paged.push(...page.items.map(({ finding }) => finding.id));
        after = page.next;
      } while (after !== null);
      expect(paged).toEqual(whole.items.map(({ finding }) => finding.id));
      expect(new Set(paged).size).toBe(scores.length);
    });

    test('breach: what is due first comes first; risk: the exploited one', async () => {
      const due = (await store.list({ order: 'breach', band: null, state: null, after: null, limit: 100 })).items;
      const dues = due.map(({ deadlines }) => deadlines.remediationDueAt);
      expect(dues).toEqual(dues.toSorted((a, b) => a - b));
      const [first] = (await store.list({ order: 'risk', band: null, state: null, after: null, limit: 1 })).items;
      expect(first?.finding).toMatchObject({ advisoryId: 'CVE-2027-104', knownExploited: true });
    });

    test('the promise counts every open finding once', async () => {
      const lines = await store.promiseLines(['rolling']);
      expect(lines.map(({ band, open, breached }) => [band, open, breached])).toEqual([
        ['critical', 3, 2],
        ['high', 4, 0],
        ['medium', 3, 0],
        ['low', 0, 0],
      ]);
      expect(lines[0]?.nextDueAt).toBe(disclosed + 8 * day);
      expect((await store.openByPackage()).get('xz')).toEqual({ open: 10, worst: 'critical' });
    });

    test('channels under different policies have lines of their own', async () => {
      const other = { ...policy, id: 'business', channels: ['stable'], effectiveFrom: policy.effectiveFrom + 1 };
      const both = createFindingStore({ db, policies: async () => [policy, other], clock: { now: () => now } });
      const lines = await both.promiseLines(['rolling', 'stable']);
      expect(
        lines.map((line) => [line.policy, line.channels, line.band, line.open]).filter(([, , band]) => band === 'high'),
      ).toEqual([
        ['standard', ['rolling'], 'high', 4],
        ['business', ['stable'], 'high', 0],
      ]);
      expect(await both.promiseLines([])).toEqual([]);
    });

    test.each([0, 5, 8, 12, 30, 44, 200])(
      'after %i days it counts what the deadlines of each finding say',
      async (days) => {
        await look([advisory('CVE-2027-101')], [], { versions: { xz: '1.0' }, scope: scopeOf('CVE-2027-101') });
        await look([advisory('CVE-2027-102')], [], { versions: { xz: '1.1' }, scope: scopeOf('CVE-2027-102') });
        const fixes = await store.fixesAwaitingRelease('rolling');
        await store.markReleased({ channel: 'rolling', releaseUuid: 'u1', version: '0.1.2', fixes, at: now });
        now = disclosed + days * day;
        const states = (await store.ofChannel('rolling')).map(({ deadlines }) => deadlines.state);
        const count = (...wanted: readonly string[]) => states.filter((state) => wanted.includes(state)).length;
        const lines = await store.promiseLines(['rolling']);
        const total = (column: 'open' | 'atRisk' | 'breached' | 'met' | 'metLate') =>
          lines.reduce((sum, line) => sum + line[column], 0);
        expect([total('open'), total('atRisk'), total('breached'), total('met'), total('metLate')]).toEqual([
          count('running', 'at_risk', 'breached'),
          count('at_risk'),
          count('breached'),
          count('met'),
          count('met_late'),
        ]);
        expect(count('void')).toBe(1);
      },
    );

    test('the stored instants are those that the facts give', async () => {
      for (const { finding } of await store.ofChannel('rolling')) {
        const { facts, policy: pinned, finding: stored, steps } = (await store.caseOf(finding.id))!;
        const { responseDueAt, remediationDueAt } = instantsOf(replay(facts, pinned));
        expect(steps.at(-1)).toMatchObject({ responseDueAt, remediationDueAt });
        expect(stored.deadlines).toMatchObject({ responseDueAt, remediationDueAt });
      }
    });
  });

  test.each(['', 'x', '1.2', '9'.repeat(99), '1.2.3.4.5'])('a page after %j begins at the start', async (after) => {
    await look([advisory('CVE-2027-1')], [match('CVE-2027-1', 'xz')]);
    expect((await store.list({ order: 'breach', band: null, state: null, after, limit: 1 })).items).toHaveLength(1);
  });
});
