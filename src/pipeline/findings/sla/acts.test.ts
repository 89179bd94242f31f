import { beforeEach, describe, expect, test } from 'vitest';
import { eventsAfter, type JournalTables } from '../../../journal/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import { databasesForTests } from '../../../platform/database/testing.ts';
import { defaultPolicyText } from '../default-policy.ts';
import { parsePolicy } from '../policy.ts';
import { createFindingStore, type FindingStore } from '../store.ts';
import type { FindingsTables } from '../tables.ts';
import { advisory, day, disclosed, match } from '../testing.ts';
import type { ClockActOutcome } from './acts.ts';

const policy = parsePolicy(defaultPolicyText);
const pausing = { ...policy, pause: { ...policy.pause, enabled: true } };
const ann = { name: 'ann', roles: ['analyst', 'security_lead'] } as const;
const bob = { name: 'bob', roles: ['security_lead'] } as const;
const eve = { name: 'eve', roles: ['auditor'] } as const;
const hour = 3_600_000;

describe.each(await databasesForTests())('acts on clocks, on $name', (engine) => {
  let db: Database<FindingsTables & JournalTables>;
  let now: number;
  let store: FindingStore;

  async function open(terms = pausing, score = 7.5) {
    now = disclosed + hour;
    store = createFindingStore({ db, policies: async () => [terms], clock: { now: () => now } });
    await store.update({
      channel: 'rolling',
      scope: { kind: 'channel' },
      matches: [match('CVE-2027-1', 'xz')],
      advisories: new Map([['CVE-2027-1', advisory('CVE-2027-1', { score })]]),
      packages: new Map([['xz', { version: '1.0', coveredSince: null, shippedSince: null }]]),
      at: now,
    });
  }
  const dueAt = async () => (await store.byId('1'))?.deadlines.remediationDueAt;
  const acting = (by: typeof ann | typeof bob | typeof eve) => ({ findingId: '1', by, at: now });
  const askedContent = (asked: ClockActOutcome) => (asked.kind === 'requested' ? asked.content : '');
  const pause = (by: typeof ann | typeof eve = ann) =>
    store.acts.requestPause({
      ...acting(by),
      until: now + 3 * day,
      reason: 'embargo',
      mitigation: 'turn the module off',
    });

  beforeEach(async () => {
    db = await engine.open<FindingsTables & JournalTables>();
  });

  test('a pause that two people agree on moves the deadline by its length, and is told', async () => {
    await open();
    const before = (await dueAt()) ?? 0;
    const asked = await pause();
    expect(asked).toMatchObject({ kind: 'requested', expiresAt: now + 72 * hour });
    expect(await dueAt()).toBe(before);
    const approve = (by: typeof ann | typeof bob | typeof eve) =>
      store.acts.approvePause({ ...acting(by), content: askedContent(asked) });
    expect(await approve(ann)).toEqual({ kind: 'refused', why: 'same_person' });
    expect(await approve(eve)).toEqual({ kind: 'refused', why: 'role_missing' });
    expect(await approve(bob)).toEqual({ kind: 'in-force' });
    expect(await dueAt()).toBe(before + 3 * day);
    expect(await approve(bob)).toEqual({ kind: 'refused', why: 'no_request' });
    const kinds = (await eventsAfter(db, 0, 100)).map(({ kind, actor }) => `${kind} ${actor}`);
    expect(kinds.slice(-2)).toEqual(['finding.pause-requested ann', 'finding.paused bob']);
  });

  test('a request gets too old', async () => {
    await open();
    const content = askedContent(await pause());
    now += 73 * hour;
    expect(await store.acts.approvePause({ ...acting(bob), content })).toEqual({
      kind: 'refused',
      why: 'request_expired',
    });
  });

  test('what is approved is what was read: asked for anew in other words it is another', async () => {
    await open();
    const before = (await dueAt()) ?? 0;
    const read = askedContent(await pause());
    now += hour;
    await store.acts.requestPause({
      ...acting(ann),
      until: now + 7 * day,
      reason: 'embargo',
      mitigation: 'none at all',
    });
    expect((await store.caseOf('1'))?.steps.map(({ text }) => text).join(' ')).toContain(
      `embargo, meanwhile: turn the module off, to sign: ${read.slice(0, 16)}`,
    );
    expect(await store.acts.approvePause({ ...acting(bob), content: read })).toEqual({ kind: 'in-force' });
    expect(await dueAt()).toBe(before + 3 * day - hour);
    expect(await store.acts.approvePause({ ...acting(bob), content: 'f'.repeat(64) })).toEqual({
      kind: 'refused',
      why: 'no_request',
    });
  });

  test.each([
    ['the policy as shipped', policy, {}, 'pause_disabled'],
    ['a reason not listed', pausing, { reason: 'needs code work' }, 'reason_not_listed'],
    ['no mitigation', pausing, { mitigation: ' ' }, 'no_mitigation'],
    ['longer than allowed', pausing, { until: disclosed + 30 * day }, 'no_such_time'],
    ['nobody’s finding', pausing, { findingId: '99' }, 'no_finding'],
  ])('refused: %s', async (_, terms, given, why) => {
    await open(terms);
    const asked = { ...acting(ann), until: now + day, reason: 'embargo', mitigation: 'turn the module off', ...given };
    expect(await store.acts.requestPause(asked)).toEqual({ kind: 'refused', why });
  });

  test('the first publication moves later by two people only', async () => {
    await open();
    const before = (await dueAt()) ?? 0;
    const asked = { ...acting(ann), to: now - 10 * 60_000, reason: 'the post was about another flaw' };
    const content = askedContent(await store.acts.requestCorrection(asked));
    expect(await dueAt()).toBe(before);
    expect(await store.acts.approveCorrection({ ...acting(bob), content })).toEqual({ kind: 'in-force' });
    expect(await dueAt()).toBe(before + 50 * 60_000);
    expect(await store.acts.requestCorrection({ ...asked, to: now + day })).toEqual({
      kind: 'refused',
      why: 'no_such_time',
    });
  });

  test('evidence of an earlier publication counts at once, by one person, also after the end', async () => {
    await open();
    const start = async () => (await store.caseOf('1'))?.timeline.start.at;
    const asked = {
      ...acting(ann),
      to: disclosed - 5 * hour,
      reason: 'a post to oss-security',
      evidence: 'https://e.example',
    };
    expect(await store.acts.requestCorrection({ ...asked, evidence: null })).toMatchObject({ kind: 'requested' });
    expect(await start()).toBe(disclosed);
    expect(await store.acts.requestCorrection(asked)).toEqual({ kind: 'in-force' });
    expect(await start()).toBe(disclosed - 5 * hour);
    expect(await store.acts.requestCorrection({ ...asked, to: disclosed })).toMatchObject({ kind: 'requested' });
    expect(await start()).toBe(disclosed - 5 * hour);
    expect(await store.acts.requestCorrection({ ...asked, to: Date.UTC(207, 2, 2) })).toEqual({
      kind: 'refused',
      why: 'no_such_time',
    });
    expect(await store.acts.requestCorrection({ ...acting(eve), to: 0, reason: 'anything at all' })).toEqual({
      kind: 'refused',
      why: 'role_missing',
    });
  });

  test('a higher score counts at once, a lower one is a note', async () => {
    await open(policy, 5.3);
    expect(await store.acts.rate({ ...acting(ann), score: 9.1, vector: null })).toEqual({ kind: 'in-force' });
    expect((await store.byId('1'))?.finding.band).toBe('critical');
    now += hour;
    expect(await store.acts.rate({ ...acting(ann), score: 3.1, vector: null })).toEqual({
      kind: 'without-effect',
      why: 'not_higher',
    });
    expect((await store.byId('1'))?.finding.band).toBe('critical');
    expect(await store.acts.rate({ ...acting(eve), score: 9.9, vector: null })).toEqual({
      kind: 'refused',
      why: 'role_missing',
    });
  });
});
