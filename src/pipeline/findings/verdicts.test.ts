import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Person } from '../../accounts/index.ts';
import { eventsAfter, type JournalTables } from '../../journal/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { databasesForTests } from '../../platform/database/testing.ts';
import type { Match } from '../matching/index.ts';
import {
  createFindingStore,
  defaultPolicyText,
  type FindingStore,
  type FindingsTables,
  parsePolicy,
  type Statement,
  Verdict,
} from './index.ts';
import { advisory, day, disclosed, match } from './testing.ts';
import { contentOf, lapseOf } from './verdict.ts';

const alice: Person = { name: 'alice', roles: ['analyst', 'reviewer'] };
const bob: Person = { name: 'bob', roles: ['reviewer', 'security_lead'] };
const verdict: Verdict = {
  details: { flags: '--without-parser' },
  reason: 'build-option-off',
  statement: 'The parser is not built: --without-parser.',
  evidence: 'https://example.org/build-log',
  predicate: { from: null, before: '2.0', patches: [], until: null },
};

test.each([
  ['1.9.9', [], 0, null],
  ['2.0', ['p'], 0, 'version_left'],
  ['0.9', ['p'], 0, 'version_left'],
  ['1.5', [], 0, 'patch_gone'],
  ['1.5', ['p', 'q'], 0, null],
  ['1.5', ['p'], 99, null],
  ['1.5', ['p'], 100, 'expired'],
] as const)('a verdict on version %s with patches %j at %i: %s', (version, patches, at, lapse) => {
  const needed = version === '1.9.9' ? [] : ['p'];
  const predicate = { from: '1.0', before: '2.0', patches: needed, until: 100 };
  expect(lapseOf({ ...verdict, predicate }, { version, patches, at })).toBe(lapse);
});

test.each([
  [{ systems: 'x86_64-linux' }, undefined, null],
  [{ systems: 'x86_64-linux' }, { systems: 'x86_64-linux', sources: 's' }, null],
  [{ systems: 'x86_64-linux' }, { systems: 'aarch64-linux x86_64-linux' }, 'derivation_changed'],
  [{ version: '1.5' }, undefined, null],
  [{ version: '1.4' }, undefined, 'version_left'],
] as const)('a verdict that holds on to %j, of a derivation with %j: %s', (attributes, seen, lapse) => {
  const predicate = { ...verdict.predicate, before: null, attributes };
  expect(lapseOf({ ...verdict, predicate }, { version: '1.5', patches: [], attributes: seen, at: 0 })).toBe(lapse);
});

test.each([
  ['no evidence link', { ...verdict, evidence: 'trust me' }],
  ['a script for evidence', { ...verdict, evidence: 'javascript:alert(1)' }],
  ['no statement', { ...verdict, statement: '          ' }],
  ['a reason of its own', { ...verdict, reason: 'because' }],
  ['an unknown key', { ...verdict, force: true }],
  ['the evidence of its type missing', { ...verdict, details: {} }],
  ['evidence of another type', { ...verdict, details: { ...verdict.details, patch: 'sha256-x' } }],
])('no verdict with %s', (_, given) => {
  expect(Verdict.safeParse(given).success).toBe(false);
});

test('content differs with the finding and with every word', () => {
  const contents = [
    contentOf('1', verdict),
    contentOf('2', verdict),
    contentOf('1', { ...verdict, statement: `${verdict.statement} ` }),
    contentOf('1', { ...verdict, predicate: { ...verdict.predicate, before: '2.1' } }),
  ];
  expect(new Set(contents).size).toBe(contents.length);
});

describe.each(await databasesForTests())('people decide, on $name', (engine) => {
  let db: Database<FindingsTables & JournalTables>;
  let store: FindingStore;
  let now: number;
  let findingId: string;

  const look = (given: Partial<Match> = {}) => {
    const found = match('CVE-2027-1', 'xz', given);
    return store.update({
      channel: 'rolling',
      scope: { kind: 'channel' },
      matches: [found],
      advisories: new Map([['CVE-2027-1', advisory('CVE-2027-1')]]),
      packages: new Map([['xz', { version: found.version, coveredSince: null, shippedSince: null }]]),
      at: now,
    });
  };
  const finding = async () => (await store.byId(findingId))!;
  const propose = (by = alice) => store.proposeVerdict({ findingId, by, at: now, verdict });
  const approve = (by = bob) =>
    store.approveVerdict({ findingId, by, at: now, content: contentOf(findingId, verdict) });

  beforeEach(async () => {
    db = await engine.open<FindingsTables & JournalTables>();
    now = disclosed + 3_600_000;
    store = createFindingStore({
      db,
      policies: async () => [parsePolicy(defaultPolicyText)],
      clock: { now: () => now },
    });
    await look();
    findingId = (await store.byPackage('xz'))[0]!.finding.id;
    now += 3_600_000;
  });

  test('what holds on to a derivation that is not so is refused, as it is proposed and as it is approved', async () => {
    let sources = 'sha256-a';
    const derivation = async (channel: string, attr: string) =>
      channel === 'rolling' && attr === 'xz' ? { sources, systems: 'x86_64-linux' } : null;
    store = createFindingStore({
      db,
      policies: async () => [parsePolicy(defaultPolicyText)],
      clock: { now: () => now },
      derivation,
    });
    const boundTo = (attributes: Readonly<Record<string, string>>): Verdict => ({
      ...verdict,
      predicate: { ...verdict.predicate, attributes },
    });
    const act = (bound: Verdict) =>
      store.act({ findingId, act: { kind: 'not-affected', verdict: bound }, by: alice, at: now });
    const changed = { kind: 'refused', why: 'derivation_changed' };
    for (const wrong of [{ sources: 'sha256-b' }, { systems: 'aarch64-linux' }, { sources, flags: 'unheard of' }]) {
      expect(await store.proposeVerdict({ findingId, by: alice, at: now, verdict: boundTo(wrong) })).toEqual(changed);
      expect(await act(boundTo(wrong))).toEqual(changed);
      const acts = [{ findingId, act: { kind: 'not-affected', verdict: boundTo(wrong) } as const }];
      expect(await store.actInBulk({ acts, by: alice, at: now, dryRun: false })).toMatchObject([{ outcome: changed }]);
    }
    expect((await eventsAfter(db, 1, 9)).map(({ kind }) => kind)).toEqual([]);

    const right = boundTo({ sources, version: '1.0' });
    const asked = await act(right);
    expect(asked).toMatchObject({ kind: 'done', awaits: contentOf(findingId, right) });
    sources = 'sha256-b';
    const content = contentOf(findingId, right);
    expect(await store.approveVerdict({ findingId, by: bob, at: now, content })).toEqual(changed);
    expect(await finding()).toMatchObject({ finding: { state: 'open' }, deadlines: { state: 'running' } });
    sources = 'sha256-a';
    expect(await store.approveVerdict({ findingId, by: bob, at: now, content })).toMatchObject({ kind: 'in-force' });
  });

  test('two people on the same content stop the clocks', async () => {
    expect(await propose()).toEqual({ kind: 'proposed', content: contentOf(findingId, verdict) });
    expect(await finding()).toMatchObject({ finding: { state: 'open' }, deadlines: { state: 'running' } });
    now += 60_000;
    expect(await approve()).toMatchObject({ kind: 'in-force' });
    expect(await finding()).toMatchObject({ finding: { state: 'not_affected' }, deadlines: { state: 'met' } });
    await look();
    expect((await finding()).finding.state).toBe('not_affected');
    expect((await eventsAfter(db, 1, 9)).map(({ kind, actor }) => [kind, actor])).toEqual([
      ['finding.claimed', 'alice'],
      ['finding.verdict-proposed', 'alice'],
      ['finding.verdict-approved', 'bob'],
    ]);
  });

  test.each([
    ['the same person', alice, 'same_person'],
    ['the robot', { name: 'robot', roles: ['reviewer'] }, 'not_a_person'],
    ['nobody', { name: ' ', roles: ['reviewer'] }, 'not_a_person'],
    ['someone without the role', { name: 'carol', roles: ['analyst'] }, 'role_missing'],
  ] as const)('%s is no second', async (_, by, why) => {
    await propose();
    expect(await approve(by)).toEqual({ kind: 'refused', why });
    expect((await finding()).finding.state).toBe('open');
  });

  test('nothing to sign, a wrong finding, a finding that is not open', async () => {
    expect(await approve()).toEqual({ kind: 'refused', why: 'no_proposal' });
    const stray = { findingId: '999', by: alice, at: now, verdict };
    expect(await store.proposeVerdict(stray)).toEqual({ kind: 'refused', why: 'no_finding' });
    expect(await store.proposeVerdict({ ...stray, findingId: 'x' })).toEqual({ kind: 'refused', why: 'no_finding' });
    await look({ version: '1.1', status: 'not_affected' });
    expect(await propose()).toEqual({ kind: 'refused', why: 'not_open' });
  });

  describe('once in force', () => {
    beforeEach(async () => {
      await propose();
      await approve();
      now += day;
    });

    test('it lapses with the version it was about, and the clock is the old one', async () => {
      await look({ version: '2.0' });
      expect(await finding()).toMatchObject({
        finding: { state: 'open', version: '2.0' },
        deadlines: { remediationDueAt: disclosed + 7 * day, state: 'running' },
      });
      const [event] = (await eventsAfter(db, 4, 9)).map(({ kind, payload }) => [kind, payload.to]);
      expect(event).toEqual(['finding.reopened', 'open']);
      // The old signature of the first person is void: the second cannot complete it alone.
      await look({ version: '1.0' });
      expect(await approve()).toEqual({ kind: 'refused', why: 'no_proposal' });
    });

    test('it can be taken back by one person, and decided again by two', async () => {
      const withdrawal = { findingId, by: alice, at: now, reason: 'the option is on after all' };
      expect(await store.withdrawVerdict(withdrawal)).toEqual({ kind: 'withdrawn' });
      expect(await finding()).toMatchObject({
        finding: { state: 'under_investigation' },
        deadlines: { state: 'running' },
      });
      expect(await store.withdrawVerdict(withdrawal)).toEqual({ kind: 'refused', why: 'no_verdict' });
      now += 60_000;
      await propose();
      expect((await finding()).deadlines.state).toBe('running');
      await approve();
      expect(await finding()).toMatchObject({ finding: { state: 'not_affected' }, deadlines: { state: 'met' } });
    });
  });

  const state = (by: Person, ...facts: Statement['facts']) =>
    store.recordStatement({ findingId, facts, evidence: null, by, at: now });

  test('an answer by a person, in parts', async () => {
    const parts = (['a', 'b', 'c', 'd', 'e', 'f'] as const).map((part) => ({ kind: 'response', part }) as const);
    expect(await state(bob, ...parts)).toEqual({ kind: 'refused', why: 'role_missing' });
    expect(await state(alice, ...parts)).toEqual({ kind: 'recorded' });
    const { facts } = (await store.caseOf(findingId))!;
    expect(facts.filter(({ kind }) => kind === 'response').map(({ actor }) => actor)).toEqual(Array(6).fill('alice'));
  });
});

test('no order of acts lets one person clear a finding or lower it', async () => {
  const [engine] = await databasesForTests();
  const db = await engine!.open<FindingsTables & JournalTables>();
  let now = disclosed + 3_600_000;
  const store = createFindingStore({
    db,
    policies: async () => [parsePolicy(defaultPolicyText)],
    clock: { now: () => now },
  });
  const all: Person = { name: 'mallory', roles: ['analyst', 'reviewer', 'security_lead'] };
  const found = match('CVE-2027-1', 'xz');
  const look = (version: string) =>
    store.update({
      channel: 'rolling',
      scope: { kind: 'channel' },
      matches: [{ ...found, version }],
      advisories: new Map([['CVE-2027-1', advisory('CVE-2027-1')]]),
      packages: new Map([['xz', { version, coveredSince: null, shippedSince: null }]]),
      at: now,
    });
  await look('1.0');
  const findingId = (await store.byPackage('xz'))[0]!.finding.id;
  const acts = {
    propose: () => store.proposeVerdict({ findingId, by: all, at: now, verdict }),
    approve: () => store.approveVerdict({ findingId, by: all, at: now, content: contentOf(findingId, verdict) }),
    withdraw: () => store.withdrawVerdict({ findingId, by: all, at: now, reason: 'x' }),
    ask: () => store.act({ findingId, act: { kind: 'lower', to: 'low', reason: 'mild' }, by: all, at: now }),
    lower: async () => {
      for (const { awaited } of await store.awaited({ findingId, limit: 9 })) {
        if (awaited.kind !== 'lowering') continue;
        await store.act({ findingId, act: { kind: 'approve-lower', content: awaited.content }, by: all, at: now });
      }
    },
    leave: () => look('2.0'),
    back: () => look('1.0'),
  };
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...Object.values(acts)), { maxLength: 8 }), async (order) => {
      for (const act of order) {
        now += 60_000;
        await act();
      }
      expect((await store.byId(findingId))?.finding).toMatchObject({ state: 'open', band: 'critical' });
    }),
    { numRuns: 25 },
  );
});
