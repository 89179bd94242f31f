import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Person } from '../../../accounts/index.ts';
import { eventsAfter, type JournalTables } from '../../../journal/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import { databasesForTests } from '../../../platform/database/testing.ts';
import {
  contentOf,
  createFindingStore,
  defaultPolicyText,
  type FindingsTables,
  parsePolicy,
  type QueueQuery,
  type Stage,
  type TriageAct,
  type Verdict,
} from '../index.ts';
import { transitionOf } from '../lifecycle.ts';
import { advisory, day, disclosed, match } from '../testing.ts';

type Tables = FindingsTables & JournalTables;
const hour = 3_600_000;
const ann: Person = { name: 'ann', roles: ['analyst', 'reviewer'] };
const bob: Person = { name: 'bob', roles: ['reviewer', 'security_lead'] };
const cat: Person = { name: 'cat', roles: ['analyst'] };
const tree = 'a'.repeat(40);

const mismatch: Verdict = {
  reason: 'component-mismatch',
  statement: 'The record speaks of the Jenkins plugin.',
  evidence: 'https://example.org/plugin',
  details: { ours: 'git-scm.com git', theirs: 'the Jenkins plugin git' },
  predicate: { from: null, before: null, patches: [], until: null },
};
const built: Verdict = { ...mismatch, reason: 'build-option-off', details: { flags: '--without-x' } };
const notAffected: TriageAct = { kind: 'not-affected', verdict: mismatch };

function world(db: Database<Tables>) {
  let now = disclosed + hour;
  const store = createFindingStore({
    db,
    policies: async () => [parsePolicy(defaultPolicyText)],
    clock: { now: () => now },
  });
  const scores = new Map([
    ['CVE-2027-1', 9.8],
    ['CVE-2027-2', 5],
  ]);
  const look = (version = '1.0', ids = [...scores.keys()], status: 'affected' | 'fixed' = 'affected') =>
    store.update({
      channel: 'rolling',
      scope: { kind: 'channel' },
      matches: ids.map((id) => match(id, 'xz', { version, status })),
      advisories: new Map([...scores].map(([id, score]) => [id, advisory(id, { score })])),
      packages: new Map([['xz', { version, coveredSince: null, shippedSince: null }]]),
      at: now,
    });
  return {
    store,
    scores,
    look,
    now: () => now,
    pass: (ms: number) => {
      now += ms;
    },
    idOf: async (advisoryId: string) => (await store.byAdvisories([advisoryId]))[0]?.finding.id ?? '',
    act: (findingId: string, by: Person, act: TriageAct) => store.act({ findingId, by, act, at: now }),
  };
}

describe.each(await databasesForTests())('acts on $name', (engine) => {
  let db: Database<Tables>;
  let on: ReturnType<typeof world>;
  let severe: string;
  let mild: string;
  const stageOf = async (id: string) => (await on.store.triaged(id))?.stage;

  beforeEach(async () => {
    db = await engine.open<Tables>();
    on = world(db);
    await on.look();
    severe = await on.idOf('CVE-2027-1');
    mild = await on.idOf('CVE-2027-2');
    on.pass(hour);
  });

  test('an answer to what an update fixed by itself is owed until a person gives it', async () => {
    const owed = async () => (await on.store.answersOwed(10)).map(({ finding }) => finding.advisoryId);
    const answer: TriageAct = { kind: 'answer', mitigation: 'None needed: the update is in.', evidence: null };
    expect(await owed()).toEqual([]);
    expect(await on.act(severe, ann, answer)).toEqual({ kind: 'refused', why: 'no_answer_owed' });
    await on.look('1.1', undefined, 'fixed');
    // Nothing is promised for the answer to a medium one.
    expect(await owed()).toEqual(['CVE-2027-1']);
    expect(await on.act(severe, bob, answer)).toEqual({ kind: 'refused', why: 'role_missing' });
    expect((await on.act(severe, ann, answer)).kind).toBe('done');
    expect(await owed()).toEqual([]);
    expect(await on.act(severe, ann, answer)).toEqual({ kind: 'refused', why: 'no_answer_owed' });
    expect((await on.store.byId(severe))?.deadlines.response).toBe('met');
  });

  test('a claim keeps others away until its time is over', async () => {
    expect(await on.act(severe, cat, { kind: 'claim' })).toEqual({ kind: 'done', stage: 'triaging', awaits: null });
    expect(await on.act(severe, ann, { kind: 'claim' })).toEqual({ kind: 'refused', why: 'claimed_by_other' });
    expect(await on.act(severe, ann, { kind: 'release' })).toEqual({ kind: 'refused', why: 'not_claimed' });
    expect(await on.store.endClaims(on.now())).toBe(0);
    on.pass(2 * hour);
    expect(await on.store.endClaims(on.now())).toBe(1);
    expect(await on.store.triaged(severe)).toMatchObject({ stage: 'matched', claim: null });
    const [last] = (await eventsAfter(db, 0, 99)).toReversed();
    expect(last).toMatchObject({
      kind: 'finding.unclaimed',
      actor: 'robot',
      payload: { claimedBy: 'cat', reason: 'expired' },
    });
    expect(await on.act(severe, ann, { kind: 'claim' })).toMatchObject({ kind: 'done' });
  });

  test('dismissing takes one person where it is mild, two where it is severe', async () => {
    expect(await on.act(mild, cat, notAffected)).toEqual({ kind: 'done', stage: 'dismissed', awaits: null });
    expect(await on.store.byId(mild)).toMatchObject({
      finding: { state: 'not_affected' },
      deadlines: { state: 'void' },
    });
    const content = contentOf(severe, mismatch);
    expect(await on.act(severe, cat, notAffected)).toEqual({ kind: 'done', stage: 'triaging', awaits: content });
    expect(await on.act(severe, ann, { kind: 'approve', content })).toMatchObject({ stage: 'dismissed' });
    expect(await on.store.byId(severe)).toMatchObject({ deadlines: { state: 'met' } });
  });

  test('nobody alone takes a broken promise out of what is counted', async () => {
    on.pass(46 * day);
    const content = contentOf(mild, mismatch);
    expect(await on.act(mild, cat, notAffected)).toEqual({ kind: 'done', stage: 'triaging', awaits: content });
    expect(await on.act(mild, ann, { kind: 'approve', content })).toMatchObject({ stage: 'dismissed' });
    expect(await on.store.byId(mild)).toMatchObject({ deadlines: { state: 'met_late' } });
  });

  test('another verdict takes two however mild', async () => {
    expect(await on.act(mild, cat, { kind: 'not-affected', verdict: built })).toMatchObject({ stage: 'triaging' });
  });

  test('what one person dismissed comes back when it turns out severe', async () => {
    await on.act(mild, cat, notAffected);
    on.scores.set('CVE-2027-2', 9.1);
    on.pass(day);
    await on.look();
    expect(await on.store.triaged(mild)).toMatchObject({
      stage: 'triaging',
      finding: { state: 'open', band: 'critical' },
      deadlines: { state: 'running' },
      verdict: null,
    });
  });

  test('a proposal taken back is no half of a verdict', async () => {
    const act = { kind: 'not-affected', verdict: built } as const;
    await on.act(severe, ann, act);
    expect(await on.act(severe, cat, act)).toEqual({ kind: 'refused', why: 'already_proposed' });
    await on.act(severe, ann, { kind: 'withdraw', reason: 'too early' });
    expect(await on.store.awaited({ findingId: severe, limit: 9 })).toEqual([]);
    on.pass(hour);
    await on.act(severe, cat, act);
    expect(await on.store.byId(severe)).toMatchObject({ finding: { state: 'open' }, deadlines: { state: 'running' } });
  });

  test('affected is a whole initial response; silence after the promised time is told once', async () => {
    const nextUpdateAt = on.now() + day;
    const answer = {
      kind: 'affected',
      mitigation: 'none known',
      nextUpdateAt,
      targetAt: null,
      evidence: null,
    } as const;
    expect(await on.act(severe, cat, { ...answer, nextUpdateAt: 1 })).toEqual({ kind: 'refused', why: 'in_the_past' });
    for (const late of [{ nextUpdateAt: on.now() + 400 * day }, { targetAt: on.now() + 400 * day }])
      expect(await on.act(severe, cat, { ...answer, ...late })).toEqual({ kind: 'refused', why: 'too_far' });
    expect(await on.act(severe, cat, answer)).toMatchObject({ stage: 'affected' });
    const told = await on.store.caseOf(severe);
    expect(told?.timeline.response.stoppedAt).toBe(on.now());
    // Doubt of the matcher does not undo a person's word, and a verdict is no step from here.
    expect(await on.act(severe, cat, notAffected)).toEqual({ kind: 'refused', why: 'wrong_stage' });
    on.pass(2 * day);
    expect(await on.store.endClaims(on.now())).toBe(2);
    expect(await on.store.endClaims(on.now())).toBe(0);
    expect((await eventsAfter(db, 0, 99)).filter(({ kind }) => kind === 'finding.update-missed')).toHaveLength(1);
    expect(await on.act(severe, cat, { kind: 'withdraw', reason: 'I was wrong' })).toMatchObject({ stage: 'triaging' });
  });

  test('a fix is signed by two on the same tree; a revision voids what was signed', async () => {
    const answer = {
      kind: 'affected',
      mitigation: 'none known',
      nextUpdateAt: on.now() + day,
      targetAt: null,
      evidence: null,
    } as const;
    await on.act(severe, ann, answer);
    await on.act(severe, ann, { kind: 'start-fix', how: 'patch' });
    expect(await on.act(severe, ann, { kind: 'propose-fix', tree, link: null })).toMatchObject({ awaits: tree });
    expect(await on.act(severe, ann, { kind: 'approve-fix', tree })).toEqual({ kind: 'refused', why: 'same_person' });
    expect(await on.act(severe, bob, { kind: 'approve-fix', tree: 'b'.repeat(40) })).toEqual({
      kind: 'refused',
      why: 'other_tree',
    });
    await on.act(severe, bob, { kind: 'reject-fix', reason: 'it does not build' });
    expect(await stageOf(severe)).toBe('fixing');
    await on.act(severe, cat, { kind: 'propose-fix', tree, link: null });
    expect(await on.act(severe, ann, { kind: 'approve-fix', tree })).toMatchObject({ stage: 'building' });
  });

  test('released, verified, closed, and open again because the fix did not hold', async () => {
    await on.look('1.1', ['CVE-2027-1'], 'fixed');
    expect(await stageOf(severe)).toBe('staged');
    const fixes = await on.store.fixesAwaitingRelease('rolling');
    await on.store.markReleased({ channel: 'rolling', releaseUuid: 'r', version: '0.1', fixes, at: on.now() });
    const evidence = 'https://example.org/test';
    expect(await on.act(severe, cat, { kind: 'verify', evidence })).toEqual({ kind: 'refused', why: 'role_missing' });
    expect(await on.act(severe, bob, { kind: 'close' })).toEqual({ kind: 'refused', why: 'wrong_stage' });
    expect(await on.act(severe, bob, { kind: 'verify', evidence })).toMatchObject({ stage: 'verified' });
    expect(await on.act(severe, bob, { kind: 'close' })).toMatchObject({ stage: 'closed' });
    on.pass(day);
    expect(await on.act(severe, cat, { kind: 'reopen', reason: 'the patch is not in the output' })).toMatchObject({
      stage: 'triaging',
    });
    // The same version once more settles nothing; another one does.
    await on.look('1.1', ['CVE-2027-1'], 'fixed');
    expect(await on.store.byId(severe)).toMatchObject({
      finding: { state: 'under_investigation' },
      deadlines: { state: 'running' },
    });
    await on.look('1.2', ['CVE-2027-1'], 'fixed');
    expect(await stageOf(severe)).toBe('staged');
  });

  test('a severity is raised by one and lowered by two', async () => {
    expect(await on.act(mild, cat, { kind: 'raise', score: 5, evidence: null })).toEqual({
      kind: 'refused',
      why: 'not_higher',
    });
    expect(await on.act(mild, cat, { kind: 'raise', score: 8, evidence: null })).toMatchObject({ kind: 'done' });
    expect((await on.store.byId(mild))?.finding.band).toBe('high');
    const lead: Person = { name: 'cat', roles: ['analyst', 'security_lead'] };
    const asked = await on.act(mild, lead, { kind: 'lower', to: 'medium', reason: 'local only' });
    const content = (asked.kind === 'done' && asked.awaits) || '';
    const approve: TriageAct = { kind: 'approve-lower', content };
    expect(await on.act(mild, lead, approve)).toEqual({ kind: 'refused', why: 'same_person' });
    expect(
      (await on.store.awaited({ findingId: null, limit: 9 })).map(({ awaited: { kind, by } }) => [kind, by]),
    ).toEqual([['lowering', 'cat']]);
    on.pass(hour);
    const elsewhere = { ...approve, content: 'f'.repeat(64) };
    expect(await on.act(mild, bob, elsewhere)).toEqual({ kind: 'refused', why: 'no_request' });
    expect(await on.act(mild, bob, approve)).toMatchObject({ kind: 'done', awaits: null });
    expect((await on.store.byId(mild))?.finding.band).toBe('medium');
  });

  test('a preview says what will come of it and changes nothing', async () => {
    const acts = [mild, severe, '999'].map((findingId) => ({ findingId, act: notAffected }));
    const before = await eventsAfter(db, 0, 99);
    const preview = await on.store.actInBulk({ acts, by: cat, at: on.now(), dryRun: true });
    expect(await eventsAfter(db, 0, 99)).toEqual(before);
    expect(preview.map(({ outcome }) => (outcome.kind === 'done' ? outcome.stage : outcome.why))).toEqual([
      'dismissed',
      'triaging',
      'no_finding',
    ]);
    expect(await on.store.actInBulk({ acts, by: cat, at: on.now(), dryRun: false })).toEqual(preview);
    expect([await stageOf(mild), await stageOf(severe)]).toEqual(['dismissed', 'triaging']);
  });

  test('the queue: a piece of work for a version of a package, by what breaches first', async () => {
    const everything: QueueQuery = {
      band: null,
      channel: null,
      stage: null,
      claimedBy: null,
      attr: null,
      after: null,
      limit: 10,
    };
    await on.store.update({
      channel: 'rolling',
      scope: { kind: 'packages', attrs: ['curl'] },
      matches: [match('CVE-2027-3', 'curl')],
      advisories: new Map([['CVE-2027-3', advisory('CVE-2027-3', { score: 7.5 })]]),
      packages: new Map([['curl', { version: '1.0', coveredSince: null, shippedSince: null }]]),
      at: on.now(),
    });
    const shape = async (query: Partial<QueueQuery>) => {
      const page = await on.store.queue({ ...everything, ...query });
      return [
        page.items.map(({ findings, count }) => [count, ...findings.map(({ finding }) => finding.advisoryId)]),
        page.next === null,
      ];
    };
    expect(await shape({})).toEqual([
      [
        [2, 'CVE-2027-1', 'CVE-2027-2'],
        [1, 'CVE-2027-3'],
      ],
      true,
    ]);
    expect(await shape({ limit: 1 })).toEqual([[[2, 'CVE-2027-1', 'CVE-2027-2']], false]);
    const { next } = await on.store.queue({ ...everything, limit: 1 });
    expect(await shape({ limit: 1, after: next })).toEqual([[[1, 'CVE-2027-3']], true]);
    expect(await shape({ band: 'medium' })).toEqual([[[1, 'CVE-2027-2']], true]);
    expect(await shape({ attr: 'cu' })).toEqual([[[1, 'CVE-2027-3']], true]);
    await on.act(mild, cat, { kind: 'claim' });
    expect(await shape({ claimedBy: 'cat' })).toEqual([[[1, 'CVE-2027-2']], true]);
    expect(await shape({ stage: 'triaging' })).toEqual([[[1, 'CVE-2027-2']], true]);
    expect((await on.store.itemOf(mild)).map(({ finding }) => finding.advisoryId)).toEqual([
      'CVE-2027-1',
      'CVE-2027-2',
    ]);
  });
});

test('in any order of acts: no finding is lost, no way is taken that is not listed, and nobody clears or lowers alone', async () => {
  const [engine] = await databasesForTests();
  const people: readonly Person[] = [
    { name: 'mallory', roles: ['analyst', 'reviewer', 'security_lead'] },
    { name: 'ann', roles: ['analyst', 'reviewer', 'security_lead'] },
  ];
  const answer = { kind: 'affected', mitigation: 'none known', targetAt: null, evidence: null } as const;
  const signed = { owner: 'ann', reason: 'rewritten soon', control: 'closed port', customer: 'https://example.org/' };
  const acts: readonly ((findingId: string, now: number, waits: (kind: string) => string) => TriageAct)[] = [
    () => ({ kind: 'claim' }),
    () => ({ kind: 'release' }),
    () => notAffected,
    () => ({ kind: 'not-affected', verdict: built }),
    (id) => ({ kind: 'approve', content: contentOf(id, mismatch) }),
    (id) => ({ kind: 'approve', content: contentOf(id, built) }),
    () => ({ kind: 'withdraw', reason: 'undo' }),
    (_, now) => ({ ...answer, nextUpdateAt: now + 3 * hour }),
    () => ({ kind: 'lower', to: 'low', reason: 'local only' }),
    (_, __, waits) => ({ kind: 'approve-lower', content: waits('lowering') }),
    (_, now) => ({ kind: 'accept-risk', ...signed, until: now + 20 * day }),
    (_, __, waits) => ({ kind: 'approve-risk', content: waits('risk') }),
    () => ({ kind: 'end-risk', reason: 'over' }),
    () => ({ kind: 'start-fix', how: 'patch' }),
    () => ({ kind: 'propose-fix', tree, link: null }),
    () => ({ kind: 'approve-fix', tree }),
    () => ({ kind: 'revise-fix', reason: 'again' }),
    () => ({ kind: 'reopen', reason: 'again' }),
    () => ({ kind: 'verify', evidence: 'https://example.org/' }),
    () => ({ kind: 'close' }),
  ];
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ act: fc.constantFrom(...acts), who: fc.constantFrom(0, 0, 0, 1) }) },
    { weight: 1, arbitrary: fc.constantFrom('1.0', '1.1', '2.0') },
    { weight: 1, arbitrary: fc.constant('time' as const) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const db = await engine!.open<Tables>();
      const on = world(db);
      await on.look();
      const id = await on.idOf('CVE-2027-1');
      for (const one of steps) {
        on.pass(hour / 2);
        if (one === 'time') await on.store.endClaims(on.now());
        else if (typeof one === 'string') await on.look(one);
        else {
          const waiting = await on.store.awaited({ findingId: id, limit: 9 });
          const waits = (kind: string) =>
            waiting.flatMap(({ awaited }) =>
              awaited.kind === kind && 'content' in awaited ? [awaited.content] : [],
            )[0] ?? 'f'.repeat(64);
          await on.act(id, people[one.who]!, one.act(id, on.now(), waits));
        }
      }
      const finding = await on.store.triaged(id);
      const own = (await eventsAfter(db, 0, 999)).filter(({ subject }) => subject === id);
      let stage: Stage = 'matched';
      for (const { kind, payload } of own) {
        if (payload.toStage === undefined) continue;
        expect(payload.fromStage).toBe(stage);
        expect(transitionOf(kind, stage)?.to).toBe(payload.toStage);
        stage = payload.toStage as Stage;
      }
      expect(finding?.stage).toBe(stage);
      for (const { kind, actor, payload } of own) {
        if (kind === 'finding.verdict-approved' || kind === 'finding.dismissed')
          expect(payload.proposedBy).not.toBe(actor);
        if (kind === 'finding.fix-approved') expect(new Set(payload.signers as string[]).size).toBe(2);
      }
      const told = await on.store.caseOf(id);
      const actors = (kind: string) =>
        new Set(told?.facts.filter((fact) => fact.kind === kind).map(({ actor }) => actor));
      if (finding?.finding.state === 'not_affected') expect(finding.verdictBy).toHaveLength(2);
      const borne = told?.facts.flatMap((fact) =>
        fact.kind === 'risk_accepted' ? [new Set(fact.approvedBy).size] : [],
      );
      expect(borne?.every((signers) => signers === 2)).toBe(true);
      if (told?.timeline.remediation.stoppedAt !== null && borne?.length === 0)
        expect(actors('not_affected_signed').size).toBe(2);
      if (finding?.finding.band !== 'critical') {
        expect(new Set([...actors('down_requested'), ...actors('down_approved')]).size).toBe(2);
      }
      await db.close();
    }),
    { numRuns: 60 },
  );
}, 120_000);
