/** A person signs in, makes a token, ends sessions, and nobody does so in their name. */
import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { type Accounts, type AccountsTables, createAccounts, makeCredential } from '../../accounts/index.ts';
import type { JournalTables } from '../../journal/index.ts';
import { openTestDatabase } from '../../platform/database/testing.ts';
import { now, testApp } from '../testing.ts';

const random = (size: number) => new Uint8Array(randomBytes(size));
let accounts: Accounts;
let app: ReturnType<typeof testApp>;
let token: string;
let graces: string;

beforeEach(async () => {
  accounts = createAccounts({
    organisation: 'acme',
    db: await openTestDatabase<AccountsTables & JournalTables>(),
    random,
    verifyWorkload: null,
  });
  for (const name of ['grace', 'ada']) {
    const { text, id, secretHash } = makeCredential('sg', random);
    const founder = { name, roles: ['policy_admin'] as const, email: null, identity: null, key: { id, secretHash } };
    await accounts.people.found({ founder, at: now });
    graces = name === 'grace' ? text : graces;
    token = text;
  }
  app = testApp({ accounts, publicUrl: 'https://sets.example' });
});

/** A browser: it keeps cookies, reads the fields of our forms and sends them. */
function browser() {
  const cookies = new Map<string, string>();
  const ask = async (path: string, init: RequestInit = {}) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { Accept: 'text/html', 'User-Agent': 'Firefox', Cookie: cookie, ...init.headers };
    const response = await app.request(path, { ...init, headers });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/max-age=0/i.test(line)) cookies.delete(name);
      else cookies.set(name, value);
    }
    return response;
  };
  const send = (path: string, fields: readonly (readonly [string, string])[]) =>
    ask(path, {
      method: 'POST',
      body: new URLSearchParams([...fields.map(([name, value]): [string, string] => [name, value])]),
    });
  const keyOn = async (path: string) =>
    /name="form_key" value="([^"]+)"/.exec(await (await ask(path)).text())?.[1] ?? '';
  const signIn = async (text = token, next = '/findings') =>
    send('/sign-in', [
      ['form_key', await keyOn('/sign-in')],
      ['token', text],
      ['next', next],
    ]);
  return { ask, send, keyOn, signIn, cookies };
}

test('sign in, see it on every page, sign out', async () => {
  const { ask, send, keyOn, signIn, cookies } = browser();
  expect(await (await ask('/')).text()).toContain('<a class="me" href="/sign-in">Sign in</a>');
  expect(await (await ask('/findings?q=a')).text()).toContain(
    '<a class="me" href="/sign-in?next=%2Ffindings%3Fq%3Da">',
  );
  expect((await ask('/account?label=x')).headers.get('Location')).toBe('/sign-in?next=%2Faccount%3Flabel%3Dx');
  const signedIn = await signIn();
  expect(signedIn.status).toBe(303);
  expect(signedIn.headers.get('Location')).toBe('/findings');
  const cookie = signedIn.headers.getSetCookie().find((line) => line.startsWith('snowguard_session='));
  for (const part of ['HttpOnly', 'SameSite=Lax', 'Secure', 'Path=/', 'Max-Age=43200']) expect(cookie).toContain(part);
  const page = await ask('/findings');
  expect(await page.text()).toContain('<a class="me" href="/account">ada</a>');
  expect(page.headers.get('Cache-Control')).toContain('private');
  const stolen = cookies.get('snowguard_session') ?? '';
  expect((await send('/sign-out', [['form_key', await keyOn('/account')]])).status).toBe(303);
  expect(cookies.has('snowguard_session')).toBe(false);
  cookies.set('snowguard_session', stolen);
  expect((await ask('/account')).status).toBe(303);
});

test('a form without the field of our own page does nothing', async () => {
  const { ask, send, keyOn, signIn } = browser();
  await signIn();
  const key = await keyOn('/account');
  for (const fields of [[], [['form_key', '']], [['form_key', `${key.slice(1)}a`]]] as [string, string][][])
    expect((await send('/sign-out', fields)).status).toBe(403);
  const foreign = { method: 'POST', headers: { 'Sec-Fetch-Site': 'cross-site' } };
  expect((await ask('/sign-out', { ...foreign, body: new URLSearchParams({ form_key: key }) })).status).toBe(403);
  expect(
    (await ask('/sign-out', { method: 'POST', body: '{}', headers: { 'Content-Type': 'text/plain' } })).status,
  ).toBe(403);
  expect((await ask('/account')).status).toBe(200);
  const other = browser();
  await other.signIn();
  expect((await send('/sign-out', [['form_key', await other.keyOn('/account')]])).status).toBe(403);
  expect(
    (
      await send('/sign-out', [
        ['form_key', key],
        ['more', 'x'.repeat(1_100_000)],
      ])
    ).status,
  ).toBe(413);
  expect((await ask('/sign-out', { method: 'POST', headers: { 'X-Snowguard-Form': key } })).status).toBe(303);
});

test('nobody is signed in by a form of somebody else’s, nor led elsewhere', async () => {
  const { send, signIn } = browser();
  expect((await send('/sign-in', [['token', token]])).status).toBe(403);
  for (const next of ['https://evil.example', '//evil.example', '/\\evil.example', 'evil', '/a\nb'])
    expect((await browser().signIn(token, next)).headers.get('Location'), next).toBe('/account');
  expect((await signIn('sg_nothing')).status).toBe(403);
});

test('who may do less than a page asks for is not sent round and round', async () => {
  const { ask, signIn } = browser();
  const ada = { name: 'ada', roles: ['policy_admin'] } as const;
  const holder = { kind: 'person', name: ada.name } as const;
  const lifetimeMs = 86_400_000;
  const made = await accounts.tokens.create({ holder, label: 'r', scopes: ['read'], lifetimeMs, by: ada, at: now });
  if (made.kind !== 'created') throw new Error(made.why);
  await signIn(made.text);
  const page = await ask('/sign-in?next=%2Ffindings%2F1');
  expect(page.status).toBe(200);
  expect(await page.text()).toContain('may do less than this page asks for');
});

test('a token is made, shown once and revoked; a session is ended', async () => {
  const { ask, send, keyOn, signIn } = browser();
  await signIn();
  const form_key = await keyOn('/account?label=FlakeHub');
  const made = await send('/account/tokens', [
    ['form_key', form_key],
    ['label', 'laptop <b>'],
    ['days', '30'],
    ['scope', 'read'],
    ['scope', 'push'],
  ]);
  const page = await made.text();
  const text = /sg_[0-9a-f]{16}[\w-]{43}/.exec(page)?.[0] ?? '';
  expect(page).toContain('laptop &lt;b&gt;');
  expect(made.headers.get('Cache-Control')).toBe('no-store');
  expect(await (await ask('/account')).text()).not.toContain(text);
  const status = () => app.request('/cli/status', { headers: { Authorization: `Bearer ${text}` } });
  expect(await (await status()).json()).toEqual({ gh_name: 'ada', expires_at: Math.floor(now / 1000) + 30 * 86_400 });
  // It may read and push, not act.
  const acting = { method: 'POST', headers: { Authorization: `Bearer ${text}` } };
  expect((await app.request('/account/tokens', acting)).status).toBe(403);
  expect(
    (
      await send('/account/tokens', [
        ['form_key', form_key],
        ['label', ''],
        ['days', '1'],
        ['scope', 'read'],
      ])
    ).status,
  ).toBe(400);
  await send('/account/tokens/revoke', [
    ['form_key', form_key],
    ['id', text.slice(3, 19)],
  ]);
  expect((await status()).status).toBe(401);
  const [session] = await accounts.sessions.sessionsOf('ada', now);
  await send('/account/sessions/end', [
    ['form_key', form_key],
    ['id', session?.id ?? ''],
  ]);
  expect((await ask('/account')).status).toBe(303);
});

describe('credentials in a header', () => {
  const ask = (authorization: string, path = '/flakes', headers: Record<string, string> = {}) =>
    app.request(path, { headers: { Authorization: authorization, ...headers } });
  const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

  test('Bearer, and Basic with any user, as netrc sends it', async () => {
    for (const good of [`Bearer ${token}`, `bearer  ${token}`, basic('flakehub', token), basic('', token)])
      expect((await ask(good, '/cli/status')).status, good).toBe(200);
  });

  test('none is no mistake, a bad one is; a browser is not asked for a password', async () => {
    expect((await app.request('/flakes')).status).toBe(200);
    expect((await app.request('/cli/status')).status).toBe(401);
    for (const bad of ['Bearer x', basic('a', 'x'), 'Digest x', 'Bearer', basic('a', `${token}x`)]) {
      const response = await ask(bad);
      expect(response.status, bad).toBe(401);
      expect(response.headers.get('WWW-Authenticate')).toMatch(/^Bearer /);
    }
    expect((await ask(basic('a', ''))).status).toBe(200);
    expect((await ask('Bearer x', '/healthz')).status).toBe(200);
  });

  test('guessing is stopped for its address, after which good ones wait there too', async () => {
    app = testApp({ accounts, trustForwarded: true });
    const from = { 'X-Forwarded-For': '198.51.100.7, 203.0.113.9' };
    for (let count = 0; count < 20; count++) expect((await ask('Bearer x', '/flakes', from)).status).toBe(401);
    const stopped = await ask(`Bearer ${token}`, '/flakes', from);
    expect(stopped.status).toBe(429);
    expect(Number(stopped.headers.get('Retry-After'))).toBe(600);
    expect((await ask(`Bearer ${token}`, '/flakes', { 'X-Forwarded-For': '203.0.113.8' })).status).toBe(200);
    expect((await app.request('/flakes', { headers: from })).status).toBe(200);
  });
});

test('what `fh login` opens leads to the form, with its words in it', async () => {
  const { ask, signIn } = browser();
  await signIn();
  const response = await ask('/token/create?description=FlakeHub+CLI+on+box');
  expect(response.headers.get('Location')).toBe('/account?label=FlakeHub%20CLI%20on%20box#new-token');
  expect(await (await ask('/account?label=FlakeHub%20CLI%20on%20box')).text()).toContain('value="FlakeHub CLI on box"');
});

test('two policy admins admit a colleague in the portal, and neither does it alone', async () => {
  const colleague = makeCredential('sg', random);
  const [first, second] = [browser(), browser()];
  expect((await first.ask('/people')).headers.get('Location')).toBe('/sign-in?next=%2Fpeople');
  await first.signIn();
  await second.signIn(graces);
  const proposed = await first.send('/people/propose', [
    ['form_key', await first.keyOn('/people')],
    ['kind', 'add'],
    ['name', 'alan'],
    ['role', 'analyst'],
    ['email', 'alan@example.org'],
    ['key', `${colleague.id}:${colleague.secretHash}`],
  ]);
  expect(proposed.status).toBe(303);
  const waiting = await (await second.ask('/people')).text();
  const content = /name="content" value="([0-9a-f]{64})"/.exec(waiting)?.[1] ?? '';
  expect(waiting).toContain('add alan &lt;alan@example.org&gt; as analyst');
  const approve = async ({ send, keyOn }: ReturnType<typeof browser>) =>
    send('/people/approve', [
      ['form_key', await keyOn('/people')],
      ['content', content],
    ]);
  const alone = await approve(first);
  expect(alone.status).toBe(400);
  expect(await alone.text()).toContain('who proposed a change cannot approve it');
  expect((await approve(second)).status).toBe(303);
  const third = browser();
  await third.signIn(colleague.text);
  const page = await (await third.ask('/people')).text();
  expect(page).toContain('alan@example.org');
  expect(page).not.toContain('action="/people/');
  const wanting: [string, string][] = [
    ['form_key', await third.keyOn('/account')],
    ['kind', 'roles'],
    ['name', 'alan'],
    ['role', 'policy_admin'],
  ];
  expect((await third.send('/people/propose', wanting)).status).toBe(400);
  expect(await accounts.people.proposals(now)).toEqual([]);
});
