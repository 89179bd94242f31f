import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { latestEvents } from '../../journal/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { databasesForTests } from '../../platform/database/testing.ts';
import type { AlertTarget } from './index.ts';
import { planMessages } from './plan-messages.ts';
import type { PlannedMessage } from './planned-message.ts';
import {
  alertsOver,
  type HttpAnswer,
  hookTarget,
  messageOf,
  plannedOf,
  publishRelease,
  receiver,
  signingSecret,
  subscriptionOf,
  type TestTables,
} from './testing.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const signal = new AbortController().signal;
const noFacts = async () => ({ now: 0, acts: [], exposed: [], notHeld: [], findings: new Map() });

describe.each(await databasesForTests())('the outbox on $name', (engine) => {
  let db: Database<TestTables>;
  let answer: HttpAnswer;
  let server: Awaited<ReturnType<typeof receiver>>;
  let other: Awaited<ReturnType<typeof receiver>>;
  let targets: readonly AlertTarget[];

  beforeEach(async () => {
    db = await engine.open<TestTables>();
    answer = { status: 200 };
    server = await receiver(() => answer);
    other = await receiver(() => ({ status: 200 }));
    targets = [hookTarget('hook', server.url), hookTarget('other', other.url)];
  });
  afterEach(() => {
    server.close();
    other.close();
  });

  const started = (given: Parameters<typeof subscriptionOf>[0] = {}) => {
    const made = alertsOver(db, { targets });
    return {
      ...made,
      subscribe: (more: typeof given = {}) =>
        made.alerts.subscribe({
          subscription: subscriptionOf({ ...given, ...more }),
          by: 'ada',
          at: made.clock.now(),
        }),
      plan: (...messages: readonly PlannedMessage[]) =>
        db.write((trx) =>
          planMessages(trx, { messages, now: made.clock.now(), random: randomBytes, dialect: db.dialect }),
        ),
      send: () => made.alerts.sendDue('hook', signal),
      states: async () =>
        (await made.alerts.deliveries({ state: null, target: null, after: null, limit: 100 })).items
          .map(({ target, state }) => `${target} ${state}`)
          .sort(),
    };
  };

  test('an event of the journal arrives signed, once, with a link that stops it', async () => {
    const { alerts, subscribe, send, clock, states } = started();
    const { stopToken } = await subscribe();
    await publishRelease(db, 'u1', clock.now());
    await alerts.plan(noFacts);
    await alerts.plan(noFacts);
    expect(await alerts.due(clock.now())).toEqual({ targets: ['hook'], held: false });
    vi.setSystemTime(clock.now());
    await send();
    await send();
    const [request, ...more] = server.received;
    expect(more).toEqual([]);
    const body = new Webhook(signingSecret).verify(request?.body ?? '', request?.headers as Record<string, string>);
    vi.useRealTimers();
    expect(body).toMatchObject({
      type: 'alert.release.published',
      data: {
        subject: 'acme/secure 0.1.7 is out with a fix',
        links: [{ url: 'https://set.example/releases/u1' }],
        stopUrl: `https://set.example/unsubscribe/${stopToken}`,
      },
    });
    expect(await states()).toEqual(['hook sent']);
    const [delivery] = (await alerts.deliveries({ state: 'sent', target: 'hook', after: null, limit: 9 })).items;
    expect(request?.headers['webhook-id']).toBe(delivery?.id);
    expect(await alerts.attemptsOf(delivery?.id ?? '')).toMatchObject([{ attempt: 1, outcome: 'sent' }]);
  });

  test('what was before a subscription is not told to it', async () => {
    const { alerts, subscribe, clock, states } = started();
    await publishRelease(db, 'u1', clock.now());
    await subscribe();
    await alerts.plan(noFacts);
    expect(await states()).toEqual([]);
  });

  test('the same is told once, again when it is graver, and again after it was over', async () => {
    const { subscribe, plan } = started();
    await subscribe();
    expect(await plan(plannedOf('opened|x', {}, 3))).toBe(1);
    expect(await plan(plannedOf('opened|x', {}, 3), plannedOf('opened|x', {}, 2))).toBe(0);
    expect(await plan(plannedOf('opened|x', {}, 13))).toBe(1);
    expect(await plan(plannedOf('opened|x', {}, 13))).toBe(0);
    expect(await plan({ ...plannedOf('fixed|x'), forgets: ['opened|x'] }, plannedOf('opened|x', {}, 3))).toBe(2);
  });

  test('many at a time become one', async () => {
    const { subscribe, plan, send } = started();
    await subscribe();
    const messages = Array.from({ length: 40 }, (_, index) => plannedOf(`t${index}`, { subject: `CVE ${index}` }));
    expect(await plan(...messages)).toBe(1);
    await send();
    expect(JSON.parse(server.received[0]?.body ?? '')).toMatchObject({
      data: { subject: '40 messages: 40 × finding.opened', lines: expect.arrayContaining(['CVE 39']) },
    });
  });

  test('a refusal is tried again after the waits of the standard, then given up, then replayed', async () => {
    answer = { status: 500, body: 'no' };
    const { alerts, subscribe, plan, send, pass, clock, states } = started();
    await subscribe();
    await plan(plannedOf('t'));
    const waits = [5 * second, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 24 * hour];
    await send();
    for (const wait of waits) {
      pass(wait - 1);
      await send();
      expect(await states()).toEqual(['hook waiting']);
      pass(1);
      // A circuit that opened meanwhile may be shut a little longer.
      pass(30 * minute);
      await send();
    }
    expect(server.received).toHaveLength(8);
    expect(new Set(server.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(await states()).toEqual(['hook dead']);
    const [dead] = (await alerts.deliveries({ state: 'dead', target: null, after: null, limit: 9 })).items;
    expect(dead).toMatchObject({ detail: 'status 500: no', attempts: 8 });
    expect((await latestEvents(db, { limit: 1, kinds: ['alerts.given-up'] }))[0]?.subject).toBe(dead?.id);
    answer = { status: 200 };
    expect(await alerts.replay({ id: dead?.id ?? '', by: 'ada', at: clock.now() })).toBe(1);
    await alerts.enable({ target: 'hook', by: 'ada', at: clock.now() });
    await send();
    expect(await states()).toEqual(['hook sent']);
    expect(await alerts.attemptsOf(dead?.id ?? '')).toHaveLength(9);
  });

  test('the circuit opens after three failures, and one try closes it again', async () => {
    answer = { status: 503 };
    const { alerts, subscribe, plan, send, pass, states } = started();
    for (let index = 0; index < 6; index++) await subscribe({ subscriber: `s${index}` });
    await plan(plannedOf('t'));
    await send();
    // Four go out together before anything is known; then one at a time.
    expect(server.received.length).toBeLessThanOrEqual(6);
    const before = server.received.length;
    expect(await alerts.targetHealth()).toMatchObject([
      { state: 'paused', lastError: 'status 503' },
      { state: 'untried' },
    ]);
    await send();
    expect(server.received).toHaveLength(before);
    answer = { status: 200 };
    pass(40 * minute);
    await send();
    expect(await states()).toEqual(Array(6).fill('hook sent'));
    expect((await alerts.targetHealth())[0]).toMatchObject({ state: 'ok', failures: 0 });
  });

  test('410 disables a target, and the next one takes over', async () => {
    answer = { status: 410 };
    const { alerts, subscribe, plan, send, states } = started();
    await subscribe({ targets: ['hook', 'other'] });
    await plan(plannedOf('t'), plannedOf('u'));
    await send();
    await alerts.sendDue('other', signal);
    expect(await states()).toEqual(['hook diverted', 'hook diverted', 'other sent', 'other sent']);
    expect((await alerts.targetHealth())[0]).toMatchObject({ state: 'disabled' });
    await plan(plannedOf('v'));
    await send();
    expect(other.received).toHaveLength(2);
    await alerts.sendDue('other', signal);
    expect(other.received).toHaveLength(3);
    expect(server.received.length).toBeLessThanOrEqual(2);
  });

  test('asked to go slower, it waits as long and counts no failure', async () => {
    answer = { status: 429, headers: { 'retry-after': '90' } };
    const { alerts, subscribe, plan, send, pass, clock } = started();
    await subscribe({ targets: ['hook', 'other'] });
    await plan(plannedOf('t'));
    await send();
    pass(89 * second);
    expect((await alerts.due(clock.now())).targets).toEqual([]);
    await send();
    expect(server.received).toHaveLength(1);
    answer = { status: 200 };
    pass(second);
    await send();
    expect(server.received).toHaveLength(2);
    expect((await alerts.targetHealth())[0]).toMatchObject({ state: 'ok', failures: 0 });
  });

  test('quiet hours and digests hold the calm, not the urgent', async () => {
    const { alerts, subscribe, plan, send, pass, clock, states } = started();
    await subscribe({ digest: 'day', digest_at: '08:00' });
    await plan(plannedOf('a'), plannedOf('b', { subject: 'another' }), plannedOf('c', { urgency: 'urgent' }));
    await send();
    expect(await states()).toEqual(['hook held', 'hook held', 'hook sent']);
    pass(22 * hour);
    expect((await alerts.due(clock.now())).held).toBe(true);
    await alerts.plan(noFacts);
    await alerts.plan(noFacts);
    await send();
    expect(await states()).toEqual(['hook folded', 'hook folded', 'hook sent', 'hook sent']);
    expect(JSON.parse(server.received[1]?.body ?? '')).toMatchObject({
      type: 'alert.digest',
      data: { lines: ['CVE-2024-6387 in openssh', 'another'] },
    });
  });

  test('a flood that was held already as one is told in full', async () => {
    const { alerts, subscribe, plan, send, pass } = started();
    await subscribe({ digest: 'day' });
    const subjects = Array.from({ length: 7 }, (_, index) => `flaw ${index}`);
    await plan(...subjects.map((subject) => plannedOf(subject, { subject })));
    await plan(plannedOf('later', { subject: 'one more', command: 'nix flake update set' }));
    pass(24 * hour);
    await alerts.plan(noFacts);
    await send();
    expect(JSON.parse(server.received[0]?.body ?? '')).toMatchObject({
      data: {
        subject: '8 messages: 8 × finding.opened',
        lines: [...subjects, 'one more', '    run: nix flake update set'],
      },
    });
  });

  test('who stops gets nothing more, not even what waits', async () => {
    const { alerts, subscribe, plan, send, clock, states } = started();
    const { id } = await subscribe();
    await plan(plannedOf('t'));
    expect(await alerts.stop({ id, by: 'ada', at: clock.now() })).toMatchObject({ kind: 'stopped' });
    expect(await alerts.stop({ id, by: 'ada', at: clock.now() })).toMatchObject({ kind: 'was-stopped' });
    await plan(plannedOf('u'));
    await send();
    expect([server.received, await states()]).toEqual([[], ['hook stopped']]);
  });

  test('configured subscriptions follow the file; one that was stopped stays so', async () => {
    const { alerts, clock } = started();
    const [first, second] = [subscriptionOf(), subscriptionOf({ subscriber: 'bob' })];
    await alerts.adoptConfigured([first, second], clock.now());
    const [known] = await alerts.subscriptions();
    await alerts.stop({ id: known?.id ?? '', by: 'somebody', at: clock.now() });
    await alerts.adoptConfigured([first, second], clock.now());
    expect(await alerts.subscriptions()).toHaveLength(1);
    await alerts.adoptConfigured([], clock.now());
    expect(await alerts.subscriptions()).toEqual([]);
  });

  test('a page reaches one person only', async () => {
    const { subscribe, plan } = started();
    await subscribe({ subscriber: 'ada', consumers: ['billing'] });
    await subscribe({ subscriber: 'bob' });
    const about = { ...messageOf().about, subscriber: 'ada' };
    expect(await plan(plannedOf('page', { kind: 'sla.paged', about }))).toBe(1);
  });
});
