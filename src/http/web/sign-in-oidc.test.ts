/** A browser goes to the sign-in service and comes back; a CI job shows what its platform signed. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type AccountsTables,
  createAccounts,
  createIssuers,
  createSignInFlow,
  createVerifyWorkload,
  makeCredential,
} from '../../accounts/index.ts';
import { startIssuer, type TestIssuer } from '../../accounts/oidc/testing.ts';
import type { JournalTables } from '../../journal/index.ts';
import { openTestDatabase } from '../../platform/database/testing.ts';
import { createFetcher } from '../../platform/fetcher/http.ts';
import { createPoster } from '../../platform/fetcher/post.ts';
import { now, testApp } from '../testing.ts';

const random = (size: number) => new Uint8Array(randomBytes(size));
const clock = { now: () => now };
const seconds = Math.floor(now / 1000);
const closing: (() => Promise<void>)[] = [];
let issuer: TestIssuer;
let app: ReturnType<typeof testApp>;

beforeAll(async () => {
  issuer = await startIssuer();
  const options = { userAgent: 'test', allowHosts: [issuer.host], clock };
  const [fetcher, poster] = [createFetcher(options), createPoster(options)];
  closing.push(issuer.close, fetcher.close, poster.close);
  const issuers = createIssuers({ fetcher, clock });
  const verifyWorkload = createVerifyWorkload({
    issuers,
    rules: [
      {
        issuer: issuer.url,
        audience: 'sets.example',
        claims: { repository: 'acme/*' },
        organisation: 'acme',
        flake: null,
        scopes: ['publish'],
      },
    ],
  });
  const accounts = createAccounts({
    organisation: 'acme',
    db: await openTestDatabase<AccountsTables & JournalTables>(),
    random,
    verifyWorkload,
  });
  const { id, secretHash } = makeCredential('sg', random);
  await accounts.people.found({
    founder: {
      name: 'ada',
      roles: ['policy_admin'],
      email: 'ada@example.org',
      identity: null,
      key: { id, secretHash },
    },
    at: now,
  });
  const signIn = createSignInFlow({
    title: 'Example <Id>',
    issuer: issuer.url,
    clientId: 'snowguard',
    secret: async () => 's3cret/+',
    redirectUri: 'https://sets.example/sign-in/oidc/return',
    issuers,
    poster,
    clock,
    random,
  });
  app = testApp({ accounts, signIn, publicUrl: 'https://sets.example' });
});
afterAll(async () => {
  for (const close of closing.reverse()) await close();
});

const person = (email: string) => ({
  iss: issuer.url,
  aud: 'snowguard',
  sub: email,
  email,
  email_verified: true,
  iat: seconds,
  exp: seconds + 60,
});

/** To the service and back, as the person with this address. */
async function goAndReturn(email: string) {
  const away = await app.request('/sign-in/oidc?next=/findings');
  const cookie = away.headers.getSetCookie()[0] ?? '';
  const back = await issuer.consent(away.headers.get('Location') ?? '', person(email));
  const path = back.slice('https://sets.example'.length);
  return { cookie, path, response: await app.request(path, { headers: { Cookie: cookie.split(';')[0] ?? '' } }) };
}

test('who the service vouches for is signed in, and led to where they wanted', async () => {
  expect(await (await app.request('/sign-in')).text()).toContain('Sign in with Example &lt;Id&gt;');
  const { cookie, path, response } = await goAndReturn('ada@example.org');
  for (const part of ['HttpOnly', 'SameSite=Lax', 'Secure', 'Path=/sign-in/oidc', 'Max-Age=600'])
    expect(cookie).toContain(part);
  expect(response.status).toBe(303);
  expect(response.headers.get('Location')).toBe('/findings');
  const session = response.headers.getSetCookie().find((line) => line.startsWith('snowguard_session='));
  const account = await app.request('/account', { headers: { Cookie: session?.split(';')[0] ?? '' } });
  expect(await account.text()).toContain('<h1>ada</h1>');
  // The same address in another browser, which remembers nothing.
  expect((await app.request(path)).status).toBe(403);
});

test('who is not of the house is told so, and a broken memory harms nobody', async () => {
  const { response } = await goAndReturn('eve@example.org');
  expect(response.status).toBe(403);
  expect(await response.text()).toContain('Nobody of this house is known as eve@example.org');
  expect(response.headers.getSetCookie().join()).not.toContain('snowguard_session');
  for (const memory of ['{', '[]', '"x"', 'null'])
    expect(
      (await app.request('/sign-in/oidc/return?code=x&state=y', { headers: { Cookie: `snowguard_oidc=${memory}` } }))
        .status,
      memory,
    ).toBe(403);
});

test('a CI job is known by its signed claims', async () => {
  const claims = {
    iss: issuer.url,
    aud: 'sets.example',
    sub: 'repo:acme/secure:ref:refs/heads/main',
    repository: 'acme/secure',
    iat: seconds,
    exp: seconds + 300,
  };
  const ask = async (token: string) => app.request('/cli/status', { headers: { Authorization: `Bearer ${token}` } });
  expect(await (await ask(await issuer.sign(claims))).json()).toEqual({
    gh_name: 'ci:repo:acme/secure:ref:refs/heads/main',
    expires_at: seconds + 300,
  });
  expect((await ask(await issuer.sign({ ...claims, repository: 'evil/secure' }))).status).toBe(401);
});

test('without a service there is none', async () => {
  const bare = testApp();
  expect((await bare.request('/sign-in/oidc')).status).toBe(404);
  expect((await bare.request('/sign-in/oidc/return')).status).toBe(404);
  expect(await (await bare.request('/sign-in')).text()).not.toContain('/sign-in/oidc');
});
