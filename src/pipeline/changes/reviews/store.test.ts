import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Person, Role } from '../../../accounts/index.ts';
import { eventsAfter, type JournalTables } from '../../../journal/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import { databasesForTests } from '../../../platform/database/testing.ts';
import type { ActRequest, PersonalAct } from './act-on-review.ts';
import type { Examination, Review } from './model.ts';
import { createReviewStore, type ReviewStore } from './store.ts';
import type { ReviewTables } from './tables.ts';

const hour = 3_600_000;
const ada: Person = { name: 'ada', roles: ['reviewer'] };
const mara: Person = { name: 'mara', roles: ['reviewer', 'security_lead'] };
const ben: Person = { name: 'ben', roles: ['reviewer'] };
const dee: Person = { name: 'dee', roles: ['duty_officer'] };

function examination(given: Partial<Examination> = {}): Examination {
  return {
    class: 'people',
    hits: [],
    notExamined: [],
    proof: { systems: ['x86_64-linux'], before: 'a', after: 'b', evaluator: 'nix' },
    packages: [],
    vulnerabilities: { resolved: [], opened: [] },
    commits: [
      {
        id: 'c1',
        subject: 'tool: 1 -> 2',
        committedAt: 100,
        attrs: ['tool'],
        people: [
          { account: 'mallory', role: 'author', at: 100 },
          { account: 'bot', role: 'merged', at: 120 },
        ],
      },
    ],
    commitCount: 1,
    ...given,
  };
}

describe.each(await databasesForTests())('reviews on $name', ({ open }) => {
  let db: Database<ReviewTables & JournalTables>;
  let store: ReviewStore;
  let at = 0;
  beforeEach(async () => {
    db = await open();
    store = createReviewStore(db);
    at = 1_000_000;
  });

  const step = (candidate: string, base: string | null = 'base') =>
    store.open({
      channel: 'rolling',
      base,
      candidate,
      treeId: `tree-${candidate}`,
      how: 'upstream',
      author: 'robot',
      at: at++,
    });
  const examined = async (candidate: string, given: Partial<Examination> = {}): Promise<Review> => {
    const { id } = await step(candidate);
    return store.recordExamination({ reviewId: id, examination: examination(given), at: at++, enforced: true });
  };
  const act = (review: Review, kind: PersonalAct, by: Person, given: Partial<ActRequest> = {}) =>
    store.act({ reviewId: review.id, kind, by, treeId: review.treeId, reason: 'looked', at: at++, ...given });
  const kinds = async () => (await eventsAfter(db, 0, 200)).map(({ kind }) => kind);

  test('the same step is the same review; another for the same head takes its place', async () => {
    const first = await step('one');
    expect(await step('one')).toEqual(first);
    const second = await step('two');
    expect((await store.byId(first.id))?.state).toBe('superseded');
    expect(second.state).toBe('examining');
    await step('three', 'another base');
    expect((await store.byId(second.id))?.state).toBe('examining');
    expect(await kinds()).toEqual(['review.opened', 'review.opened', 'review.opened']);
  });

  test('what changes nothing is accepted by its proof, once', async () => {
    const review = await examined('one', { class: 'proof' });
    expect(review.state).toBe('accepted');
    await store.recordExamination({ reviewId: review.id, examination: examination(), at: at++, enforced: true });
    expect((await store.byId(review.id))?.examination?.class).toBe('proof');
    expect(await kinds()).toEqual(['review.opened', 'review.examined', 'review.accepted']);
    expect(await store.releaseRefusal('rolling', 'one', at)).toBeNull();
  });

  test('nobody approves what was not examined: no two let in unseen what a detector finds', async () => {
    const review = await step('one');
    for (const person of [ada, ben])
      expect(await act(review, 'approved', person)).toEqual({ kind: 'refused', why: 'not_examined' });
    expect((await examined('one')).state).toBe('waiting');
    expect(await act(review, 'approved', ada)).toMatchObject({ kind: 'done' });
  });

  test('two people let it in; every act is kept and told', async () => {
    const review = await examined('one');
    expect(await store.releaseRefusal('rolling', 'one', at)).toMatch(/not approved by two people/);
    await act(review, 'opened', ada);
    await act(review, 'opened', ada);
    expect(await act(review, 'approved', ada)).toMatchObject({ decision: { kind: 'waiting' } });
    expect(await act(review, 'approved', mara)).toMatchObject({ decision: { kind: 'accepted', by: ['ada', 'mara'] } });
    expect((await store.actsOf(review.id)).map(({ kind, by }) => `${by} ${kind}`)).toEqual([
      'ada opened',
      'ada approved',
      'mara approved',
    ]);
    expect((await kinds()).slice(2)).toEqual(['review.approved', 'review.approved', 'review.accepted']);
    expect(await store.releaseRefusal('rolling', 'one', at)).toBeNull();
    expect(await store.releaseRefusal('rolling', 'two', at)).not.toBeNull();
    expect(await store.releaseRefusal('other', 'one', at)).not.toBeNull();
    expect(await act(review, 'rejected', ada)).toEqual({ kind: 'refused', why: 'decided' });
  });

  test.each([
    ['a review that is not', { reviewId: '999' }, 'approved', ada, 'no_review'],
    ['another tree', { treeId: 'tree-two' }, 'approved', ada, 'tree_changed'],
    ['without the role', {}, 'approved', dee, 'role_missing'],
    ['as the robot', {}, 'approved', { name: 'robot', roles: ['reviewer'] }, 'not_a_person'],
    ['a rejection without a reason', { reason: ' ' }, 'rejected', ada, 'reason_missing'],
    ['broken glass without a reason', { reason: '' }, 'broke-glass', dee, 'reason_missing'],
    ['broken glass by a reviewer', {}, 'broke-glass', ada, 'role_missing'],
    ['taking back what was not given', {}, 'withdrawn', ada, 'nothing_to_withdraw'],
  ] as const)('refused: %s', async (_, given, kind, by, why) => {
    const review = await examined('one');
    expect(await act(review, kind, by as Person, given)).toEqual({ kind: 'refused', why });
    expect(await store.actsOf(review.id)).toEqual([]);
  });

  test('broken glass releases for a day, and stops the channel until two others approved', async () => {
    const review = await examined('one');
    await act(review, 'broke-glass', dee, { reason: 'exploited, everybody asleep' });
    expect((await store.byId(review.id))?.state).toBe('accepted');
    expect(await store.releaseRefusal('rolling', 'one', at + 23 * hour)).toBeNull();
    expect(await store.releaseRefusal('rolling', 'one', at + 25 * hour)).toMatch(/by dee alone/);
    await act(review, 'approved', ada);
    await act(review, 'approved', mara);
    expect(await store.releaseRefusal('rolling', 'one', at + 25 * hour)).toBeNull();
  });

  test('an approval within a minute of first looking is marked', async () => {
    const review = await examined('one', { commitCount: 80 });
    await act(review, 'opened', ada);
    await act(review, 'approved', ada);
    await act(review, 'opened', mara);
    await act(review, 'approved', mara, { at: at + 5 * 60_000 });
    const approvals = (await eventsAfter(db, 0, 100)).filter(({ kind }) => kind === 'review.approved');
    expect(approvals.map(({ payload }) => payload.rubberStamp ?? false)).toEqual([true, false]);
  });

  test('what an account did between two days, and a window that makes it critical', async () => {
    const review = await examined('one');
    const asked = (accounts: readonly string[], from: number, to: number | null) =>
      store.actsOfAccount({ accounts, from, to });
    expect(await asked(['mallory'], 0, null)).toMatchObject([{ reviewId: review.id, commitId: 'c1', role: 'author' }]);
    expect(await asked(['mallory'], 101, null)).toEqual([]);
    expect(await asked(['mallory', 'bot'], 0, 110)).toHaveLength(1);
    const window = { accounts: ['bot'], from: 110, to: 130, reason: 'token leaked', at };
    expect(await store.openWindow({ ...window, by: ada })).toEqual({ kind: 'refused', why: 'role_missing' });
    expect(await store.openWindow({ ...window, by: mara })).toEqual({ kind: 'opened', acts: 1, reviews: ['1'] });
    expect(await store.windows()).toEqual([{ accounts: ['bot'], from: 110, to: 130 }]);
  });

  test('who always approves together, and who does so within a minute, is told', async () => {
    const begin = at;
    for (let step = 0; step < 6; step++) {
      const review = await examined(`step-${step}`, { packages: [{ attr: 'tool', effects: [], commits: [] }] });
      const others: readonly [Person, Person] = step < 5 ? [ada, mara] : [ben, mara];
      for (const person of others) await act(review, 'opened', person);
      if (step > 0) at += hour;
      for (const person of others) await act(review, 'approved', person);
    }
    const habits = await store.habits(begin);
    expect(habits).toMatchObject({ accepted: 6, pairs: [{ people: ['ada', 'mara'], reviews: 5 }] });
    expect(habits.stamps.map(({ by }) => by)).toEqual(['ada', 'mara']);
    expect(await store.habits(at)).toEqual({ accepted: 0, pairs: [], stamps: [] });
  });

  test('one in fifty of what the robot would let in goes to people', async () => {
    const classes: string[] = [];
    for (let step = 0; step < 100; step++) {
      const review = await examined(`step-${step}`, { class: 'robot' });
      classes.push(`${review.examination?.class} ${review.state}`);
    }
    expect(classes.filter((one) => one === 'people waiting')).toHaveLength(2);
    expect(classes.filter((one) => one === 'robot accepted')).toHaveLength(98);
  });

  test('by no sequence of acts does one person, with every role, make a tree releasable', async () => {
    const all: readonly Role[] = ['reviewer', 'security_lead', 'release_manager', 'analyst', 'policy_admin'];
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            kind: fc.constantFrom<PersonalAct[]>('opened', 'approved', 'withdrawn', 'held', 'released', 'rejected'),
            step: fc.constantFrom('a', 'b'),
            again: fc.boolean(),
          }),
          { maxLength: 8 },
        ),
        async (acts) => {
          const run = `${at++}`;
          for (const { kind, step: name, again } of acts) {
            const review = await examined(`${run}-${name}`);
            await act(review, kind, { name: 'eve', roles: all });
            if (again) await step(`${run}-${name}`);
          }
          for (const name of ['a', 'b'])
            expect(await store.releaseRefusal('rolling', `${run}-${name}`, at)).not.toBeNull();
        },
      ),
      { numRuns: 25 },
    );
  });
});
