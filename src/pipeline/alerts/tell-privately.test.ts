import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Database } from '../../platform/database/index.ts';
import { openTestDatabase } from '../../platform/database/testing.ts';
import { alertsOver, hookTarget, receiver, subscriptionOf, type TestTables } from './testing.ts';

let db: Database<TestTables>;
let status: number;
let first: Awaited<ReturnType<typeof receiver>>;
let second: Awaited<ReturnType<typeof receiver>>;

beforeEach(async () => {
  db = await openTestDatabase<TestTables>();
  status = 204;
  first = await receiver(() => ({ status }));
  second = await receiver(() => ({ status: 204 }));
});
afterEach(() => {
  first.close();
  second.close();
});

function world() {
  const { alerts, clock } = alertsOver(db, {
    targets: [hookTarget('first', first.url), hookTarget('second', second.url)],
  });
  return {
    alerts,
    subscribe: (subscriber: string, by: string, targets: readonly string[] = ['first', 'second']) =>
      alerts.subscribe({ subscription: subscriptionOf({ subscriber, targets: [...targets] }), by, at: clock.now() }),
    tell: (person: string) =>
      alerts.tellPrivately({
        person,
        address: null,
        subject: 'EMB-2026-4711: there is something to see',
        lead: 'Sign in to see it.',
        link: { label: 'EMB-2026-4711', url: '/embargoes/EMB-2026-4711' },
        signal: new AbortController().signal,
      }),
  };
}

test('one person is told where they chose to be, and no log of it is kept', async () => {
  const { alerts, subscribe, tell } = world();
  await subscribe('ada', 'ada');
  await subscribe('bob', 'bob', ['second']);
  expect(await tell('ada')).toBe('sent');
  expect([first.received.length, second.received.length]).toEqual([1, 0]);
  expect(JSON.parse(first.received[0]?.body ?? '')).toMatchObject({
    type: 'alert.private',
    data: { links: [{ url: 'https://set.example/embargoes/EMB-2026-4711' }], lines: [], stopUrl: null },
  });
  expect(await alerts.deliveries({ state: null, target: null, after: null, limit: 10 })).toMatchObject({ items: [] });
});

test('the next target where the first one fails; later where all do', async () => {
  const { subscribe, tell } = world();
  status = 503;
  await subscribe('ada', 'ada');
  expect(await tell('ada')).toBe('sent');
  expect([first.received.length, second.received.length]).toEqual([1, 1]);
  await subscribe('bob', 'bob', ['first']);
  expect(await tell('bob')).toBe('later');
});

test('whoever writes another name into their own subscription is told nothing', async () => {
  const { subscribe, tell } = world();
  await subscribe('ada', 'eve');
  expect(await tell('ada')).toBe('nowhere');
  await subscribe('ada', 'configuration', ['second']);
  expect(await tell('ada')).toBe('sent');
  expect([first.received.length, second.received.length]).toEqual([0, 1]);
});
