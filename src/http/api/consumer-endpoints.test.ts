import { Hono } from 'hono';
import { describe, expect, test, vi } from 'vitest';
import type { Principal } from '../../accounts/index.ts';
import type { JournalTables } from '../../journal/index.ts';
import { latestEvents } from '../../journal/index.ts';
import {
  type ClosureUpload,
  type ConsumersTables,
  createConsumerStore,
  maxClosureBytes,
} from '../../pipeline/consumers/index.ts';
import { openTestDatabase } from '../../platform/database/testing.ts';
import type { ConsumerPort } from '../consumer-port.ts';
import { fakeReads } from '../testing.ts';
import { consumerEndpoints } from './consumer-endpoints.ts';
import { consumerFeedEndpoints } from './consumer-feed-endpoints.ts';
import { coverageRequestEndpoints } from './coverage-request-endpoints.ts';
import { closureSchema } from './present-closure.ts';
import { serveEndpoints } from './routes.ts';

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

const upload = (state: ClosureUpload['state']): ClosureUpload => ({
  id: state,
  consumerId: 'c1',
  state,
  source: state === 'refused' ? null : 'CycloneDX',
  packages: state === 'refused' ? 0 : 12,
  uploadedAt: 0,
  uploadedBy: 'ci',
  seenAt: 0,
  endedAt: state === 'current' ? null : 5,
  refused: state === 'refused' ? { reason: 'it is no JSON', raw: '{' } : null,
});

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
    feeds: { make: async () => ({ kind: 'unknown' }), revoke: async () => false, list: async () => null },
    closures: {
      upload: async () => ({ kind: 'kept', closure: upload('current'), changed: true }),
      remove: async () => true,
      history: async () => [upload('refused'), upload('current'), upload('replaced')],
    },
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
  const clock = { now: () => 0 };
  serveEndpoints(app, [
    ...consumerEndpoints({
      reads: fakeReads(),
      consumers,
      clock,
      newId: () => 'id',
      cache: { keys },
      organisation: 'acme',
      publicUrl: 'https://s.example',
    }),
    ...coverageRequestEndpoints({ consumers, clock }),
    ...consumerFeedEndpoints({
      consumers,
      clock,
      random: (size) => new Uint8Array(size),
      publicUrl: 'https://s.example',
    }),
  ]);
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
    ['GET', '/api/v1/consumers/a/closure'],
    ['POST', '/api/v1/consumers/a/closure'],
    ['DELETE', '/api/v1/consumers/a/closure'],
    ['GET', '/api/v1/consumers/a/feeds'],
    ['POST', '/api/v1/consumers/a/feeds'],
    ['DELETE', '/api/v1/consumers/a/feeds/b'],
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

  test('what runs is told, read and taken back in the name of the token', async () => {
    const uploaded = vi.fn(async () => ({ kind: 'refused' as const, reason: 'it is no JSON' }));
    const history = vi.fn(async () => [upload('refused'), upload('current'), upload('replaced')]);
    const remove = vi.fn(async () => false);
    const app = appFor(robot, { closures: { upload: uploaded, history, remove } });
    const path = '/api/v1/consumers/web%2Fproduction/closure';
    const posted = await app.request(path, { method: 'POST', body: '{' });
    expect([posted.status, await posted.json()]).toEqual([
      422,
      expect.objectContaining({ detail: 'it is no JSON. What was known before stays.' }),
    ]);
    const name = 'web/production';
    expect(uploaded).toHaveBeenCalledWith({ name, text: '{', at: 0, id: 'id', by: 'ci' });
    const read = await app.request(path);
    expect([read.status, read.headers.get('Cache-Control')]).toEqual([200, 'no-store']);
    expect(closureSchema.parse(await read.json())).toMatchObject({
      name,
      closure: { source: 'CycloneDX', packages: 12, uploadedBy: 'ci' },
      refused: { reason: 'it is no JSON', raw: '{' },
      history: [{ state: 'replaced', endedAt: '1970-01-01T00:00:00.005Z' }],
    });
    expect(history).toHaveBeenCalledWith({ name, by: 'ci' });
    expect((await app.request(path, { method: 'DELETE' })).status).toBe(404);
    expect(remove).toHaveBeenCalledWith({ name, at: 0, by: 'ci' });
  });

  test('what runs is read by whom it belongs to, and by people of the house', async () => {
    const seen = async (principal: Principal) => {
      const history = vi.fn(async () => null);
      const closures = { upload: async () => ({ kind: 'unknown' }) as const, history, remove: async () => false };
      const app = appFor(principal, { closures });
      const answers = [
        await app.request('/api/v1/consumers/a/closure'),
        await app.request('/api/v1/consumers/a/closure', { method: 'POST', body: '' }),
      ];
      expect(answers.map(({ status }) => status)).toEqual([404, 404]);
      return history.mock.calls;
    };
    const grants = [{ organisation: 'acme', flake: null, role: 'reader' as const }];
    expect(await seen({ ...person('ada'), grants } as Principal)).toEqual([[{ name: 'a', by: null }]]);
    expect(await seen(person('bob'))).toEqual([[{ name: 'a', by: 'bob' }]]);
  });

  test('bounds', async () => {
    const app = appFor(robot);
    const put = await app.request('/api/v1/consumers/a', { method: 'PUT', body: 'x'.repeat(5 * 1024 * 1024) });
    expect(put.status).toBe(413);
    const headers = { 'Content-Length': String(maxClosureBytes + 1) };
    const closure = await app.request('/api/v1/consumers/a/closure', { method: 'POST', body: 'x', headers });
    expect(closure.status).toBe(413);
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

describe('feeds of a consumer', () => {
  test('are made, listed and taken back by who registered the lock, over a real store', async () => {
    const db = await openTestDatabase<ConsumersTables & JournalTables>();
    const store = createConsumerStore(db);
    const text = JSON.stringify({ version: 7, root: 'root', nodes: { root: {} } });
    await store.registerLock({ name: 'web/a', text, at: 0, id: 'c1', by: 'ci' });
    let made = 0;
    const feeds: ConsumerPort['feeds'] = {
      ...store.feeds,
      make: (given) => {
        made += 1;
        return store.feeds.make({ ...given, random: (size) => new Uint8Array(size).fill(made) });
      },
    };
    const own = appFor(robot, { feeds });
    const other = appFor(person('eve'), { feeds });
    const place = '/api/v1/consumers/web%2Fa/feeds';
    const post = (app: Hono) => app.request(place, { method: 'POST' });
    for (const method of ['GET', 'POST']) expect((await other.request(place, { method })).status).toBe(404);
    const answer = await post(own);
    expect([answer.status, answer.headers.get('Cache-Control')]).toEqual([201, expect.stringContaining('no-store')]);
    const { feed, addresses } = (await answer.json()) as { feed: { id: string }; addresses: Record<string, string> };
    const [, key = ''] = /^https:\/\/s\.example\/feeds\/consumer\/([\w-]{43})\.atom$/.exec(addresses.atom ?? '') ?? [];
    expect(Object.keys(addresses)).toEqual(['rss', 'atom', 'json']);
    expect(await store.feeds.ownerOf(key)).toEqual({ consumerId: 'c1' });
    const list = await (await own.request(place)).json();
    expect(list).toEqual({ items: [{ id: feed.id, madeAt: '1970-01-01T00:00:00Z', madeBy: 'ci' }] });
    const rows = await db.read.selectFrom('consumer_feed').selectAll().execute();
    const events = await latestEvents(db, { limit: 100 });
    expect(JSON.stringify([list, rows, events])).not.toContain(key);

    for (let more = 0; more < 9; more += 1) expect((await post(own)).status).toBe(201);
    expect((await post(own)).status).toBe(409);
    const revoke = (app: Hono, id: string) => app.request(`${place}/${id}`, { method: 'DELETE' });
    expect([(await revoke(other, feed.id)).status, (await revoke(own, 'none')).status]).toEqual([404, 404]);
    expect((await revoke(own, feed.id)).status).toBe(200);
    expect(await store.feeds.ownerOf(key)).toBeNull();
    expect((await revoke(own, feed.id)).status).toBe(404);
    // With the lock they go too.
    await store.remove({ name: 'web/a', at: 1, by: null });
    expect(await db.read.selectFrom('consumer_feed').selectAll().execute()).toEqual([]);
  });
});
