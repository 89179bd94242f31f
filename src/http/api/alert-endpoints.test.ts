import { Hono } from 'hono';
import { expect, test } from 'vitest';
import type { Principal } from '../../accounts/index.ts';
import { alertEndpoints } from './alert-endpoints.ts';
import { serveEndpoints } from './routes.ts';

const endpoints = alertEndpoints({
  organisation: 'acme',
  alerts: {
    targetHealth: async () => [
      {
        name: 'ops-chat',
        channel: 'slack',
        state: 'paused',
        failures: 3,
        pausedUntil: 60_000,
        lastSentAt: null,
        lastFailedAt: 0,
        lastError: 'status 500',
        waiting: 2,
        dead: 0,
      },
    ],
    deliveries: async ({ state, target, after, limit }) => ({
      items: [
        {
          id: [state, target, after, limit].join(' '),
          subscriptionId: 's1',
          subscriber: 'ada',
          target: 'ops-chat',
          state: 'dead',
          message: { kind: 'act-now', subject: 'billing: update nixpkgs', urgency: 'urgent' },
          dueAt: 0,
          attempts: 7,
          createdAt: 0,
          endedAt: 1000,
          detail: 'status 500',
        },
      ],
      next: 'more',
    }),
    attemptsOf: async () => [{ attempt: 1, at: 0, tookMs: 12, outcome: 'refused', detail: 'status 500' }],
  },
});

function appFor(principal: Principal | null): Hono {
  const app = new Hono();
  app.use(async (c, next) => {
    if (principal !== null)
      (c as unknown as { set: (key: string, value: unknown) => void }).set('principal', principal);
    await next();
  });
  serveEndpoints(app, endpoints);
  return app;
}

const grants = [{ organisation: 'acme', flake: null, role: 'reader' as const }];
const ada = { kind: 'person', person: { name: 'ada', roles: [] }, scopes: ['read'], grants } as unknown as Principal;
const robot: Principal = { kind: 'workload', name: 'ci', scopes: ['read'], organisation: 'acme', flake: null };
const addresses = endpoints.map(({ path, response }) => [path.replace('{delivery}', '1'), response] as const);

test.each(addresses)('%s gives the house what it promises, and nothing on the way keeps it', async (path, schema) => {
  const answer = await appFor(ada).request(path);
  expect([answer.status, answer.headers.get('Cache-Control')]).toEqual([200, 'no-store']);
  const body = await answer.json();
  expect(schema.parse(body)).toEqual(body);
});

test.each(addresses)('%s shows strangers and robots nobody', async (path) => {
  const statuses = [await appFor(null).request(path), await appFor(robot).request(path)].map(({ status }) => status);
  expect(statuses).toEqual([401, 403]);
});

test('deliveries are asked for by state and target, a page at a time', async () => {
  const idOf = async (query: string) => {
    const answer = await appFor(ada).request(`/api/v1/deliveries${query}`);
    const { items } = (await answer.json()) as { readonly items?: readonly { readonly id: string }[] };
    return items?.[0]?.id ?? answer.status;
  };
  expect(await idOf('?state=dead&target=ops-chat&after=x&limit=7')).toBe('dead ops-chat x 7');
  expect(await idOf('')).toBe('   50');
  expect(await idOf('?state=lost')).toBe(400);
});
