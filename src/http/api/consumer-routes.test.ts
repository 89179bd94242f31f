import { Hono } from 'hono';
import { describe, expect, test, vi } from 'vitest';
import type { Principal } from '../../accounts/index.ts';
import { type ConsumerPort, consumerRoutes } from './consumer-routes.ts';

const request = {
  package: 'jq',
  attr: null,
  state: 'open' as const,
  decision: null,
  askedBy: [
    { requester: 'ada', version: '1.8', reason: 'mine', askedAt: 0 },
    { requester: 'bob', version: null, reason: 'his', askedAt: 0 },
  ],
};

const person = (name: string, ...roles: readonly ('policy_admin' | 'analyst')[]): Principal => ({
  kind: 'person',
  person: { name, roles },
  scopes: ['read'],
  grants: [],
});
const robot: Principal = { kind: 'workload', name: 'ci', scopes: ['read'], organisation: 'acme', flake: null };

function appFor(principal: Principal | null, given: Partial<ConsumerPort> = {}) {
  const consumers: ConsumerPort = {
    registerLock: async ({ name, by }) => ({
      kind: 'registered',
      changed: true,
      consumer: { id: 'id', name: `${name} of ${by}`, inputs: [], seenAt: 0 },
    }),
    remove: async () => true,
    requests: { ask: async () => [request], requests: async () => [request], decide: async () => null },
    ...given,
  };
  const keys = async () => [
    { name: 'sets-1', publicKey: 'sets-1:AAAA', createdAt: 0, createdBy: 'ada', retiredAt: 5 },
    { name: 'sets-2', publicKey: 'sets-2:BBBB', createdAt: 0, createdBy: 'ada', retiredAt: null },
  ];
  const app = new Hono();
  app.use(async (c, next) => {
    if (principal !== null)
      (c as unknown as { set: (key: string, value: unknown) => void }).set('principal', principal);
    await next();
  });
  app.route(
    '/',
    consumerRoutes({
      consumers,
      clock: { now: () => 0 },
      newId: () => 'id',
      cache: { keys },
      publicUrl: 'https://s.example',
    }),
  );
  return app;
}

const wish = (value: unknown = { reason: 'x', packages: [{ name: 'jq' }] }) => ({
  method: 'POST',
  body: JSON.stringify(value),
});

describe('what a consumer tells a set', () => {
  test.each([
    ['PUT', '/api/v1/consumers/a'],
    ['DELETE', '/api/v1/consumers/a'],
    ['GET', '/api/v1/coverage-requests'],
    ['POST', '/api/v1/coverage-requests'],
  ])('%s %s asks a stranger who they are, and does nothing', async (method, path) => {
    const act = vi.fn(async () => []);
    const app = appFor(null, { requests: { ask: act, requests: act, decide: async () => null } });
    const response = await app.request(path, { method, ...(method === 'GET' ? {} : { body: '{}' }) });
    expect([response.status, response.headers.get('Content-Type')]).toEqual([401, 'application/problem+json']);
    expect(act).not.toHaveBeenCalled();
  });

  test('a lock is registered in the name of the token, under any printable name', async () => {
    const registerLock = vi.fn(async () => ({ kind: 'taken' as const }));
    const response = await appFor(robot, { registerLock }).request('/api/v1/consumers/web%2Fproduction', {
      method: 'PUT',
      body: '{}',
    });
    expect(response.status).toBe(409);
    expect(registerLock).toHaveBeenCalledWith({ name: 'web/production', text: '{}', at: 0, id: 'id', by: 'ci' });
  });

  test('bounds', async () => {
    const app = appFor(robot);
    const put = await app.request('/api/v1/consumers/a', { method: 'PUT', body: 'x'.repeat(5 * 1024 * 1024) });
    expect(put.status).toBe(413);
    const post = await app.request('/api/v1/coverage-requests', { method: 'POST', body: 'x'.repeat(3 * 1024 * 1024) });
    expect(post.status).toBe(413);
    for (const value of [null, [], { reason: 'x' }, { reason: '', packages: [{ name: 'jq' }] }])
      expect((await app.request('/api/v1/coverage-requests', wish(value))).status).toBe(400);
    expect((await app.request('/api/v1/coverage-requests', { method: 'POST', body: '{' })).status).toBe(400);
  });

  test('others are shown to operators only', async () => {
    const seen = async (principal: Principal) => {
      const response = await appFor(principal).request('/api/v1/coverage-requests');
      const { items } = (await response.json()) as {
        readonly items: readonly { readonly askedBy: readonly { readonly requester: string }[] }[];
      };
      return items.map(({ askedBy }) => askedBy.map(({ requester }) => requester));
    };
    expect(await seen(person('ada', 'analyst'))).toEqual([['ada']]);
    expect(await seen(robot)).toEqual([]);
    expect(await seen(person('grace', 'policy_admin'))).toEqual([['ada', 'bob']]);
    const asked = await appFor(person('ada')).request('/api/v1/coverage-requests', wish());
    expect([asked.status, JSON.stringify(await asked.json())]).toEqual([201, expect.not.stringContaining('bob')]);
  });

  test('the settings for Nix name the keys in use', async () => {
    const response = await appFor(null).request('/api/v1/client-settings');
    expect(await response.json()).toEqual({
      substituter: 'https://s.example/cache',
      trustedPublicKeys: ['sets-2:BBBB'],
    });
  });
});
