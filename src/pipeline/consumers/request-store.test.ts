import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JournalTables } from '../../journal/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { openTestDatabase } from '../../platform/database/testing.ts';
import { type ConsumersTables, CoverageWish, createConsumerStore } from './index.ts';

let db: Database<ConsumersTables & JournalTables>;
beforeEach(async () => {
  db = await openTestDatabase();
});
afterEach(() => db.close());

const wish = (reason: string, ...names: readonly string[]) =>
  CoverageWish.parse({ reason, packages: names.map((name) => ({ name, version: '1.0' })) });
const events = async () =>
  (await db.read.selectFrom('journal_event').selectAll().orderBy('sequence').execute()).map(
    ({ kind, subject, actor }) => [kind, subject, actor],
  );

describe('coverage requests', () => {
  test('a package is there once, with everyone who asks for it, the most wanted first', async () => {
    const { requests } = createConsumerStore(db);
    await requests.ask({ wish: wish('tests', 'jq', 'Zig'), requester: 'ada', at: 1 });
    await requests.ask({ wish: wish('builds', 'zig'), requester: 'ci', at: 2 });
    expect(await requests.requests({ state: 'open' })).toEqual([
      {
        package: 'zig',
        attr: null,
        state: 'open',
        decision: null,
        askedBy: [
          { requester: 'ada', version: '1.0', reason: 'tests', askedAt: 1 },
          { requester: 'ci', version: '1.0', reason: 'builds', askedAt: 2 },
        ],
      },
      {
        package: 'jq',
        attr: null,
        state: 'open',
        decision: null,
        askedBy: [{ requester: 'ada', version: '1.0', reason: 'tests', askedAt: 1 }],
      },
    ]);
    expect(await events()).toEqual([
      ['coverage.requested', 'ada', 'ada'],
      ['coverage.requested', 'ci', 'ci'],
    ]);
  });

  test('asked again, the reason is the newer one, and nothing is announced', async () => {
    const { requests } = createConsumerStore(db);
    await requests.ask({ wish: wish('tests', 'jq'), requester: 'ada', at: 1 });
    const [asked] = await requests.ask({ wish: wish('production', 'JQ'), requester: 'ada', at: 9 });
    expect(asked?.askedBy).toEqual([{ requester: 'ada', version: '1.0', reason: 'production', askedAt: 1 }]);
    expect(await events()).toHaveLength(1);
  });

  test('a decision is told with its reason, stands once, and can be made anew', async () => {
    const { requests } = createConsumerStore(db);
    await requests.ask({ wish: wish('tests', 'jq'), requester: 'ada', at: 1 });
    const decide = (answer: 'accepted' | 'declined', reason: string, at: number) =>
      requests.decide({ package: 'jq', answer, reason, by: 'grace', at });
    for (let time = 0; time < 2; time++)
      expect(await decide('declined', 'too large', 2)).toMatchObject({
        state: 'declined',
        decision: { reason: 'too large', by: 'grace', at: 2 },
      });
    expect(await requests.requests({ state: 'open' })).toEqual([]);
    expect(await decide('accepted', 'three ask', 3)).toMatchObject({ state: 'accepted' });
    expect((await events()).slice(1)).toEqual([
      ['coverage.declined', 'jq', 'grace'],
      ['coverage.accepted', 'jq', 'grace'],
    ]);
    expect(await requests.decide({ package: 'nope', answer: 'accepted', reason: 'x', by: 'grace', at: 4 })).toBeNull();
  });

  test.each([
    [{}],
    [{ reason: ' ', packages: [{ name: 'jq' }] }],
    [{ reason: 'x', packages: [] }],
    [{ reason: 'x', packages: [{ name: '' }] }],
    [{ reason: 'x', packages: Array.from({ length: 5001 }, () => ({ name: 'jq' })) }],
  ])('no wish: %#', (value) => {
    expect(CoverageWish.safeParse(value).success).toBe(false);
  });
});

describe('a lock that came over the network', () => {
  const text = '{"nodes":{"root":{}},"root":"root","version":7}';

  test('belongs to whoever sent it', async () => {
    const store = createConsumerStore(db);
    const register = (name: string, by: string | null, at: number) =>
      store.registerLock({ name, text, at, id: `${name}-${at}`, ...(by === null ? {} : { by }) });
    expect(await register('billing', 'ada', 1)).toMatchObject({ kind: 'registered', changed: true });
    expect(await register('billing', 'ada', 2)).toMatchObject({ kind: 'registered', changed: false });
    expect(await register('billing', 'eve', 3)).toEqual({ kind: 'taken' });
    expect(await register('own', null, 4)).toMatchObject({ kind: 'registered' });
    expect(await register('own', 'eve', 5)).toEqual({ kind: 'taken' });
    expect(await store.remove({ name: 'billing', at: 6, by: 'eve' })).toBe(false);
    expect(await store.remove({ name: 'own', at: 6, by: 'eve' })).toBe(false);
    expect(await store.remove({ name: 'nope', at: 6, by: 'ada' })).toBe(false);
    expect((await store.consumers()).map(({ name }) => name)).toEqual(['billing', 'own']);
    expect(await store.remove({ name: 'billing', at: 7, by: 'ada' })).toBe(true);
    expect(await store.remove({ name: 'own', at: 8, by: null })).toBe(true);
    expect(await store.consumers()).toEqual([]);
    expect((await events()).map(([kind, , actor]) => `${kind} ${actor}`)).toEqual([
      'consumer.registered ada',
      'consumer.registered robot',
      'consumer.removed ada',
      'consumer.removed operator',
    ]);
  });
});
