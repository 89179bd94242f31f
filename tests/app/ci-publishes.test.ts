/** A CI job without any stored token: what its platform signs lets it publish its flake and fill its cache, and nothing else. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startIssuer, type TestIssuer } from '../../src/accounts/oidc/testing.ts';
import { encodeBase32 } from '../../src/formats/nix/base32.ts';
import { narOf } from '../../src/formats/nix/nar.ts';
import { latestEvents } from '../../src/journal/index.ts';
import { type CacheWorld, cacheWorld } from '../support/cache-world.ts';
import { ask, push } from '../support/registry-world.ts';

let issuer: TestIssuer;
let world: CacheWorld;
/** The registry under the name by which the rules know it. */
let origin = '';
beforeAll(async () => {
  issuer = await startIssuer();
  world = await cacheWorld({
    more: `[network]\nallow_hosts = ["${issuer.host}"]
[[oidc]]
issuer = "${issuer.url}"
claims = { repository = "acme/tool", ref = "refs/heads/main" }
flake = "tool"
scopes = ["publish", "cache-write", "read"]
[[oidc]]
issuer = "${issuer.url}"
claims = { repository = "acme/*" }
scopes = ["read"]
`,
  });
  origin = world.workspace.configuration.public_url;
});
afterAll(async () => {
  await world?.close();
  await issuer?.close();
});

/** What a job of GitHub Actions says of itself: docs.github.com, "OpenID Connect reference". */
const signed = (given: Readonly<Record<string, unknown>> = {}) => {
  const seconds = Math.floor(Date.now() / 1000);
  return issuer.sign({
    iss: issuer.url,
    // flakehub-push asks for the host name of its --host.
    aud: new URL(origin).hostname,
    sub: 'repo:acme/tool:ref:refs/heads/main',
    repository: 'acme/tool',
    ref: 'refs/heads/main',
    iat: seconds,
    nbf: seconds - 5,
    exp: seconds + 300,
    ...given,
  });
};
const port = () => Number(new URL(origin).port);
const publish = async (token: string, name: string, version: string) =>
  (
    await push(
      { origin, ask: (target, given) => ask(port(), target, given ?? {}) },
      { token, name, version, body: { visibility: 'private' } },
    )
  ).map(({ status }) => status);
const basic = (token: string) => ({ Authorization: `Basic ${Buffer.from(`any:${token}`).toString('base64')}` });

test('flakehub-push publishes with the token of its job, in the name of the job', async () => {
  expect(await publish(await signed(), 'acme/tool', 'v1.0.0')).toEqual([200, 200, 200, 200]);
  const events = await latestEvents(world.workspace.database, { kinds: ['release.published'], limit: 1 });
  expect(events).toMatchObject([{ actor: 'ci:repo:acme/tool:ref:refs/heads/main' }]);
});

describe('nobody else', () => {
  test.each([
    ['of another host', { aud: 'flakehub.com' }, [401]],
    ['of somebody else’s repository', { repository: 'mallory/tool' }, [401]],
    ['of a repository that only begins like ours', { repository: 'acme/tool/../x' }, [401]],
    ['that is over', { exp: Math.floor(Date.now() / 1000) - 120 }, [401]],
    ['of another branch, which may only read', { ref: 'refs/heads/x' }, [200, 401]],
    ['of another repository of ours, which may only read', { repository: 'acme/other' }, [200, 401]],
  ])('a token %s', async (_what, claims, expected) => {
    expect(await publish(await signed(claims), 'acme/tool', '2.0.0')).toEqual(expected);
  });

  test('the job itself, for another flake', async () => {
    expect(await publish(await signed(), 'acme/other', '1.0.0')).toEqual([200, 401]);
    expect(await publish(await signed(), 'elsewhere/tool', '1.0.0')).toEqual([200, 401]);
  });

  test('and nothing of it is there', async () => {
    const { text } = await ask(port(), '/f/acme/tool/releases', { headers: basic(await signed()) });
    expect((JSON.parse(text) as readonly { readonly version: string }[]).map(({ version }) => version)).toEqual([
      '1.0.0',
    ]);
  });
});

test('jobs read by netrc what they may; to others it does not exist', async () => {
  const status = async (headers: Readonly<Record<string, string>>) =>
    (await ask(port(), '/f/acme/tool/1', { headers })).status;
  expect(await status(basic(await signed({ repository: 'acme/other' })))).toBe(307);
  expect(await status({})).toBe(404);
  expect(await status(basic(await signed({ repository: 'mallory/x' })))).toBe(401);
});

test('a job fills the cache of its flake, and no other', async () => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of narOf([{ path: 'f', kind: 'regular', content: Buffer.from('x') }])) chunks.push(chunk);
  const nar = Buffer.concat(chunks);
  const file = `nar/${encodeBase32(createHash('sha256').update(nar).digest())}.nar`;
  const put = async (cache: string) =>
    (await ask(port(), `${cache}/${file}`, { method: 'PUT', body: nar, headers: basic(await signed()) })).status;
  expect(await put('/cache/acme/tool')).toBe(201);
  // The common cache is seen by everybody, another flake by nobody who is not of it.
  expect(await put('/cache')).toBe(403);
  expect(await put('/cache/acme/other')).toBe(404);
});
