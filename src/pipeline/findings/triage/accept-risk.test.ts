import { beforeEach, describe, expect, test } from 'vitest';
import type { Person } from '../../../accounts/index.ts';
import { eventsAfter, type JournalTables } from '../../../journal/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import { databasesForTests } from '../../../platform/database/testing.ts';
import { createFindingStore, defaultPolicyText, type FindingsTables, parsePolicy, type TriageAct } from '../index.ts';
import { advisory, day, disclosed, match } from '../testing.ts';

const ann: Person = { name: 'ann', roles: ['analyst', 'security_lead'] };
const bob: Person = { name: 'bob', roles: ['security_lead'] };
const until = disclosed + 40 * day;
const terms = {
  kind: 'accept-risk',
  owner: 'carol',
  reason: 'Upstream rewrites the parser.',
  control: 'The port is closed to the outside.',
  until,
  customer: null,
} as const;
const signed = { ...terms, customer: 'https://example.org/signed' } as const;

describe.each(await databasesForTests())('accepted risks on $name', (engine) => {
  let db: Database<FindingsTables & JournalTables>;
  let store: ReturnType<typeof createFindingStore>;
  let now: number;

  beforeEach(async () => {
    db = await engine.open<FindingsTables & JournalTables>();
    now = disclosed + day;
    store = createFindingStore({
      db,
      policies: async () => [parsePolicy(defaultPolicyText)],
      clock: { now: () => now },
    });
    await look('affected');
  });
  const look = (status: 'affected' | 'fixed') =>
    store.update({
      channel: 'rolling',
      scope: { kind: 'channel' },
      matches: [match('CVE-2027-1', 'xz', { status, version: status === 'fixed' ? '1.1' : '1.0' })],
      advisories: new Map([['CVE-2027-1', advisory('CVE-2027-1', { score: 7.5 })]]),
      packages: new Map([['xz', { version: '1.0', coveredSince: null, shippedSince: null }]]),
      at: now,
    });
  /** What waits, as the second person reads it. */
  const approve = async (): Promise<TriageAct> => {
    const [waiting] = await store.awaited({ findingId: '1', limit: 9 });
    return {
      kind: 'approve-risk',
      content: waiting?.awaited.kind === 'risk' ? waiting.awaited.content : 'f'.repeat(64),
    };
  };
  const act = (by: Person, wanted: TriageAct) => store.act({ findingId: '1', act: wanted, by, at: now });
  const one = async () => {
    const found = await store.triaged('1');
    if (found === null) throw new Error('no finding');
    return found;
  };
  const told = async () =>
    (await eventsAfter(db, 0, 100)).filter(({ kind }) => kind.startsWith('finding.risk')).map(({ kind }) => kind);
  /** As the schedule looks, once a day. */
  const days = async (count: number) => {
    for (let passed = 0; passed < count; passed += 1) {
      now += day;
      await store.endClaims(now);
      await store.endClaims(now);
    }
  };

  test('takes an analyst and a lead who is someone else, within the time that a request has', async () => {
    expect(await act(bob, terms)).toEqual({ kind: 'refused', why: 'role_missing' });
    expect(await act(ann, { ...terms, until: now - 1 })).toEqual({ kind: 'refused', why: 'in_the_past' });
    expect(await act(ann, { ...terms, until: now + 400 * day })).toEqual({ kind: 'refused', why: 'too_long' });
    expect(await act(bob, await approve())).toEqual({ kind: 'refused', why: 'no_request' });
    expect(await act(ann, terms)).toMatchObject({ kind: 'done', awaits: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(await store.awaited({ findingId: '1', limit: 9 })).toMatchObject([
      { awaited: { kind: 'risk', by: 'ann', risk: { owner: 'carol', until } } },
    ]);
    expect(await act(ann, await approve())).toEqual({ kind: 'refused', why: 'same_person' });
    expect((await one()).acceptedRisk).toBeNull();
    now += 4 * day;
    expect(await act(bob, await approve())).toEqual({ kind: 'refused', why: 'no_request' });
    await act(ann, terms);
    expect(await act(bob, await approve())).toMatchObject({ kind: 'done' });
    expect((await one()).acceptedRisk).toMatchObject({ owner: 'carol', approvedBy: ['ann', 'bob'] });
    expect(await store.awaited({ findingId: '1', limit: 9 })).toEqual([]);
  });

  test('what was asked for anew is not what the lead has read', async () => {
    await act(ann, terms);
    const read = await approve();
    now += 60_000;
    await act(ann, signed);
    expect(await act(bob, read)).toEqual({ kind: 'refused', why: 'no_request' });
    expect((await one()).acceptedRisk).toBeNull();
    expect(await act(bob, await approve())).toMatchObject({ kind: 'done' });
  });

  test('what nobody approves lapses, and that is told', async () => {
    await act(ann, terms);
    await act(ann, { kind: 'lower', to: 'medium', reason: 'local only' });
    now += 3 * day;
    expect(await store.endClaims(now)).toBe(0);
    now += 1;
    expect(await store.endClaims(now)).toBe(2);
    expect(await store.endClaims(now)).toBe(0);
    expect(await store.awaited({ findingId: '1', limit: 9 })).toEqual([]);
    expect(
      (await eventsAfter(db, 0, 100)).slice(-2).map(({ kind, actor, payload }) => [kind, actor, payload.askedBy]),
    ).toEqual([
      ['finding.down-lapsed', 'robot', 'ann'],
      ['finding.risk-lapsed', 'robot', 'ann'],
    ]);
  });

  test('alone it stops no clock; people hear of its end 30, 7 and 1 day before, and when it is there', async () => {
    await act(ann, terms);
    await act(bob, await approve());
    expect((await one()).deadlines).toMatchObject({ state: 'running', remediationDueAt: disclosed + 15 * day });
    const [statement] = await store.vexStatements({ channel: 'rolling' });
    expect(statement).toMatchObject({ status: 'under_investigation' });
    await days(45);
    const reminders = (await eventsAfter(db, 0, 100)).flatMap(({ kind, payload }) =>
      kind === 'finding.risk-expiring' ? [payload.daysLeft] : [],
    );
    expect(reminders).toEqual([30, 7, 1]);
    expect((await told()).slice(2)).toEqual([...reminders.map(() => 'finding.risk-expiring'), 'finding.risk-expired']);
    expect((await one()).acceptedRisk).toBeNull();
  });

  test('seen late, only the last reminder is given', async () => {
    await act(ann, terms);
    await act(bob, await approve());
    now = until - 3 * day;
    await store.endClaims(now);
    await store.endClaims(now);
    expect((await told()).filter((kind) => kind === 'finding.risk-expiring')).toHaveLength(1);
  });

  test('signed by the customer it stops the clock, which runs on with its old start when it ends', async () => {
    await act(ann, signed);
    await act(bob, await approve());
    expect((await one()).deadlines.state).toBe('met');
    const { facts } = (await store.caseOf('1')) ?? {};
    expect(facts?.at(-1)).toMatchObject({ kind: 'risk_accepted', evidence: signed.customer });
    await days(40);
    expect((await one()).deadlines).toMatchObject({
      state: 'breached',
      startAt: disclosed,
      remediationDueAt: disclosed + 15 * day,
    });
    expect(await act(ann, { kind: 'end-risk', reason: 'over' })).toEqual({ kind: 'refused', why: 'no_risk' });
  });

  test('one person ends it, and a fix does', async () => {
    await act(ann, signed);
    await act(bob, await approve());
    expect(await act(ann, { kind: 'end-risk', reason: 'the port is open again' })).toMatchObject({ kind: 'done' });
    expect((await one()).deadlines.state).toBe('running');
    await act(ann, terms);
    await act(bob, await approve());
    await look('fixed');
    expect(await one()).toMatchObject({ stage: 'staged', acceptedRisk: null });
    await days(45);
    expect((await told()).filter((kind) => kind === 'finding.risk-expired')).toEqual([]);
  });
});
