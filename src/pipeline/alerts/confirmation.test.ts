/** An address is asked first, by a real mail, and told nothing until it agrees. */
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eventsAfter } from '../../journal/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { databasesForTests } from '../../platform/database/testing.ts';
import { mailReceiver, mailTarget } from './channels/email/testing.ts';
import { planMessages } from './plan-messages.ts';
import { alertsOver, hookTarget, plannedOf, publicUrl, receiver, subscriptionOf, type TestTables } from './testing.ts';

const hour = 60 * 60_000;
const day = 24 * hour;
const signal = new AbortController().signal;
const address = 'ada@example.org';

describe.each(await databasesForTests())('mail addresses on $name', (engine) => {
  let db: Database<TestTables>;
  let server: Awaited<ReturnType<typeof mailReceiver>>;
  let hook: Awaited<ReturnType<typeof receiver>>;
  let isBusy: boolean;
  let world: ReturnType<typeof alertsOver>;

  beforeEach(async () => {
    db = await engine.open<TestTables>();
    isBusy = false;
    server = await mailReceiver({
      onRcptTo: (_address, _session, done) =>
        done(isBusy ? Object.assign(new Error('greylisted'), { responseCode: 451 }) : null),
    });
    hook = await receiver(() => ({ status: 200 }));
    const targets = [mailTarget('mail', server.port), mailTarget('mail2', server.port), hookTarget('hook', hook.url)];
    world = alertsOver(db, { targets });
  });
  afterEach(() => {
    server.close();
    hook.close();
  });

  const subscribe = (given: Parameters<typeof subscriptionOf>[0] = {}, isVouched = false, by = 'ada') =>
    world.alerts.subscribe({
      subscription: subscriptionOf({ targets: ['mail'], address, ...given }),
      by,
      at: world.clock.now(),
      isVouched,
    });
  let topics = 0;
  const plan = () =>
    db.write((trx) =>
      planMessages(trx, {
        messages: [plannedOf(`topic ${topics++}`)],
        now: world.clock.now(),
        random: randomBytes,
        dialect: db.dialect,
      }),
    );
  const send = () => world.alerts.sendDue('mail', signal);
  const confirm = (token: string) => world.alerts.confirm(token, world.clock.now());
  /** Of the mails in their order; an empty one where a mail holds no such link. */
  const tokens = () => server.mails.map(({ raw }) => linkOf(raw).split('/confirm/')[1] ?? '');
  const kinds = async () => (await eventsAfter(db, 0, 500)).map(({ kind }) => kind);

  test('one mail asks; nothing else goes there until its link is used, and only what is new after that', async () => {
    const { id, confirmBy } = await subscribe();
    expect(confirmBy).toBe(world.clock.now() + 72 * hour);
    expect(await plan()).toBe(0);
    await send();
    expect(server.mails.map(({ to }) => to)).toEqual([address]);
    const [token = ''] = tokens();
    expect(linkOf(server.mails[0]?.raw ?? '')).toBe(`${publicUrl}/confirm/${token}`);
    expect(token).toMatch(/^[A-Za-z0-9_-]{32}$/);

    expect(await world.alerts.waitingByToken(token, world.clock.now())).toMatchObject({ id });
    expect(await confirm('guessed')).toBeNull();
    expect(await confirm(token)).toMatchObject({ id, confirmBy: null, confirmedAt: world.clock.now() });
    expect(await kinds()).toEqual(['alerts.planned', 'subscription.added', 'subscription.confirmed']);
    // Once.
    expect([await confirm(token), await world.alerts.waitingByToken(token, world.clock.now())]).toEqual([null, null]);

    expect(await plan()).toBe(1);
    await send();
    expect(server.mails.at(-1)?.raw).toContain('CVE-2024-6387');
    expect(server.mails).toHaveLength(2);
  });

  test('the key of the link stands nowhere in the database', async () => {
    await subscribe();
    await send();
    const [token = 'none'] = tokens();
    const tables = ['alert_message', 'alert_delivery', 'alert_attempt', 'alert_confirmation', 'journal_event'] as const;
    const rows = await Promise.all(tables.map((table) => db.read.selectFrom(table).selectAll().execute()));
    expect(rows.map((own) => own.length).every((count) => count > 0)).toBe(true);
    expect(JSON.stringify(rows)).not.toContain(token);
  });

  test('after 72 hours the link is good for nothing, and the subscription ends with an event', async () => {
    const { id } = await subscribe();
    await send();
    const [token = ''] = tokens();
    world.pass(72 * hour - 1);
    expect(await world.alerts.endUnconfirmed(world.clock.now())).toBe(0);
    world.pass(1);
    expect(await confirm(token)).toBeNull();
    expect(await world.alerts.endUnconfirmed(world.clock.now())).toBe(1);
    expect(await world.alerts.endUnconfirmed(world.clock.now())).toBe(0);
    expect(await world.alerts.subscriptions()).toEqual([]);
    expect((await eventsAfter(db, 0, 500)).at(-1)).toMatchObject({
      kind: 'subscription.expired',
      subject: id,
      actor: 'robot',
    });
    expect(await world.alerts.askAgain({ id, by: 'ada', at: world.clock.now() })).toBe('not-waiting');
  });

  test('asked again, both links are good and the time begins anew', async () => {
    const { id } = await subscribe();
    await send();
    world.pass(71 * hour);
    expect(await world.alerts.askAgain({ id, by: 'ada', at: world.clock.now() })).toBe('asked');
    await send();
    world.pass(71 * hour);
    expect(await world.alerts.endUnconfirmed(world.clock.now())).toBe(0);
    const [first = '', second = ''] = tokens();
    expect(first).not.toBe(second);
    expect(await confirm(first)).toMatchObject({ id });
    expect(await confirm(second)).toBeNull();
    expect(await world.alerts.askAgain({ id, by: 'ada', at: world.clock.now() })).toBe('not-waiting');
  });

  test('a server that wants to be asked twice gets the mail again, and any link that arrived is good', async () => {
    isBusy = true;
    await subscribe();
    await send();
    expect(server.mails).toEqual([]);
    isBusy = false;
    world.pass(5_000);
    await send();
    expect(await confirm(tokens()[0] ?? '')).not.toBeNull();
  });

  test('the question goes to no target but one that writes to the address', async () => {
    isBusy = true;
    await subscribe({ targets: ['hook', 'mail', 'hook', 'mail2'] });
    for (let tries = 0; tries < 10; tries++) {
      await send();
      world.pass(25 * hour);
    }
    await world.alerts.sendDue('hook', signal);
    expect(hook.received).toEqual([]);
    const { items } = await world.alerts.deliveries({ state: null, target: null, after: null, limit: 9 });
    // By then nobody was asked any more.
    expect(items.map(({ target, state }) => `${target} ${state}`)).toEqual(['mail stopped']);
  });

  test.each([
    ['vouched for', { targets: ['mail'] }, true],
    ['at a target that needs no address', { targets: ['hook'] }, false],
  ])('%s, nobody is asked', async (_name, given, isVouched) => {
    expect(await subscribe(given, isVouched)).toMatchObject({ confirmBy: null, confirmedAt: null });
    expect(await plan()).toBe(1);
  });

  test('what stands in the configuration needs no answer', async () => {
    await world.alerts.adoptConfigured([subscriptionOf({ targets: ['mail'], address })], world.clock.now());
    expect(await world.alerts.subscriptions()).toMatchObject([{ confirmBy: null }]);
  });

  test('who agreed to the messages of somebody is not asked again by them, but by others and after they stopped', async () => {
    const { id, confirmBy } = await subscribe();
    expect(confirmBy).not.toBeNull();
    await send();
    await confirm(tokens()[0] ?? '');
    expect(await subscribe({ address: 'Ada@Example.org' })).toMatchObject({ confirmBy: null });
    expect((await subscribe({}, false, 'bob')).confirmBy).not.toBeNull();
    // A subscription that needs no address proves nothing about one.
    await subscribe({ targets: ['hook'], address: 'eve@example.org' });
    expect((await subscribe({ address: 'eve@example.org' })).confirmBy).not.toBeNull();
    await world.alerts.stop({ id, by: 'ada', at: world.clock.now() });
    expect((await subscribe()).confirmBy).not.toBeNull();
  });

  test('stopped while it waits, its mail is not sent and its link does nothing', async () => {
    const first = await subscribe();
    await world.alerts.stop({ id: first.id, by: 'ada', at: world.clock.now() });
    await send();
    expect(server.mails).toEqual([]);
    const second = await subscribe();
    await send();
    await world.alerts.stop({ id: second.id, by: address, at: world.clock.now() });
    expect(await confirm(tokens()[0] ?? '')).toBeNull();
  });

  test('nobody is flooded: not one mailbox by many, not many by one', async () => {
    const spelt = ['ada@example.org', 'ADA@example.org', 'ada+1@example.org', 'ada+2@example.org', 'ada+3@example.org'];
    for (const [index, given] of spelt.entries()) await subscribe({ address: given }, false, `p${index}`);
    const once = { code: 'usage.too-many-mails', message: expect.stringContaining('ada+4@example.org') };
    await expect(subscribe({ address: 'ada+4@example.org' }, false, 'p9')).rejects.toMatchObject(once);
    const test = () =>
      world.alerts.test({ target: 'mail', by: 'p9', address, signal }).then(({ outcome }) => outcome.kind);
    await expect(test()).rejects.toMatchObject({ code: 'usage.too-many-mails' });
    expect(await world.alerts.subscriptions()).toHaveLength(spelt.length);

    for (let index = 0; index < 20; index++) await subscribe({ address: `v${index}@example.org` }, false, 'eve');
    const more = () => subscribe({ address: 'v20@example.org' }, false, 'eve');
    await expect(more()).rejects.toMatchObject({
      code: 'usage.too-many-mails',
      message: expect.stringMatching(/^eve /),
    });
    world.pass(day);
    expect((await more()).confirmBy).not.toBeNull();

    for (let days = 0; days < 3; days++) {
      for (let index = 0; index < 5; index++) await subscribe({}, false, `d${days}`).catch(() => {});
      world.pass(day);
    }
    await expect(subscribe({}, false, 'late')).rejects.toMatchObject({ code: 'usage.too-many-mails' });
    world.pass(30 * day);
    expect((await subscribe({}, false, 'late')).confirmBy).not.toBeNull();
  });

  test('the mail holds nothing that its maker could write', async () => {
    await subscribe({ subscriber: 'Win at evil.example', packages: ['evil.example/now'], consumers: ['evil.example'] });
    await send();
    expect(server.mails[0]?.raw).not.toContain('evil.example');
  });
});

function linkOf(raw: string): string {
  const text = raw.replaceAll(/=\r?\n/g, '').replaceAll('=3D', '=');
  return /Confirm: (\S+)/.exec(text)?.[1] ?? '';
}
