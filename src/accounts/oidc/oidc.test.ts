import { randomBytes } from 'node:crypto';
import { type JWTPayload, SignJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createFetcher } from '../../platform/fetcher/http.ts';
import { createPoster } from '../../platform/fetcher/post.ts';
import { createIssuers, createSignInFlow, createVerifyWorkload, isClosed, type WorkloadRule } from '../index.ts';
import { fits } from './claim-rules.ts';
import { startIssuer, type TestIssuer } from './testing.ts';

const at = Date.parse('2026-06-01T12:00:00Z');
const seconds = at / 1000;
const closing: (() => Promise<void>)[] = [];
let issuer: TestIssuer;
let now: number;

beforeEach(async () => {
  now = at;
  issuer = await startIssuer();
  closing.push(issuer.close);
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

function outgoing() {
  const clock = { now: () => now };
  const options = { userAgent: 'test', allowHosts: [issuer.host], clock };
  const [fetcher, poster] = [createFetcher(options), createPoster(options)];
  closing.push(fetcher.close, poster.close);
  return { clock, poster, issuers: createIssuers({ fetcher, clock }) };
}

/** What a job of GitHub Actions says of itself: docs.github.com, "OpenID Connect reference". */
const claims = (given: Readonly<Record<string, unknown>> = {}): JWTPayload => ({
  iss: issuer.url,
  aud: 'sets.example',
  sub: 'repo:acme/secure:ref:refs/heads/main',
  repository: 'acme/secure',
  repository_owner: 'acme',
  ref: 'refs/heads/main',
  iat: seconds,
  nbf: seconds - 300,
  exp: seconds + 300,
  ...given,
});

const rule = (given: Partial<WorkloadRule> = {}): WorkloadRule => ({
  issuer: issuer.url,
  audience: 'sets.example',
  claims: { repository: 'acme/*', ref: 'refs/heads/main' },
  organisation: 'acme',
  flake: 'secure',
  scopes: ['publish'],
  ...given,
});

describe('a CI job', () => {
  const verifier = (rules: readonly WorkloadRule[] = [rule()]) =>
    createVerifyWorkload({ rules, issuers: outgoing().issuers });

  test.each(['RS256', 'ES256'] as const)('signed with %s is who its claims say', async (alg) => {
    expect(await verifier()(await issuer.sign(claims(), { alg }), at)).toEqual({
      principal: {
        kind: 'workload',
        name: 'ci:repo:acme/secure:ref:refs/heads/main',
        organisation: 'acme',
        flake: 'secure',
        scopes: ['publish'],
      },
      expiresAt: (seconds + 300) * 1000,
      id: 'ci:repo:acme/secure:ref:refs/heads/main',
    });
  });

  test('a minute of another clock is forgiven, two are not', async () => {
    const verify = verifier();
    expect(await verify(await issuer.sign(claims({ exp: seconds - 50 })), at)).not.toBeNull();
    expect(await verify(await issuer.sign(claims({ exp: seconds - 120 })), at)).toBeNull();
    expect(await verify(await issuer.sign(claims({ nbf: seconds + 50 })), at)).not.toBeNull();
    expect(await verify(await issuer.sign(claims({ nbf: seconds + 120 })), at)).toBeNull();
  });

  test.each<[string, () => JWTPayload]>([
    ['another audience', () => claims({ aud: 'elsewhere.example' })],
    ['no audience', () => claims({ aud: undefined })],
    ['another repository', () => claims({ repository: 'evil/secure' })],
    ['a repository that begins alike', () => claims({ repository: 'acme/secure/more' })],
    ['another branch', () => claims({ ref: 'refs/heads/main2' })],
    ['a missing claim', () => claims({ ref: undefined })],
    ['a claim of another kind', () => claims({ repository: ['acme/secure'] })],
    ['no end', () => claims({ exp: undefined })],
    ['another issuer than signed', () => claims({ iss: 'https://token.actions.githubusercontent.com' })],
  ])('refused: %s', async (_, given) => {
    expect(await verifier()(await issuer.sign(given()), at)).toBeNull();
  });

  test('refused: no signature, a signature by what everybody knows, by another key, cut or changed', async () => {
    const verify = verifier();
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const good = await issuer.sign(claims());
    const [header = '', payload = '', signature = ''] = good.split('.');
    const shared = (secret: string) =>
      new SignJWT(claims()).setProtectedHeader({ alg: 'HS256', kid: 'RS256-1' }).sign(new TextEncoder().encode(secret));
    const other = await startIssuer();
    closing.push(other.close);
    for (const bad of [
      `${part({ alg: 'none' })}.${payload}.`,
      `${part({ alg: 'none', kid: 'RS256-1' })}.${payload}.x`,
      `${part({ alg: 'None', kid: 'RS256-1' })}.${payload}.${signature}`,
      await shared(await issuer.publicKey()),
      await shared(''.padEnd(32, 'x')),
      await other.sign(claims()),
      `${header}.${part(claims({ repository: 'acme/other' }))}.${signature}`,
      `${header}.${payload}.${signature.slice(0, -4)}`,
      `${header}.${payload}`,
      `${good}.x`,
      `..`,
      `a.${part(null)}.b`,
      'x'.repeat(20_000),
    ])
      expect(await verify(bad, at), bad.slice(0, 80)).toBeNull();
    expect(await verify(good, at)).not.toBeNull();
  });

  test('keys that were exchanged are found; made-up ones do not make us ask without end', async () => {
    const verify = verifier();
    expect(await verify(await issuer.sign(claims()), at)).not.toBeNull();
    await issuer.rotate();
    const fresh = await issuer.sign(claims());
    now += 61_000;
    expect(await verify(fresh, at)).not.toBeNull();
    expect(issuer.asked('/keys')).toBe(2);
    for (let count = 0; count < 20; count++)
      expect(await verify(await issuer.sign(claims(), { kid: `made-up-${count}` }), at)).toBeNull();
    expect(issuer.asked('/keys')).toBe(2);
  });

  test('nobody makes us ask an issuer that no rule names', async () => {
    const stranger = await startIssuer();
    closing.push(stranger.close);
    expect(await verifier()(await stranger.sign(claims({ iss: stranger.url })), at)).toBeNull();
    expect(stranger.asked('/.well-known/openid-configuration')).toBe(0);
  });

  test.each([
    [
      'that calls itself otherwise',
      '/.well-known/openid-configuration',
      '{"issuer":"https://x.example","jwks_uri":"https://x.example/k"}',
    ],
    ['without JSON', '/.well-known/openid-configuration', '<html>'],
    ['without keys', '/keys', '{}'],
    ['that never ends', '/keys', ' '.repeat(300_000)],
  ])('an issuer %s is a failure to try again, and not remembered', async (_, path, body) => {
    const verify = verifier();
    const token = await issuer.sign(claims());
    issuer.spoil(path, body);
    await expect(verify(token, at)).rejects.toThrow();
    issuer.spoil(path, null);
    expect(await verify(token, at)).not.toBeNull();
  });

  test('the first rule that fits decides', async () => {
    const verify = verifier([
      rule({ claims: { repository: 'acme/other' }, scopes: ['push'] }),
      rule({ audience: 'second.example', flake: null, scopes: ['cache-write'] }),
      rule(),
    ]);
    const scopesOf = async (given: JWTPayload) =>
      (await verify(await issuer.sign(claims(given)), at))?.principal.scopes ?? null;
    expect(await scopesOf({})).toEqual(['publish']);
    expect(await scopesOf({ aud: 'second.example' })).toEqual(['cache-write']);
  });
});

describe('claim rules', () => {
  test.each([
    ['acme/*', 'acme/a', true],
    ['acme/*', 'acme/a/b', false],
    ['acme/**', 'acme/a/b', true],
    ['acme/*', 'xacme/a', false],
    ['acme/*', 'acme/a\n', true],
    ['a.me/*', 'acme/x', false],
    ['refs/tags/v*', 'refs/tags/v1.2', true],
    ['[a-z]+', 'abc', false],
  ])('%s and %j: %s', (pattern, value, expected) => {
    expect(fits({ ...({} as WorkloadRule), claims: { one: pattern } }, { one: value })).toBe(expected);
  });

  test.each([
    ['https://token.actions.githubusercontent.com', { ref: 'refs/heads/main' }, false],
    ['https://token.actions.githubusercontent.com/', { ref: 'refs/heads/main' }, false],
    ['https://token.actions.githubusercontent.com', { repository: '*/secure' }, false],
    ['https://token.actions.githubusercontent.com', { repository: 'acme/*' }, true],
    ['https://gitlab.com', { ref: 'main', project_path: 'acme/**' }, true],
    ['https://gitlab.com', { ref: 'main' }, false],
    ['https://ci.internal.example', { team: 'platform' }, true],
    ['https://ci.internal.example', { team: '**' }, false],
  ])('%s with %j lets in one house only: %s', (from, named, closed) => {
    expect(isClosed({ issuer: from, claims: named as unknown as WorkloadRule['claims'] })).toBe(closed);
  });
});

describe('signing in at a service', () => {
  const service = (secret: string | null = 's3cret/+') => {
    const { clock, poster, issuers } = outgoing();
    return createSignInFlow({
      title: 'Example',
      issuer: issuer.url,
      clientId: 'snowguard',
      secret: async () => secret,
      redirectUri: 'https://sets.example/sign-in/oidc/return',
      issuers,
      poster,
      clock,
      random: (size) => new Uint8Array(randomBytes(size)),
    });
  };
  const person = (given: Readonly<Record<string, unknown>> = {}): JWTPayload => ({
    iss: issuer.url,
    aud: 'snowguard',
    sub: '42',
    email: 'ada@example.org',
    email_verified: true,
    iat: seconds,
    exp: seconds + 60,
    ...given,
  });
  const queryOf = (url: string) => Object.fromEntries(new URL(url).searchParams);

  test('a code, its proof and our secret become whom the service vouches for', async () => {
    const { begin, finish } = service();
    const { url, memory } = await begin();
    expect(queryOf(url)).toMatchObject({
      response_type: 'code',
      client_id: 'snowguard',
      scope: 'openid email',
      code_challenge_method: 'S256',
    });
    const query = queryOf(await issuer.consent(url, person()));
    expect(await finish({ memory, query })).toEqual({ identity: `${issuer.url} 42`, verifiedEmail: 'ada@example.org' });
    // A code works once.
    expect(await finish({ memory, query })).toBeNull();
  });

  test('an address that was not verified vouches for nobody', async () => {
    const { begin, finish } = service();
    for (const email_verified of [false, 'true', undefined]) {
      const { url, memory } = await begin();
      const query = queryOf(await issuer.consent(url, person({ email_verified })));
      expect(await finish({ memory, query })).toEqual({ identity: `${issuer.url} 42`, verifiedEmail: null });
    }
  });

  test('refused: another browser’s answer, a wrong secret, a token for others, of another time, without our nonce', async () => {
    const { begin, finish } = service();
    const { url, memory } = await begin();
    const query = queryOf(await issuer.consent(url, person()));
    const other = await begin();
    expect(await finish({ memory: other.memory, query })).toBeNull();
    expect(await finish({ memory: '', query: { ...query, state: '' } })).toBeNull();
    expect(await finish({ memory, query: { ...query, iss: 'https://evil.example' } })).toBeNull();
    expect(await finish({ memory, query: { state: query.state, error: 'access_denied' } })).toBeNull();
    const [state, nonce] = memory.split('.');
    expect(await finish({ memory: `${state}.${nonce}.other`, query })).toBeNull();
    expect(await service('wrong').finish({ memory, query: queryOf(await issuer.consent(url, person())) })).toBeNull();
    for (const bad of [
      person({ nonce: 'x' }),
      person({ aud: 'another-client' }),
      person({ aud: ['snowguard', 'another-client'] }),
      person({ exp: seconds - 120 }),
      person({ iss: 'https://evil.example' }),
    ])
      expect(await finish({ memory, query: queryOf(await issuer.consent(url, bad)) })).toBeNull();
  });
});
