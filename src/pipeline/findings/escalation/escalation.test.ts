import { beforeEach, describe, expect, test } from 'vitest';
import { eventsAfter, type JournalTables } from '../../../journal/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import { databasesForTests } from '../../../platform/database/testing.ts';
import { createAttainmentStore } from '../attainment/store.ts';
import { verifyExport } from '../attainment/verify-export.ts';
import { exportLines } from '../attainment/write-export.ts';
import { defaultPolicyText } from '../default-policy.ts';
import { parsePolicy } from '../policy.ts';
import { createFindingStore } from '../store.ts';
import type { FindingsTables } from '../tables.ts';
import { advisory, day, disclosed, match } from '../testing.ts';
import type { People } from './duty.ts';
import { parseRota } from './rota.ts';
import { createEscalationStore } from './store.ts';

const hour = 3_600_000;
const minute = 60_000;
const policy = parsePolicy(defaultPolicyText);
const rota = parseRota(
  `schema = "rota/1"
lead = ["carol"]
person = [{ name = "ann", reviewer = true }, { name = "bob", reviewer = true }, { name = "carol" }]
duty = [
  { role = "primary", people = ["ann"], starts = "2027-01-01" },
  { role = "second", people = ["bob"], starts = "2027-01-01" },
]`,
  'rota.toml',
);
const ann = { name: 'ann', roles: ['analyst'] } as const;

describe.each(await databasesForTests())('escalation on $name', (engine) => {
  let db: Database<FindingsTables & JournalTables>;
  let now: number;
  let people: People | null;
  const clock = { now: () => now };
  const stores = () => ({
    findings: createFindingStore({ db, policies: async () => [policy], clock }),
    escalation: createEscalationStore({ db, clock, people: async () => people, policies: async () => [policy] }),
    attainment: createAttainmentStore({ db, clock }),
  });

  beforeEach(async () => {
    db = await engine.open<FindingsTables & JournalTables>();
    now = disclosed;
    people = { rota, holidays: new Map() };
  });

  async function open(...ids: readonly string[]) {
    await stores().findings.update({
      channel: 'rolling',
      scope: { kind: 'channel' },
      matches: ids.map((id) => match(id, 'xz')),
      advisories: new Map(ids.map((id) => [id, advisory(id)])),
      packages: new Map([['xz', { version: '1.0', coveredSince: null, shippedSince: null }]]),
      at: now,
    });
  }

  async function tickAt(at: number) {
    now = at;
    await stores().escalation.tick();
  }

  const told = async () =>
    (await eventsAfter(db, 0, 1000))
      .filter(({ kind }) => kind.startsWith('sla.'))
      .map(({ kind, at, payload }) => [
        kind,
        (at - disclosed) / hour,
        payload.clock ?? payload.pageId,
        payload.fraction ?? payload.beforeDueMs ?? payload.person ?? null,
      ]);

  test('a critical case that nobody answers is told of at each step, once (example 46)', async () => {
    await open('CVE-2027-1');
    for (let at = disclosed; at <= disclosed + 25 * hour; at += 15 * minute) {
      await tickAt(at);
      await stores().escalation.tick();
    }
    expect(await told()).toEqual([
      ['sla.at_risk', 12, 'response', 0.5],
      ['sla.at_risk', 18, 'response', 0.75],
      ['sla.at_risk', 21.75, 'response', 0.9],
      ['sla.paged', 21.75, 'response', 'ann'],
      ['sla.paged', 22, 'response', 'bob'],
      ['sla.paged', 22.25, 'response', 'carol'],
      ['sla.breached', 24, 'response', 1],
    ]);
    expect(await stores().escalation.pages(10)).toMatchObject([
      { person: 'carol', acknowledgedAt: null, reason: 'at risk' },
    ]);
    // From three quarters on the lead hears it too.
    const leads = (await eventsAfter(db, 0, 1000)).flatMap(({ kind, payload }) =>
      kind === 'sla.at_risk' || kind === 'sla.breached' ? [payload.leads] : [],
    );
    expect(leads).toEqual([[], ['carol'], ['carol'], ['carol']]);
  });

  test('a broken promise asks for a word on what went wrong until it is written', async () => {
    await open('CVE-2027-1');
    const { findings } = stores();
    const id = (await findings.ofChannel('rolling'))[0]?.finding.id ?? '';
    const owed = async () => (await findings.reviewsOwed(10)).map((one) => [one.finding.id, one.reviewOwedSince]);
    const write = () =>
      findings.act({
        findingId: id,
        act: { kind: 'post-mortem', cause: 'nobody was on duty', prevention: 'the rota has no holes', evidence: null },
        by: ann,
        at: now,
      });
    await tickAt(disclosed + hour);
    expect([await owed(), await write()]).toEqual([[], { kind: 'refused', why: 'no_review_owed' }]);
    const answerDue = disclosed + 24 * hour;
    await tickAt(answerDue + minute);
    expect(await owed()).toEqual([[id, answerDue + minute]]);
    // The second clock asks for nothing more.
    await tickAt(disclosed + 40 * day);
    expect(await owed()).toEqual([[id, answerDue + minute]]);
    expect(await write()).toMatchObject({ kind: 'done' });
    expect(await owed()).toEqual([]);
    const facts = (await findings.caseOf(id))?.facts ?? [];
    expect(facts.at(-1)).toMatchObject({ kind: 'post_mortem', cause: 'nobody was on duty', actor: 'ann' });
    expect(await write()).toEqual({ kind: 'refused', why: 'no_review_owed' });
  });

  test('who acknowledges ends the calls; a breach calls anew', async () => {
    await open('CVE-2027-1');
    await tickAt(disclosed + 22 * hour);
    const [page] = await stores().escalation.pages(10);
    const answer = (by: Parameters<ReturnType<typeof createEscalationStore>['acknowledge']>[0]['by']) =>
      stores().escalation.acknowledge({ pageId: page?.id ?? '', by });
    expect(await answer({ name: 'eve', roles: ['auditor'] })).toEqual({ kind: 'refused', why: 'role_missing' });
    expect(await answer({ name: 'robot', roles: ['analyst'] })).toEqual({ kind: 'refused', why: 'not_a_person' });
    expect(await answer(ann)).toEqual({ kind: 'acknowledged' });
    expect(await answer(ann)).toEqual({ kind: 'refused', why: 'already' });
    expect(await stores().escalation.acknowledge({ pageId: 'x', by: ann })).toEqual({
      kind: 'refused',
      why: 'no_page',
    });
    await tickAt(disclosed + 23 * hour);
    expect((await told()).filter(([kind]) => kind === 'sla.paged')).toHaveLength(1);
    await tickAt(disclosed + 24 * hour + 1);
    expect((await told()).slice(-2).map(([kind]) => kind)).toEqual(['sla.breached', 'sla.paged']);
  });

  test('a case found late is told of once, by the gravest that has passed', async () => {
    now = disclosed + 30 * day;
    await open('CVE-2027-1');
    await tickAt(now);
    expect((await told()).map(([kind, , clock]) => [kind, clock])).toEqual([
      ['sla.breached', 'response'],
      ['sla.paged', 'response'],
      ['sla.breached', 'remediation'],
      // One call a case; a breach more goes to the last in line.
      ['sla.paged', 'remediation'],
    ]);
  });

  test('exploitation calls somebody at once', async () => {
    await open('CVE-2027-1');
    await tickAt(disclosed + hour);
    expect(await told()).toEqual([]);
    await stores().findings.recordStatement({
      findingId: '1',
      facts: [{ kind: 'escalated', by: 'exploitation_confirmed' }],
      evidence: null,
      by: ann,
      at: now,
    });
    await tickAt(disclosed + hour + 1);
    expect((await stores().escalation.pages(10)).map(({ reason, person }) => [reason, person])).toEqual([
      ['exploited', 'ann'],
    ]);
  });

  test('several that tick at the same instant tell nothing twice', async () => {
    await open('CVE-2027-1', 'CVE-2027-2', 'CVE-2027-3');
    now = disclosed + 8 * day;
    await Promise.all([1, 2, 3].map(() => stores().escalation.tick()));
    const kinds = (await told()).map(([kind]) => kind);
    expect(kinds.filter((kind) => kind === 'sla.breached')).toHaveLength(6);
    expect(await stores().escalation.pages(10)).toHaveLength(3);
  });

  test('without a rota nobody is named, and a hole in one is told once a day', async () => {
    people = null;
    await open('CVE-2027-1');
    await tickAt(disclosed + 22 * hour);
    expect((await stores().escalation.pages(10))[0]?.person).toBeNull();
    people = { rota: { ...rota, duty: rota.duty.filter(({ role }) => role === 'primary') }, holidays: new Map() };
    for (const hours of [23, 23.5, 48]) await tickAt(disclosed + hours * hour);
    const gaps = (await eventsAfter(db, 0, 1000)).filter(({ kind }) => kind === 'sla.rota_gap');
    expect(gaps.map(({ subject }) => subject)).toEqual(['rota 2027-03-03', 'rota 2027-03-04']);
    expect(gaps[0]?.payload.gaps).toMatchObject([{ missing: 'qualified second reviewer' }]);
  });

  test('figures are made anew only for what changed, and the export of the database is recomputed', async () => {
    await open('CVE-2027-1', 'CVE-2027-2');
    expect(await stores().attainment.refresh()).toBe(2);
    expect(await stores().attainment.refresh()).toBe(0);
    await stores().findings.recordStatement({
      findingId: '2',
      facts: [{ kind: 'upstream_fix_available' }],
      evidence: null,
      by: ann,
      at: now + hour,
    });
    expect(await stores().attainment.refresh()).toBe(1);
    now = disclosed + 20 * day;
    const { rows, misses } = await stores().attainment.attainment();
    expect(rows.map(({ response, remediation }) => [response.missed, remediation.missed])).toEqual([[2, 2]]);
    expect(misses).toHaveLength(4);
    const sources = await stores().attainment.exportSources();
    // While it is written, work goes on: what comes in then is in the next one.
    const parts = (['a', 'b', 'c', 'd', 'e', 'f'] as const).map((part) => ({ kind: 'response', part }) as const);
    const statement = { evidence: null, by: ann, at: now };
    await stores().findings.recordStatement({ findingId: '1', facts: parts, ...statement });
    await open('CVE-2027-1', 'CVE-2027-2', 'CVE-2027-3');
    async function* lines() {
      for await (const line of exportLines(sources, { month: null, key: null })) yield line.slice(0, -1);
    }
    expect(await verifyExport(lines(), { trusted: null })).toMatchObject({ differences: [], cases: 2, misses: 4 });
    expect(await stores().attainment.forecast(7 * day)).toEqual({ items: [], scores: [] });
  });
});
