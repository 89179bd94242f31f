import { beforeEach, describe, expect, test } from 'vitest';
import type { Person } from '../../accounts/index.ts';
import { type JournalTables, latestEvents } from '../../journal/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { databasesForTests } from '../../platform/database/testing.ts';
import { noticeMs } from './coverage-notices.ts';
import { type CatalogStore, createCatalogStore } from './store.ts';
import type { CatalogTables } from './tables.ts';

const ada: Person = { name: 'ada', roles: ['policy_admin'] };
const bob: Person = { name: 'bob', roles: ['security_lead'] };
const eve: Person = { name: 'eve', roles: ['analyst'] };
const row = (attr: string) => ({ attr, category: 'c', owner: 'o', since: '2027-01-01' });

describe.each(await databasesForTests())('the end of a promise on $name', (engine) => {
  let db: Database<CatalogTables & JournalTables>;
  let store: CatalogStore;
  beforeEach(async () => {
    db = await engine.open();
    store = createCatalogStore(db);
    await store.replaceCovered({ packages: [row('xz'), row('curl')], at: 1, actor: 'operator' });
  });
  const act = (kind: 'propose' | 'approve' | 'withdraw', by: Person, at: number, attr = 'xz') =>
    store.actOnCoverage({ kind, attr, by, at, reason: kind === 'propose' ? 'nobody uses it' : '' });
  const drop = (at: number) =>
    store.replaceCovered({ packages: [row('curl')], at, actor: 'operator', mayLeave: 'announced' });

  test('needs two people and 30 days; until then the files alone end nothing', async () => {
    expect(await drop(5)).toMatchObject({ removed: [], kept: ['xz'] });
    expect(await act('propose', ada, 10)).toMatchObject({ kind: 'done', notice: { endsAt: null } });
    expect(await drop(10 + noticeMs)).toMatchObject({ removed: [], kept: ['xz'] });
    expect(await act('approve', ada, 20)).toEqual({ kind: 'refused', why: 'same_person' });
    expect(await act('approve', bob, 20)).toMatchObject({ kind: 'done', notice: { endsAt: 20 + noticeMs } });
    expect(await drop(19 + noticeMs)).toMatchObject({ removed: [], kept: ['xz'] });
    expect(await drop(20 + noticeMs)).toMatchObject({ removed: ['xz'], kept: [] });
    expect(await store.coverageNotices()).toEqual([]);
    const events = await latestEvents(db, { limit: 9 });
    expect(events.map(({ kind, actor }) => `${actor} ${kind}`).reverse()).toEqual([
      'operator catalog.covered-changed',
      'ada catalog.coverage-end-proposed',
      'bob catalog.coverage-end-announced',
      'operator catalog.covered-changed',
    ]);
  });

  test('what was used up for one end does not serve another', async () => {
    await act('propose', ada, 10);
    await act('approve', bob, 20);
    await drop(20 + noticeMs);
    await store.replaceCovered({ packages: [row('xz'), row('curl')], at: 30 + noticeMs, actor: 'operator' });
    expect(await drop(40 + noticeMs)).toMatchObject({ removed: [], kept: ['xz'] });
  });

  test('is withdrawn by anybody who may decide', async () => {
    await act('propose', ada, 10);
    await act('approve', bob, 20);
    expect(await act('withdraw', ada, 30)).toMatchObject({ kind: 'done' });
    expect(await drop(99 + noticeMs)).toMatchObject({ kept: ['xz'] });
  });

  test.each([
    ['an analyst', 'propose', eve, 'xz', 'role_missing'],
    ['of what is not covered', 'propose', ada, 'zlib', 'not_covered'],
    ['of what nobody proposed', 'approve', bob, 'curl', 'no_notice'],
    ['the robot', 'propose', { name: 'robot', roles: ['policy_admin'] } as Person, 'xz', 'role_missing'],
  ] as const)('refused: %s', async (_, kind, by, attr, why) => {
    expect(await act(kind, by, 10, attr)).toEqual({ kind: 'refused', why });
  });

  test('who asked and what is promised where comes back as it was written', async () => {
    const rich = { ...row('xz'), askedBy: ['payments'], tiers: { 'aarch64-darwin': 'evaluates' as const } };
    const change = await store.replaceCovered({ packages: [rich, row('curl')], at: 2, actor: 'ada', reason: 'asked' });
    expect(change.altered).toEqual(['xz']);
    expect(await store.covered()).toEqual([row('curl'), rich]);
    expect((await latestEvents(db, { limit: 1 }))[0]?.payload.reason).toBe('asked');
  });
});
