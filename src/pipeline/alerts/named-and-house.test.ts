/** What is told to people by name, and what is told of the house itself. */
import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { KnownPerson, Role } from '../../accounts/index.ts';
import type { JournalEvent } from '../../journal/index.ts';
import { databasesForTests } from '../../platform/database/testing.ts';
import type { ClockedFinding } from '../findings/index.ts';
import { messagesOf } from './event-messages.ts';
import { isTold } from './index.ts';
import { planMessages } from './plan-messages.ts';
import { alertsOver, hookTarget, subscriptionOf, type TestTables } from './testing.ts';

const engines = await databasesForTests();
const now = Date.UTC(2027, 2, 2, 10);
const finding: ClockedFinding = {
  finding: {
    id: '7',
    advisoryId: 'CVE-2024-6387',
    attr: 'openssh',
    channel: 'rolling',
    version: '9.7p1',
    state: 'open',
    band: 'high',
    score: 8.1,
    knownExploited: false,
    epss: 0.7,
    disclosedAt: now,
    openedAt: now,
    fixedAt: null,
    fixedVersion: null,
    releasedAt: null,
    risk: 1,
    explanation: '',
  },
  deadlines: { startAt: now, responseDueAt: null, remediationDueAt: now + 9, state: 'running', response: 'none' },
};
let sequence = 0;
const event = (kind: string, payload: JournalEvent['payload'] = {}, subject = '7'): JournalEvent => ({
  sequence: ++sequence,
  at: now,
  kind,
  subject,
  actor: 'robot',
  payload,
});
const told = (one: JournalEvent) =>
  messagesOf([one], { now, acts: [], exposed: [], notHeld: [], findings: new Map([['7', finding]]) });
const ofFinding = (kind: string, payload: JournalEvent['payload'] = {}) =>
  told(event(kind, { findingId: '7', ...payload }));

describe('who is named', () => {
  test.each([
    ['sla.at_risk', { owner: 'ann', leads: [] }, ['ann', null]],
    ['sla.at_risk', { owner: 'ann', leads: ['carol', 'ann', 'dan'] }, ['ann', 'carol', 'dan', null]],
    ['sla.breached', { owner: null, leads: ['carol'] }, ['carol', null]],
    ['sla.at_risk', { owner: '', leads: 'carol' }, [null]],
    ['sla.paged', { person: 'bob', owner: 'ann' }, ['bob']],
    ['finding.update-missed', { claimedBy: 'ann' }, ['ann', null]],
    ['finding.risk-expiring', { owner: 'cfo' }, ['cfo', null]],
    ['finding.unclaimed', { claimedBy: 'ann', reason: 'expired' }, ['ann']],
    ['finding.unclaimed', { claimedBy: 'ann', reason: 'released' }, []],
    ['finding.risk-lapsed', { askedBy: 'ann' }, ['ann']],
    ['finding.opened', {}, [null]],
  ])('%s with %j: %j', (kind, payload, names) => {
    expect(isTold({ kind })).toBe(true);
    expect(ofFinding(kind, payload).map(({ message }) => message.about.subscriber)).toEqual(names);
  });

  test.each([
    'finding.down-requested',
    'finding.risk-asked',
    'finding.pause-requested',
    'finding.correction-requested',
  ])('%s is told to those who can approve it', (kind) => {
    const person = (name: string, roles: readonly Role[], removedAt: number | null = null): KnownPerson => ({
      name,
      roles,
      email: null,
      identity: null,
      addedAt: 1,
      removedAt,
    });
    const people = [
      person('ann', ['analyst', 'security_lead']),
      person('bob', ['security_lead']),
      person('cat', ['reviewer']),
      person('dan', ['security_lead'], 2),
    ];
    const asked = { ...event(kind, { findingId: '7', owner: 'cfo', reason: 'local only' }), actor: 'ann' };
    const facts = { now, acts: [], exposed: [], notHeld: [], findings: new Map([['7', finding]]) };
    const planned = messagesOf([asked], { ...facts, people });
    expect(planned.map(({ message }) => message.about.subscriber)).toEqual(['bob']);
    expect(planned[0]?.message).toMatchObject({
      lead: expect.stringContaining('ann asks: “local only”.'),
      links: [{ label: 'Decide', url: '/findings/7' }, {}, {}],
      incident: null,
    });
    expect(messagesOf([asked], facts)).toEqual([]);
  });

  test('what is published has its id with it', () => {
    const idOf = ({ attr }: { readonly attr: string }) => (attr === 'openssh' ? 'XSP-2027-00001' : null);
    const facts = { now, acts: [], exposed: [], notHeld: [], findings: new Map([['7', finding]]), idOf };
    const [planned] = messagesOf([event('finding.reopened', { findingId: '7' })], facts);
    expect(planned?.message.facts).toContainEqual({ name: 'Published as', value: 'XSP-2027-00001' });
    expect(ofFinding('finding.reopened')[0]?.message.facts.map(({ name }) => name)).not.toContain('Published as');
  });

  test('what is for those who work on it leads first to where they decide', () => {
    for (const kind of ['sla.at_risk', 'finding.update-missed', 'finding.risk-expired'])
      expect(ofFinding(kind)[0]?.message.links[0]?.url).toBe('/findings/7');
    expect(ofFinding('finding.opened')[0]?.message.links[0]?.url).toBe('/cve/CVE-2024-6387');
  });

  test.each([
    ['finding.update-missed', 'news that was promised did not come', 'News was promised for now'],
    ['sla.forecast_late', 'a fix is likely to come after the promised time', 'this one comes after the promised time'],
    ['finding.likely-exploited', 'an attack has become likely', 'now 70 %'],
  ])('%s', (kind, subject, lead) => {
    const [planned] = ofFinding(kind, kind === 'finding.likely-exploited' ? { says: 'It is now 70 %.' } : {});
    expect(planned?.message).toMatchObject({
      subject: `CVE-2024-6387 in openssh: ${subject}`,
      lead: expect.stringContaining(lead),
    });
  });

  test.each(engines)('who is named and subscribed hears it once, others do not hear it ($name)', async (engine) => {
    const db = await engine.open<TestTables>();
    const { alerts } = alertsOver(db, { targets: [hookTarget('hook', 'http://127.0.0.1:9')], now });
    for (const [subscriber, kinds] of [
      ['ann', ['release.published']],
      ['carol', []],
      ['eve', ['release.published']],
    ] as const)
      await alerts.subscribe({ subscription: subscriptionOf({ subscriber, kinds }), by: subscriber, at: now });
    const messages = ofFinding('sla.at_risk', { owner: 'ann', leads: ['carol'] });
    const plan = () =>
      db.write((trx) =>
        planMessages(trx, {
          messages: messages.map((one) => ({ ...one, sequence: 1_000_000 })),
          now,
          random: randomBytes,
          dialect: db.dialect,
        }),
      );
    expect([await plan(), await plan()]).toEqual([2, 0]);
    const { items } = await alerts.deliveries({ state: null, target: null, after: null, limit: 9 });
    expect(items.map(({ subscriber }) => subscriber).sort()).toEqual(['ann', 'carol']);
  });
});

describe('the house itself', () => {
  test('a hole in the rota, with its hours', () => {
    const gaps = [
      { missing: 'primary', from: '2027-03-07T23:00:00Z', until: '2027-03-08T23:00:00Z' },
      { missing: 'no holiday file de-BE', from: '2027-03-02T10:00:00Z', until: null },
    ];
    expect(told(event('sla.rota_gap', { gaps }, 'rota 2027-03-02'))).toMatchObject([
      {
        message: {
          subject: 'Somebody is missing on the rota',
          lines: [
            'primary from 2027-03-07T23:00:00Z to 2027-03-08T23:00:00Z',
            'no holiday file de-BE from 2027-03-02T10:00:00Z',
          ],
          about: { subscriber: null, packages: [] },
        },
      },
    ]);
    expect(told(event('sla.rota_gap', { gaps: 'none' }))[0]?.message.lines).toEqual([]);
  });

  test.each([
    [
      'sla.calendar_ending',
      'holidays',
      { says: 'the holiday file de-BE ends on 2027-12-31' },
      'A file of holidays ends',
    ],
    ['feeds.incident', 'nvd', { what: 'shrunk', message: 'half of the records are gone' }, 'nvd: a source of records'],
    [
      'catalog.coverage-end-announced',
      'openssh',
      { reason: 'nobody uses it', endsAt: Date.UTC(2027, 3, 1) },
      'openssh is covered until 2027-04-01',
    ],
    ['catalog.coverage-end-withdrawn', 'openssh', { reason: 'somebody does', endsAt: 1 }, 'openssh stays covered'],
  ])('%s', (kind, subject, payload, says) => {
    expect(isTold({ kind })).toBe(true);
    const [planned, ...more] = told(event(kind, payload, subject));
    expect(more).toEqual([]);
    expect(planned?.message.subject).toContain(says);
    expect(planned?.message.lead).toContain(
      Object.values(payload).find((value) => typeof value === 'string' && value !== 'shrunk'),
    );
    expect(planned?.message.about.packages).toEqual(kind.startsWith('catalog.') ? ['openssh'] : []);
  });

  test('an end that was never announced is not taken back in public', () => {
    expect(told(event('catalog.coverage-end-withdrawn', { reason: 'x', endsAt: null }, 'openssh'))).toEqual([]);
  });

  test('each incident is news', () => {
    const topics = [event('feeds.incident', {}, 'nvd'), event('feeds.incident', {}, 'nvd')].flatMap((one) =>
      told(one).map(({ topics }) => topics[0]?.topic),
    );
    expect(new Set(topics).size).toBe(2);
  });
});
