/** Deliveries and subscriptions as people use them, and the one click that stops messages. */

import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Principal } from '../../accounts/index.ts';
import { mailReceiver, mailTarget } from '../../pipeline/alerts/channels/email/testing.ts';
import { planMessages } from '../../pipeline/alerts/index.ts';
import {
  alertsOver,
  hookTarget,
  plannedOf,
  publishRelease,
  receiver,
  subscriptionOf,
  type TestTables,
} from '../../pipeline/alerts/testing.ts';
import type { Database } from '../../platform/database/index.ts';
import { openTestDatabase } from '../../platform/database/testing.ts';
import { nobody, now, testApp } from '../testing.ts';

const principal = {
  kind: 'person',
  person: { name: 'ann', roles: ['analyst'] },
  scopes: ['read', 'act'],
  grants: [{ organisation: 'acme', flake: null, role: 'reader' }],
} as const satisfies Principal;
const outsiders: Readonly<Record<string, Principal>> = {
  robot: { kind: 'workload', name: 'ci', scopes: ['read', 'publish'], organisation: 'acme', flake: null },
  guest: {
    kind: 'person',
    person: { name: 'gus', roles: [] },
    scopes: ['read', 'act'],
    grants: [{ organisation: 'other', flake: null, role: 'owner' }],
  },
};
const token = { Authorization: 'Bearer sg_00000000' };
let server: Awaited<ReturnType<typeof receiver>>;
let mail: Awaited<ReturnType<typeof mailReceiver>>;
let db: Database<TestTables>;
let world: ReturnType<typeof alertsOver>;
let app: ReturnType<typeof testApp>;

beforeAll(async () => {
  server = await receiver(() => ({ status: 200 }));
  mail = await mailReceiver();
});
afterAll(() => {
  server.close();
  mail.close();
});
beforeEach(async () => {
  server.received.length = 0;
  mail.mails.length = 0;
  db = await openTestDatabase<TestTables>();
  world = alertsOver(db, { targets: [hookTarget('hook', server.url), mailTarget('mail', mail.port)], now });
  app = testApp({
    alerts: world.alerts,
    accounts: {
      ...nobody,
      authenticate: async (text) => ({
        kind: 'principal',
        id: text,
        expiresAt: now + 86_400_000,
        principal: outsiders[text] ?? principal,
      }),
    },
  });
});

const post = (path: string, fields: readonly (readonly [string, string])[], headers: Record<string, string> = token) =>
  app.request(path, {
    method: 'POST',
    headers,
    body: new URLSearchParams(fields.map(([a, b]) => [a, b] as [string, string])),
  });
const pageOf = async (path: string, headers: Record<string, string> = token) =>
  (await app.request(path, { headers: { Accept: 'text/html', ...headers } })).text();

test('a stranger is offered feeds and a way to sign in, and sees nobody', async () => {
  await world.alerts.subscribe({ subscription: subscriptionOf({ subscriber: 'bob' }), by: 'bob', at: now });
  expect(await pageOf('/subscriptions', {})).not.toContain('bob');
  expect(await pageOf('/deliveries', {})).toContain('/sign-in?next=%2Fdeliveries');
  expect((await app.request('/api/v1/deliveries')).status).toBe(401);
  const fields = [
    ['act', 'test'],
    ['target', 'hook'],
  ] as const;
  expect((await post('/deliveries', fields, {})).headers.get('Location')).toMatch('/sign-in');
  expect(server.received).toEqual([]);
});

test.each(Object.keys(outsiders))('a %s of the registry sees nobody and does nothing', async (name) => {
  await world.alerts.subscribe({ subscription: subscriptionOf({ subscriber: 'bob' }), by: 'bob', at: now });
  const headers = { Authorization: `Bearer ${name}` };
  for (const path of ['/api/v1/deliveries', '/api/v1/deliveries/1/attempts', '/api/v1/targets'])
    expect((await app.request(path, { headers })).status).toBe(403);
  expect(await pageOf('/subscriptions', headers)).not.toContain('bob');
  expect(await pageOf('/deliveries', headers)).toContain('people of the organisation only');
  const test = [
    ['act', 'test'],
    ['target', 'hook'],
  ] as const;
  expect((await post('/deliveries', test, headers)).status).toBe(303);
  expect((await post('/subscriptions', [['target', 'hook']], headers)).status).toBe(303);
  expect(server.received).toEqual([]);
  expect(await world.alerts.subscriptions()).toHaveLength(1);
});

test('a test is sent at once, said and logged', async () => {
  const answer = await post('/deliveries', [
    ['act', 'test'],
    ['target', 'hook'],
  ]);
  expect(await answer.text()).toContain('Sent to hook: status 200');
  expect(server.received).toHaveLength(1);
  const log = await (await app.request('/api/v1/deliveries', { headers: token })).json();
  expect(log).toMatchObject({ items: [{ target: 'hook', state: 'sent', message: { kind: 'test' } }], next: null });
});

test('somebody subscribes, is told, and stops it by the link of the message', async () => {
  const made = await post('/subscriptions', [
    ['act', 'subscribe'],
    ['target', 'hook'],
    ['target', ''],
    ['kind', 'release.published'],
    ['channels', 'rolling 26.11'],
    ['digest', 'none'],
    ['digest_at', '08:00'],
    ['zone', 'UTC'],
  ]);
  expect([made.status, made.headers.get('Location')]).toEqual([303, '/subscriptions']);
  expect(await pageOf('/subscriptions')).toContain('release.published, rolling, 26.11');
  await publishRelease(db, 'u1', now);
  await world.alerts.plan(async () => ({ now, acts: [], exposed: [], notHeld: [], findings: new Map() }));
  await world.alerts.sendDue('hook', new AbortController().signal);
  const { stopUrl } = (JSON.parse(server.received[0]?.body ?? '') as { data: { stopUrl: string } }).data;
  const { pathname } = new URL(stopUrl);
  // Looking stops nothing: mail scanners follow links.
  expect(await pageOf(pathname, {})).toContain('Stop these messages?');
  expect(await world.alerts.subscriptions()).toHaveLength(1);
  // What a mail program sends, without any cookie of ours (RFC 8058).
  const oneClick = await post(pathname, [['List-Unsubscribe', 'One-Click']], {});
  expect([oneClick.status, await oneClick.text()]).toEqual([200, expect.stringContaining('gets no more')]);
  expect(await world.alerts.subscriptions()).toEqual([]);
  expect((await post(pathname, [], {})).status).toBe(200);
  expect((await post('/unsubscribe/guessed', [], {})).status).toBe(404);
});

test('a mail address is asked first: looking at its link agrees to nothing, the button does, once', async () => {
  const mine = [
    ['target', 'mail'],
    ['address', 'ann@example.org'],
  ] as const;
  expect(await (await post('/subscriptions', mine)).text()).toContain('ann@example.org is asked whether it agrees');
  const page = await pageOf('/subscriptions');
  expect(page).toContain('Not confirmed: ann@example.org is told nothing');
  expect(page).toContain('Send again');
  const [stored] = await world.alerts.subscriptions();
  const again = [
    ['act', 'ask-again'],
    ['id', stored?.id ?? ''],
  ] as const;
  expect(await (await post('/subscriptions', again)).text()).toContain('ann@example.org is asked');
  await world.alerts.sendDue('mail', new AbortController().signal);
  const [asked, ...more] = mail.mails.map(({ raw }) => raw.replaceAll(/=\r?\n/g, ''));
  // The first one had not gone out when it was asked again.
  expect(more).toEqual([]);
  const { pathname } = new URL(/Confirm: (\S+)/.exec(asked ?? '')?.[1] ?? '');

  expect(await pageOf(pathname, {})).toContain('Yes, send them');
  expect(await world.alerts.subscriptions()).toMatchObject([{ confirmedAt: null }]);
  // The reader of the mail need not be signed in.
  expect(await (await post(pathname, [], {})).text()).toContain('ann@example.org is told from now on');
  expect(await world.alerts.subscriptions()).toMatchObject([{ confirmBy: null, confirmedAt: now }]);
  expect([(await post(pathname, [], {})).status, (await app.request(pathname)).status]).toEqual([410, 410]);
  expect(await pageOf('/subscriptions')).not.toContain('Not confirmed');
});

test('the API lists, makes, asks again and ends; who wants too much is told so, and no key is shown', async () => {
  const api = '/api/v1/subscriptions';
  const send = (method: string, path: string, body: unknown = {}, headers: Record<string, string> = token) =>
    app.request(`${api}${path}`, { method, headers, body: method === 'DELETE' ? null : JSON.stringify(body) });
  const wanted = { targets: ['mail'], address: 'ann@example.org', severity: 'high', digest: 'day' };
  const made = await send('POST', '', wanted);
  expect([made.status, made.headers.get('Cache-Control')]).toEqual([201, 'no-store']);
  const { id, ...rest } = (await made.json()) as { readonly id: string };
  expect(rest).toMatchObject({
    subscription: { ...wanted, subscriber: 'ann' },
    confirmBy: new Date(now + 72 * 3_600_000).toISOString().replace('.000Z', 'Z'),
    confirmedAt: null,
  });
  const [stored] = await world.alerts.subscriptions();
  const list = await (await app.request(api, { headers: token })).text();
  expect(JSON.parse(list)).toMatchObject({ items: [{ id }] });
  expect(list).not.toContain(stored?.stopToken);
  expect(await (await send('POST', `/${id}/ask`)).json()).toEqual({ asked: true });

  for (const [body, says] of [
    [{ ...wanted, subscriber: 'bob' }, 'subscriber'],
    [{ ...wanted, flakes: ['acme/private'] }, 'flakes'],
    [{ ...wanted, targets: ['nowhere'] }, 'no target named nowhere'],
    [{ ...wanted, address: null }, 'needs the mail address'],
    ['no object', 'body'],
  ] as const) {
    const answer = await send('POST', '', body);
    expect([answer.status, ((await answer.json()) as { readonly detail: string }).detail]).toEqual([
      400,
      expect.stringContaining(says),
    ]);
  }
  const statusOf = async (method: string, path: string, headers?: Record<string, string>) =>
    (await send(method, path, wanted, headers)).status;
  const robot = { Authorization: 'Bearer robot' };
  expect([await statusOf('POST', '', {}), await statusOf('POST', '', robot)]).toEqual([401, 403]);
  expect([await statusOf('DELETE', `/${id}`, {}), await statusOf('DELETE', `/${id}`, robot)]).toEqual([401, 403]);
  const bobs = await world.alerts.subscribe({
    subscription: subscriptionOf({ subscriber: 'bob' }),
    by: 'bob',
    at: now,
  });
  expect([await statusOf('DELETE', `/${bobs.id}`), await statusOf('POST', `/${bobs.id}/ask`)]).toEqual([403, 403]);
  expect(await statusOf('DELETE', '/nothing')).toBe(404);

  for (let index = 0; index < 3; index++) await send('POST', '', wanted);
  expect([await statusOf('POST', ''), await statusOf('POST', `/${id}/ask`)]).toEqual([429, 429]);
  expect(await (await send('DELETE', `/${id}`)).json()).toEqual({ stopped: true });
  expect(await statusOf('DELETE', `/${id}`)).toBe(404);
});

test('who has the page send too many mails is told so', async () => {
  const fields = (index: number) =>
    [
      ['target', 'mail'],
      ['address', `v${index}@example.org`],
    ] as const;
  for (let index = 0; index < 20; index++) await post('/subscriptions', fields(index));
  expect(await (await post('/subscriptions', fields(20))).text()).toContain('ann has had 20 mails sent in a day');
  const test = [
    ['act', 'test'],
    ['target', 'mail'],
    ['address', 'v21@example.org'],
  ] as const;
  expect(await (await post('/deliveries', test)).text()).toContain('ann has had 20 mails sent in a day');
  expect(mail.mails).toEqual([]);
});

test('what is wrong with a subscription is said; that of others is not stopped', async () => {
  const wrong = await post('/subscriptions', [
    ['target', 'hook'],
    ['zone', 'Mars/Olympus'],
  ]);
  expect(await wrong.text()).toContain('zone: a time zone such as Europe/Zurich');
  const bobs = await world.alerts.subscribe({
    subscription: subscriptionOf({ subscriber: 'bob' }),
    by: 'bob',
    at: now,
  });
  await post('/subscriptions', [
    ['act', 'stop'],
    ['id', bobs.id],
  ]);
  expect(await world.alerts.subscriptions()).toHaveLength(1);
});

test('whoever got a message answers it by its link, and only by sending the form', async () => {
  await world.alerts.subscribe({ subscription: subscriptionOf({ subscriber: 'web-team' }), by: 'ada', at: now });
  const concern = { consumer: 'web', advisoryId: 'CVE-2024-6387', attr: 'openssh' };
  const planned = plannedOf('act', {
    kind: 'act-now',
    subject: 'web: update nixpkgs',
    concerns: [
      { ...concern, findingId: '7' },
      { ...concern, findingId: '8', attr: 'dropbear' },
    ],
  });
  await db.write((trx) => planMessages(trx, { messages: [planned], now, random: randomBytes, dialect: db.dialect }));
  await world.alerts.sendDue('hook', new AbortController().signal);
  const { links } = (
    JSON.parse(server.received[0]?.body ?? '') as { data: { links: { label: string; url: string }[] } }
  ).data;
  const { pathname } = new URL(links.find(({ label }) => label === 'Reply')?.url ?? '');
  const page = await app.request(pathname, { headers: { Accept: 'text/html' } });
  expect([page.status, page.headers.get('Cache-Control')]).toEqual([200, 'private, no-store']);
  const text = await page.text();
  for (const part of ['web: update nixpkgs', 'web-team', 'openssh', 'dropbear', 'Not exposed'])
    expect(text).toContain(part);
  expect(await world.alerts.replies()).toEqual([]);

  const answer = (fields: readonly (readonly [string, string])[]) =>
    post(pathname, [['consumer', 'web'], ...fields], {});
  const none = await answer([['finding', '7']]);
  expect([none.status, await none.text()]).toEqual([422, expect.stringContaining('choose an answer')]);
  expect((await answer([['answer', 'done']])).status).toBe(422);
  const unsaid = await answer([
    ['finding', '7'],
    ['answer', 'accepted'],
  ]);
  expect([unsaid.status, await unsaid.text()]).toEqual([422, expect.stringContaining('Say why')]);
  expect(await world.alerts.replies()).toEqual([]);
  const reason = 'only on the <inner> network';
  const noted = await answer([
    ['finding', '7'],
    ['finding', '8'],
    ['answer', 'accepted'],
    ['reason', reason],
  ]);
  const said = await noted.text();
  expect([noted.status, said]).toEqual([200, expect.stringContaining('Noted')]);
  expect(said).toContain('accepts it (CVE-2024-6387): only on the &lt;inner&gt; network');
  expect(await world.alerts.replies()).toEqual([
    {
      consumer: 'web',
      answer: 'accepted',
      reason,
      findings: ['7', '8'],
      advisoryIds: ['CVE-2024-6387'],
      by: 'web-team',
      at: now,
    },
  ]);
  for (let more = 1; more < 20; more += 1)
    expect(
      (
        await answer([
          ['finding', '7'],
          ['answer', 'done'],
        ])
      ).status,
    ).toBe(200);
  expect(
    (
      await answer([
        ['finding', '7'],
        ['answer', 'done'],
      ])
    ).status,
  ).toBe(429);
  for (const method of ['GET', 'POST']) expect((await app.request(`${pathname}x`, { method })).status).toBe(404);
  expect((await post(pathname, [['reason', 'x'.repeat(70_000)]], {})).status).toBe(413);
});
