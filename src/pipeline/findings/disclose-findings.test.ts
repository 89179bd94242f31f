import { beforeEach, describe, expect, test } from 'vitest';
import { eventsAfter, type JournalTables } from '../../journal/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { databasesForTests } from '../../platform/database/testing.ts';
import {
  createFindingStore,
  defaultPolicyText,
  everyClock,
  type Fact,
  type FindingStore,
  type FindingsTables,
  parsePolicy,
} from './index.ts';
import { fact } from './sla/testing.ts';
import { unpublishedClocks } from './sla/unpublished-clocks.ts';
import { advisory, day, disclosed, match } from './testing.ts';

const policy = parsePolicy(defaultPolicyText);
const told = disclosed - 6 * day;
const noted = (kind: Parameters<typeof fact>[1], at: number, actor = 'robot'): Fact =>
  fact('03-02 10:00', kind, { at, recordedAt: at, actor });
const known = [
  noted({ kind: 'matched' }, told),
  noted({ kind: 'exploitation_aware' }, told + day, 'ada'),
  noted({ kind: 'response', part: 'd' }, told + 2 * day, 'ada'),
];
const embargoed = {
  ...noted(
    { kind: 'embargoed', embargo: 'EMB-2027-4711', until: disclosed, how: 'planned', circle: ['ada', 'bob'] },
    told,
  ),
  recordedAt: disclosed + 60_000,
} as Fact & { readonly kind: 'embargoed' };

describe.each(await databasesForTests())('what was under embargo, on $name', (engine) => {
  let db: Database<FindingsTables & JournalTables>;
  let store: FindingStore;
  const at = disclosed + 60_000;
  const packages = new Map([['xz', { version: '1.0', coveredSince: null, shippedSince: null }]]);

  beforeEach(async () => {
    db = await engine.open<FindingsTables & JournalTables>();
    store = createFindingStore({ db, policies: async () => [policy], clock: { now: () => at + 60_000 } });
  });
  const disclose = (id: string, aliases: readonly string[] = []) =>
    store.disclose({
      channel: 'rolling',
      packages,
      at,
      advisory: advisory(id, { aliases }),
      embargoed,
      cases: [{ match: match('EMB-2027-4711', 'xz'), facts: known, claimedBy: 'ada' }],
    });
  const look = (id: string, version = '1.0') =>
    store.update({
      channel: 'rolling',
      scope: { kind: 'channel' },
      matches: [match(id, 'xz', { version, status: version === '1.0' ? 'affected' : 'fixed' })],
      advisories: new Map([[id, advisory(id)]]),
      packages: new Map([['xz', { version, coveredSince: null, shippedSince: null }]]),
      at: at + 30_000,
    });
  const only = async () => {
    const found = await store.ofChannel('rolling');
    expect(found).toHaveLength(1);
    const kept = await store.caseOf(found[0]?.finding.id ?? '');
    if (kept === null) throw new Error('no finding');
    return kept;
  };
  const startsOf = async () => {
    const { facts, timeline } = await only();
    const clocks = everyClock({ facts, timeline, policy, now: at, fedrampClass: null });
    return Object.fromEntries(clocks.flatMap(({ name, startAt }) => (startAt === null ? [] : [[name, startAt]])));
  };
  const whole = {
    'contract.response': disclosed,
    'contract.remediation': disclosed,
    detection: told,
    'cra14.early_warning': told + day,
  };

  test('each clock has its true start, and a second time changes nothing', async () => {
    await disclose('CVE-2027-1');
    await disclose('CVE-2027-1');
    const { finding, timeline, steps } = await only();
    expect(finding.finding).toMatchObject({ advisoryId: 'CVE-2027-1', state: 'open', disclosedAt: disclosed });
    expect(await startsOf()).toMatchObject(whole);
    expect([...timeline.flags]).toEqual(['embargoed']);
    expect(steps.map(({ text }) => text).join('\n')).toContain('known to ada, bob');
    const [opened, ended, claimed, ...more] = await eventsAfter(db, 0, 10);
    expect([opened?.kind, ended?.kind, claimed?.kind, more]).toEqual([
      'finding.opened',
      'finding.disclosed',
      'finding.claimed',
      [],
    ]);
    expect(claimed?.actor).toBe('ada');
  });

  test('the ordinary look at the channel goes on with it', async () => {
    await disclose('CVE-2027-1');
    // Only who says so is new.
    expect(await look('CVE-2027-1')).toEqual({ opened: 0, changed: 1 });
    expect(await look('CVE-2027-1')).toEqual({ opened: 0, changed: 0 });
    expect(await look('CVE-2027-1', '1.1')).toEqual({ opened: 0, changed: 1 });
    expect((await only()).finding.finding).toMatchObject({ state: 'fixed', fixedVersion: '1.1' });
  });

  test('a finding that the publication opened before gets what was known', async () => {
    await look('CVE-2027-1');
    await disclose('EMB-2027-4711', ['CVE-2027-1']);
    await disclose('EMB-2027-4711', ['CVE-2027-1']);
    expect(await startsOf()).toMatchObject(whole);
    const kinds = (await only()).facts.map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'embargoed')).toHaveLength(1);
    expect((await eventsAfter(db, 0, 10)).map(({ kind }) => kind)).toEqual([
      'finding.opened',
      'finding.disclosed',
      'finding.claimed',
    ]);
  });
});

test('before it is public only what nobody promised runs', () => {
  const clocks = unpublishedClocks({ advisory: advisory('EMB-2027-4711'), facts: known, policy, now: told + 3 * day });
  expect(clocks.map(({ name, startAt, dueAt, state }) => [name, startAt, dueAt, state])).toEqual([
    ['detection', told, told + 7 * day, 'running'],
    ['cra14.early_warning', told + day, told + 2 * day, 'breached_open'],
    ['cra14.notification', told + day, told + 4 * day, 'running'],
  ]);
});
