import { describe, expect, test } from 'vitest';
import type { JournalEvent } from '../../journal/index.ts';
import type { ClockedFinding } from '../findings/index.ts';
import { messagesOf } from './event-messages.ts';
import type { MustAct } from './model.ts';
import type { AlertFacts } from './planned-message.ts';
import { nextTryAt, pauseMs } from './retry.ts';
import { sendAt } from './send-at.ts';
import { admits } from './subscription.ts';
import { messageOf, subscriptionOf } from './testing.ts';

const hour = 3_600_000;
const now = Date.UTC(2027, 2, 2, 10);

const clocked = (given: Partial<ClockedFinding['finding']> = {}, dueInMs = 300 * hour): ClockedFinding => ({
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
    epss: null,
    disclosedAt: now - hour,
    openedAt: now,
    fixedAt: null,
    fixedVersion: null,
    releasedAt: null,
    risk: 1,
    explanation: 'openssh 9.7p1 lies in the range',
    ...given,
  },
  deadlines: { startAt: now, responseDueAt: null, remediationDueAt: now + dueInMs, state: 'running', response: 'none' },
});

const act: MustAct = {
  consumerId: 'c1',
  consumer: 'billing',
  input: 'nixpkgs',
  channel: 'rolling',
  step: 'update',
  flake: 'acme/secure',
  fromVersion: '0.1.5+rev-a',
  toVersion: '0.1.7+rev-b',
  band: 'high',
  yanked: false,
  fixes: [
    {
      advisoryId: 'CVE-2024-6387',
      attr: 'openssh',
      fromVersion: '9.7p1',
      toVersion: '9.8p1',
      band: 'high',
      releasedIn: '0.1.6+rev-c',
    },
  ],
  packages: ['openssh'],
  advisoryIds: ['CVE-2024-6387'],
  isHeld: false,
  command: 'nix flake update nixpkgs',
  firstChange: null,
};

const event = (kind: string, payload: JournalEvent['payload'] = {}): JournalEvent => ({
  sequence: 5,
  at: now,
  kind,
  subject: '7',
  actor: 'robot',
  payload: { findingId: '7', ...payload },
});

const factsOf = (given: Partial<AlertFacts> = {}, row = clocked()): AlertFacts => ({
  now,
  acts: [],
  exposed: [],
  notHeld: [],
  findings: new Map([['7', row]]),
  ...given,
});

test.each([
  ['channel.ending', '26.11', '26.05 is supported until 2026-12-31', 'Move to 26.11.'],
  ['channel.ended', null, '26.05 is not supported any more', 'There is no line after it yet.'],
])('%s, then %s', (kind, successor, subject, lead) => {
  const payload = { channel: '26.05', lastDay: '2026-12-31', successor };
  const event: JournalEvent = { sequence: 9, at: now, kind, subject: '26.05', actor: 'robot', payload };
  const [planned] = messagesOf([event], { now, acts: [], exposed: [], notHeld: [], findings: new Map() });
  expect(planned?.message).toMatchObject({ kind, subject, lead: expect.stringContaining(lead) });
  expect(planned?.message.about.channels).toEqual(['26.05']);
  expect(planned?.message.links).toEqual([{ label: '26.05', url: '/channels/26.05' }]);
});

test('a channel that cannot go on says why and what to do', () => {
  const payload = { channel: '26.05', step: 'sync', says: 'there is no branch x', hint: 'Correct "branch".' };
  const stuck = { ...event('channel.stuck', payload), subject: '26.05/sync' };
  const [planned] = messagesOf([stuck], factsOf());
  expect(planned?.message).toMatchObject({
    subject: '26.05 cannot go on',
    lead: 'there is no branch x. Correct "branch".',
    links: [{ url: '/channels' }],
    about: { channels: ['26.05'] },
  });
});

test.each([
  ['review.observe-agreed', { reason: 'in the way' }, /^robot agreed to end enforced reviews$/],
  ['review.observed', { by: ['ada', 'mara'] }, /not enforced any more/],
])('%s is told at once, each time', (kind, payload, subject) => {
  const events = [1, 2].map((sequence) => ({ ...event(kind, payload), subject: 'review', sequence }));
  const planned = messagesOf(events, factsOf());
  expect(new Set(planned.map(({ message }) => message.dedupeKey)).size).toBe(2);
  expect(planned[0]?.message).toMatchObject({
    urgency: 'urgent',
    subject: expect.stringMatching(subject),
    links: [{ url: '/reviews' }],
    about: { channels: [] },
  });
});

describe('reviews', () => {
  const told = (kind: string, payload: JournalEvent['payload']) =>
    messagesOf([event(`review.${kind}`, { channel: 'rolling', ...payload })], factsOf());
  const examined = { class: 'people', enforced: true, worst: null, packages: ['xz'] };
  test.each([
    ['examined', examined, 'Review 7 of rolling is for people', 'normal'],
    ['examined', { ...examined, enforced: false, worst: 'critical' }, /, something critical was seen$/, 'normal'],
    ['stuck', { says: 'no Nix' }, 'Review 7 of rolling cannot be examined', 'normal'],
    ['outrun', { says: 'the same lines' }, 'Review 7 of rolling cannot go in any more', 'normal'],
    ['broke-glass', { reason: 'exploited' }, 'robot let review 7 into rolling alone', 'urgent'],
  ] as const)('%s %j', (kind, payload, subject, urgency) => {
    expect(told(kind, payload)).toMatchObject([
      {
        message: {
          kind: `review.${kind}`,
          urgency,
          subject: expect.stringMatching(subject),
          links: [{ url: '/reviews/7' }],
          about: { channels: ['rolling'] },
        },
      },
    ]);
  });
  test.each([
    ['passes by its proof', { ...examined, class: 'proof' }],
    ['is in already, and nothing was seen', { ...examined, enforced: false }],
  ])('nobody hears of what %s', (_, payload) => {
    expect(told('examined', payload)).toEqual([]);
  });
});

describe('what is told', () => {
  test('an act-now alert names packages, ids, severity, from, to and the command', () => {
    const messages = messagesOf([event('release.published', { uuid: 'u', fixes: 1 })], factsOf({ acts: [act] }));
    expect(messages.map(({ message }) => message.kind)).toEqual(['release.published', 'act-now']);
    expect(messages[1]).toMatchObject({
      topics: [{ topic: 'act|c1|nixpkgs|CVE-2024-6387|openssh', level: 3 }],
      message: {
        urgency: 'normal',
        subject: 'billing: update nixpkgs to 0.1.7: openssh',
        command: 'nix flake update nixpkgs',
        facts: expect.arrayContaining([
          { name: 'From', value: '0.1.5+rev-a' },
          { name: 'To', value: '0.1.7+rev-b' },
          { name: 'Severity', value: 'high' },
        ]),
        lines: ['CVE-2024-6387 (high) in openssh: 9.7p1 to 9.8p1'],
        about: { consumers: ['billing'], packages: ['openssh'], advisoryIds: ['CVE-2024-6387'] },
      },
    });
  });

  test.each([
    ['critical', { ...act, band: 'critical' as const }, clocked(), 'urgent'],
    ['exploited', act, clocked({ knownExploited: true }), 'urgent'],
    ['due in less than 48 hours', act, clocked({}, 47 * hour), 'urgent'],
    ['due later', act, clocked({}, 49 * hour), 'normal'],
  ])('%s', (_name, acts, row, urgency) => {
    const message = messagesOf([event('release.published')], factsOf({ acts: [acts] }, row)).at(-1)?.message;
    expect([message?.kind, message?.urgency]).toEqual(['act-now', urgency]);
  });

  test('a broken promise is told to those who hold the package, with what is meant to happen now', () => {
    const input = {
      input: 'nixpkgs',
      releaseUuid: 'u',
      version: '0.1.5+rev-a',
      organisation: 'acme',
      flake: 'secure',
      requirement: '0.1.*',
    };
    const exposure = { findingId: '7', advisoryId: 'CVE-2024-6387', attr: 'openssh', band: 'high' };
    const holds = (consumer: string, findingId: string) => ({
      consumerId: consumer,
      consumer,
      input,
      exposures: [{ ...exposure, findingId }],
    });
    const says = {
      rowsOf: () => [],
      targetOf: (_: string, clock: string) => (clock === 'remediation' ? Date.UTC(2027, 2, 9) : null),
      mitigationOf: () => 'turn LoginGraceTime off',
    };
    const breached = event('sla.breached', { clock: 'remediation', dueAt: now });
    const told = messagesOf(
      [breached],
      factsOf({ exposed: [holds('mail', '7'), holds('web', '8')], acts: [act], says }),
    );
    const notes = told.filter(({ message }) => message.kind === 'promise-missed');
    expect(notes.map(({ message, topics }) => [message.about.consumers, topics])).toEqual([
      [['mail'], [{ topic: 'promise-missed|mail|7|remediation', level: 0 }]],
      [['billing'], [{ topic: 'promise-missed|c1|7|remediation', level: 0 }]],
    ]);
    expect(notes[0]?.message).toMatchObject({
      urgency: 'normal',
      subject: 'mail: a fix for CVE-2024-6387 in openssh is late',
      lead: expect.stringContaining('As soon as a release has the fix'),
      concerns: [{ consumer: 'mail', findingId: '7' }],
      links: [{ label: 'CVE-2024-6387' }, {}, { url: '/sla/7' }],
    });
    expect(Object.fromEntries(notes[0]?.message.facts.map(({ name, value }) => [name, value]) ?? [])).toMatchObject({
      'Promised by': '2027-03-02T10:00:00Z',
      'Now meant for': '2027-03-09T00:00:00Z',
      'Until then': 'turn LoginGraceTime off',
    });
    expect(notes[1]?.message.lead).toContain('A release has the fix meanwhile');
    const answer = event('sla.breached', { clock: 'response', dueAt: now });
    const [late] = messagesOf([answer], factsOf({ exposed: [holds('mail', '7')], says }, clocked({ band: 'critical' })))
      .map(({ message }) => message)
      .filter(({ kind }) => kind === 'promise-missed');
    expect(late).toMatchObject({ urgency: 'urgent', subject: 'mail: our answer for CVE-2024-6387 in openssh is late' });
    expect(late?.facts).toContainEqual({ name: 'Now meant for', value: 'not said yet' });
    const running = messagesOf(
      [event('sla.at_risk', { clock: 'response' })],
      factsOf({ exposed: [holds('mail', '7')], says }),
    );
    expect(running.map(({ message }) => message.kind)).toEqual(['sla.at_risk']);
  });

  test('who holds what no release fixes yet is told that there is nothing to run, with a digest, and again when it is worse', () => {
    const exposed = [
      {
        consumerId: 'c1',
        consumer: 'billing',
        input: {
          input: 'nixpkgs',
          releaseUuid: 'u',
          version: '0.1.5+rev-a',
          organisation: 'acme',
          flake: 'secure',
          requirement: '0.1.*',
        },
        exposures: [{ findingId: '7', advisoryId: 'CVE-2024-6387', attr: 'openssh', band: 'high' }],
      },
    ];
    const of = (row = clocked()) => messagesOf([event('finding.opened')], factsOf({ exposed }, row)).at(-1);
    expect(of()).toMatchObject({
      topics: [{ topic: 'exposed|c1|nixpkgs|CVE-2024-6387|openssh', level: 3 }],
      message: {
        kind: 'exposed',
        urgency: 'normal',
        subject: 'billing: one vulnerability in nixpkgs without a release that fixes it, nothing to run yet',
        lines: ['CVE-2024-6387 (high) in openssh'],
        command: null,
        about: { consumers: ['billing'], packages: ['openssh'], advisoryIds: ['CVE-2024-6387'], band: 'high' },
      },
    });
    expect(of(clocked({ knownExploited: true }))?.topics).toMatchObject([{ level: 13 }]);
    const row = { row: 1, exposed: true, timeline: '3DF', dueDate: '2027-03-05', dueAt: 0 } as const;
    const says = {
      rowsOf: () => [row],
      targetOf: () => null,
      mitigationOf: () => `turn LoginGraceTime off${'.'.repeat(600)}`,
    };
    const told = messagesOf([event('finding.opened')], factsOf({ exposed, says })).at(-1)?.message.lines[0];
    expect(told).toMatch(
      / in openssh\. until then: turn LoginGraceTime off\.{477}…\. BOD 26-04: row 1, 3DF, by 2027-03-05$/,
    );
    const unsaid = { rowsOf: () => [], targetOf: () => null, mitigationOf: () => null };
    expect(messagesOf([event('finding.opened')], factsOf({ exposed, says: unsaid })).at(-1)?.message.lines[0]).toMatch(
      / in openssh$/,
    );
    expect(messagesOf([event('finding.fixed')], factsOf({ exposed }))).toHaveLength(1);
  });

  test.each([
    ['update', 'billing: update nixpkgs to 0.1.7: openssh', 'One fix that what runs lacks and 0.1.7 holds.'],
    ['deploy', 'billing: deploy nixpkgs 0.1.7: openssh', 'One fix that what runs lacks and 0.1.7 holds.'],
  ] as const)('where it is known what runs, that is spoken of: %s', (step, subject, lead) => {
    const acts = [{ ...act, step, isHeld: true }];
    const message = messagesOf([event('consumer.closure')], factsOf({ acts })).at(-1)?.message;
    expect(message).toMatchObject({ subject, lead, kind: 'act-now' });
  });

  test('a fix of what does not run is told with a digest, by name and without a command', () => {
    const notHeld = [
      {
        consumerId: 'c2',
        consumer: 'web',
        input: {
          input: 'nixpkgs',
          releaseUuid: 'u',
          version: '0.1.5+rev-a',
          organisation: 'acme',
          flake: 'secure',
          requirement: '0.1.*',
        },
        toVersion: '0.1.7+rev-b',
        fixes: act.fixes,
      },
    ];
    const planned = messagesOf([event('release.published')], factsOf({ notHeld })).at(-1);
    expect(planned).toMatchObject({
      topics: [{ topic: 'not-held|c2|nixpkgs|CVE-2024-6387|openssh', level: 3 }],
      message: {
        kind: 'not-held',
        urgency: 'normal',
        subject: 'web: nixpkgs 0.1.7 fixes openssh, which web does not run',
        lines: ['CVE-2024-6387 (high) in openssh: 9.7p1 to 9.8p1'],
        command: null,
        about: { consumers: ['web'], packages: ['openssh'], band: 'high' },
      },
    });
    const at = Date.UTC(2027, 2, 2, 10);
    expect(sendAt(subscriptionOf(), { kind: 'not-held', urgency: 'normal' }, at)).toBe(Date.UTC(2027, 2, 3, 8));
  });

  test('nobody who need not act is told to', () => {
    expect(messagesOf([event('consumer.registered')], factsOf())).toEqual([]);
  });

  test.each([
    ['finding.opened', 'CVE-2024-6387 in openssh: a vulnerability touches a carried package'],
    ['finding.fixed', 'CVE-2024-6387 in openssh: a channel holds the fix'],
    ['sla.breached', 'CVE-2024-6387 in openssh: a promised time has passed'],
  ])('%s', (kind, subject) => {
    expect(messagesOf([event(kind)], factsOf())).toMatchObject([{ message: { kind, subject } }]);
  });

  test('a finding that is not known, and an event that is not told, make nothing', () => {
    expect(messagesOf([event('finding.opened', { findingId: '8' }), event('feeds.synced')], factsOf())).toEqual([]);
  });

  test('each threshold of a clock is news of its own, and each call', () => {
    const topics = messagesOf(
      [
        event('sla.at_risk', { clock: 'remediation', threshold: 0.5, plannedAt: 1 }),
        event('sla.at_risk', { clock: 'remediation', threshold: 0.75, plannedAt: 2 }),
        event('sla.paged', { person: 'ada' }),
        { ...event('sla.paged', { person: 'bob' }), sequence: 6 },
      ],
      factsOf(),
    ).flatMap((planned) => planned.topics.map(({ topic }) => topic));
    expect(new Set(topics).size).toBe(4);
  });
});

describe('who wants it', () => {
  test.each([
    [{}, true],
    [{ packages: ['openssh', 'curl'] }, true],
    [{ packages: ['curl'] }, false],
    [{ advisories: ['CVE-2024-6387'] }, true],
    [{ channels: ['26.11'] }, false],
    [{ severity: 'high' as const }, true],
    [{ severity: 'critical' as const }, false],
    [{ kinds: ['act-now' as const] }, false],
    [{ consumers: ['billing'] }, false],
    [{ packages: ['openssh'], severity: 'critical' as const }, false],
  ])('%j: %s', (given, expected) => {
    expect(admits(subscriptionOf(given), messageOf())).toBe(expected);
  });

  test('not rated counts as high', () => {
    const about = { ...messageOf().about, band: 'unknown' as const };
    expect(admits(subscriptionOf({ severity: 'high' }), messageOf({ about }))).toBe(true);
  });
});

describe('when it is sent', () => {
  const iso = (text: string) => Date.parse(text);
  const zurich = { zone: 'Europe/Zurich' };
  const quiet = { ...zurich, quiet_hours: { from: '22:00', to: '07:00' } };
  test.each([
    ['at once', {}, '2027-03-02T10:00Z', '2027-03-02T10:00Z'],
    ['in quiet hours, in the evening', quiet, '2027-03-02T21:30Z', '2027-03-03T06:00Z'],
    ['in quiet hours, at night', quiet, '2027-03-03T02:00Z', '2027-03-03T06:00Z'],
    ['just after quiet hours', quiet, '2027-03-03T06:00Z', '2027-03-03T06:00Z'],
    ['over the night when clocks go forward', quiet, '2027-03-27T23:30Z', '2027-03-28T05:00Z'],
    ['over the night when clocks go back', quiet, '2027-10-30T21:30Z', '2027-10-31T06:00Z'],
    ['daily, today', { ...zurich, digest: 'day' as const }, '2027-03-02T06:59Z', '2027-03-02T07:00Z'],
    ['daily, tomorrow', { ...zurich, digest: 'day' as const }, '2027-03-02T07:00Z', '2027-03-03T07:00Z'],
    ['daily, over a year’s end', { digest: 'day' as const }, '2027-12-31T09:00Z', '2028-01-01T08:00Z'],
    ['daily, over a leap day', { digest: 'day' as const }, '2028-02-28T09:00Z', '2028-02-29T08:00Z'],
    ['weekly, on Monday', { digest: 'week' as const }, '2027-03-02T10:00Z', '2027-03-08T08:00Z'],
  ])('%s', (_name, given, at, expected) => {
    expect(sendAt(subscriptionOf(given), { kind: 'finding.opened', urgency: 'normal' }, iso(at))).toBe(iso(expected));
  });

  test('where nothing can be done it waits for the next morning, or for the digest that was asked for', () => {
    const exposed = { kind: 'exposed', urgency: 'normal' } as const;
    const at = iso('2027-03-02T10:00Z');
    expect(sendAt(subscriptionOf(zurich), exposed, at)).toBe(iso('2027-03-03T07:00Z'));
    expect(sendAt(subscriptionOf({ digest: 'week' }), exposed, at)).toBe(iso('2027-03-08T08:00Z'));
  });

  test('urgent passes, unless it is muted', () => {
    const at = iso('2027-03-02T21:30Z');
    expect(sendAt(subscriptionOf(quiet), { kind: 'act-now', urgency: 'urgent' }, at)).toBe(at);
    expect(
      sendAt(subscriptionOf({ ...quiet, mute_urgent: true }), { kind: 'act-now', urgency: 'urgent' }, at),
    ).toBeGreaterThan(at);
  });
});

test('the waits of the standard, then never; a longer wish of the target counts', () => {
  const waits = Array.from({ length: 8 }, (_, tries) => nextTryAt(tries + 1, { now: 0, retryAfterMs: null }));
  expect(waits).toEqual([5_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 86_400_000, null]);
  expect(nextTryAt(1, { now: 0, retryAfterMs: 60_000 })).toBe(60_000);
});

test('the pause of a target doubles up to half an hour', () =>
  expect([1, 2, 3, 4, 5, 8, 50].map(pauseMs)).toEqual([0, 0, 60_000, 120_000, 240_000, 1_800_000, 1_800_000]));
