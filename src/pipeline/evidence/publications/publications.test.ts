import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { appendEvent, type JournalTables, latestEvents } from '../../../journal/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import { databasesForTests } from '../../../platform/database/testing.ts';
import { createPublicationStore, type PublicationStore } from './store.ts';
import type { PublicationTables } from './tables.ts';

const year = (given: number) => Date.UTC(given, 5, 1);

interface Happened {
  readonly kind: string;
  readonly advisoryId: string;
  readonly attr?: string;
  readonly actor?: string;
  readonly at?: number;
  readonly more?: Readonly<Record<string, unknown>>;
}

describe.each(await databasesForTests())('our own ids on $name', (engine) => {
  let db: Database<PublicationTables & JournalTables>;
  let store: PublicationStore;
  let names: ReadonlyMap<string, readonly string[]>;
  const open = (prefix = 'XSP') =>
    createPublicationStore({
      db,
      advisories: { namesOf: async () => names },
      prefix,
      now: () => year(2030),
    });
  beforeEach(async () => {
    db = await engine.open();
    names = new Map();
    store = open();
  });
  const happen = (...events: readonly Happened[]) =>
    db.write(async (trx) => {
      for (const { kind, advisoryId, attr = 'xz', actor = 'Ada', at = year(2027), more = {} } of events)
        await appendEvent(trx, {
          at,
          kind: `finding.${kind}`,
          subject: '1',
          actor,
          payload: { findingId: '1', advisoryId, attr, channel: 'rolling', ...more },
        });
    });
  const idOf = async (advisoryId: string, attr = 'xz') =>
    (await store.idsOf([{ attr, advisoryId }]))({ attr, advisoryId });
  const all = async () => (await store.list({ after: null, limit: 1_000 })).map(({ id, names: own }) => [id, ...own]);

  test.each([
    ['claimed', 'Ada', true],
    ['affected', 'Ada', true],
    ['dismissed', 'Ada', true],
    ['verdict-approved', 'Ada', true],
    ['risk-accepted', 'Ada', true],
    ['released', 'robot', true],
    ['opened', 'robot', false],
    ['fixed', 'robot', false],
    ['retracted', 'robot', false],
    ['verdict-proposed', 'Ada', false],
    ['unclaimed', 'Ada', false],
  ])('%s by %s gives one: %j', async (kind, actor, given) => {
    await happen({ kind, actor, advisoryId: 'CVE-2027-1' });
    expect([await store.number(), await idOf('CVE-2027-1')]).toEqual(given ? [1, 'XSP-2027-00001'] : [0, null]);
  });

  test('one for each vulnerability and package, whatever the line, numbered in each year of the event', async () => {
    await happen(
      { kind: 'opened', advisoryId: 'CVE-2027-1', actor: 'robot' },
      { kind: 'claimed', advisoryId: 'CVE-2027-1', more: { channel: '26.11' } },
      { kind: 'claimed', advisoryId: 'CVE-2027-1' },
      { kind: 'claimed', advisoryId: 'CVE-2027-1', attr: 'zlib' },
      { kind: 'affected', advisoryId: 'CVE-2027-2', at: year(2028) },
    );
    expect(await store.number()).toBe(3);
    expect(await all()).toEqual([
      ['XSP-2027-00001', 'CVE-2027-1'],
      ['XSP-2027-00002', 'CVE-2027-1'],
      ['XSP-2028-00001', 'CVE-2027-2'],
    ]);
    await happen({ kind: 'claimed', advisoryId: 'CVE-2027-3' });
    store = open('ACME');
    expect([await store.number(), await store.number()]).toEqual([1, 0]);
    expect(await idOf('CVE-2027-3')).toBe('ACME-2027-00003');
    expect((await store.list({ after: 'XSP-2027-00002', limit: 1 })).map(({ id }) => id)).toEqual(['ACME-2027-00003']);
    const told = await latestEvents(db, { limit: 1, kinds: ['advisory.published'] });
    expect(told[0]).toMatchObject({ at: year(2030), subject: 'ACME-2027-00003', actor: 'robot' });
  });

  test('it stays when the vulnerability gets another name, also once the old name is forgotten', async () => {
    await happen({ kind: 'affected', advisoryId: 'GHSA-a' });
    await store.number();
    names = new Map([['CVE-2027-1', ['CVE-2027-1', 'GHSA-a']]]);
    await happen({ kind: 'renamed', actor: 'robot', advisoryId: 'CVE-2027-1', more: { from: 'GHSA-a' } });
    await store.number();
    names = new Map();
    await happen({ kind: 'claimed', advisoryId: 'CVE-2027-1', more: { channel: '26.11' } });
    expect(await store.number()).toBe(0);
    expect(await all()).toEqual([['XSP-2027-00001', 'CVE-2027-1', 'GHSA-a']]);
  });

  test('a new line that is opened under another name has the same', async () => {
    await happen({ kind: 'affected', advisoryId: 'GHSA-a' });
    await store.number();
    names = new Map([['CVE-2027-1', ['CVE-2027-1', 'GHSA-a']]]);
    await happen({ kind: 'opened', actor: 'robot', advisoryId: 'CVE-2027-1' });
    await store.number();
    expect(await idOf('CVE-2027-1')).toBe('XSP-2027-00001');
  });

  test('of two that turn out to be the same the older stands; the other is withdrawn and its number never given again', async () => {
    await happen({ kind: 'affected', advisoryId: 'GHSA-a' }, { kind: 'affected', advisoryId: 'CVE-2027-1' });
    await store.number();
    names = new Map([['CVE-2027-1', ['CVE-2027-1', 'GHSA-a']]]);
    await happen({ kind: 'reopened', advisoryId: 'CVE-2027-1', actor: 'robot' });
    await happen({ kind: 'affected', advisoryId: 'CVE-2027-9' });
    await store.number();
    expect(await all()).toEqual([
      ['XSP-2027-00001', 'CVE-2027-1', 'GHSA-a'],
      ['XSP-2027-00002'],
      ['XSP-2027-00003', 'CVE-2027-9'],
    ]);
    expect(await store.byId('XSP-2027-00002')).toMatchObject({ replaced: { by: 'XSP-2027-00001', at: year(2030) } });
    expect(await latestEvents(db, { limit: 9, kinds: ['advisory.withdrawn'] })).toMatchObject([
      { subject: 'XSP-2027-00002', payload: { replacedBy: 'XSP-2027-00001' } },
    ]);
  });

  test('two at once give each number once', async () => {
    await happen(...Array.from({ length: 40 }, (_, index) => ({ kind: 'claimed', advisoryId: `CVE-2027-${index}` })));
    const given = await Promise.all([store.number(), open().number(), open().number()]);
    expect(given.reduce((sum, count) => sum + count, 0)).toBe(40);
    expect((await all()).map(([id]) => id)).toEqual(
      Array.from({ length: 40 }, (_, index) => `XSP-2027-${String(index + 1).padStart(5, '0')}`),
    );
  });

  test('without gaps, and the same whether it is done event by event or all at the end', async () => {
    const some = fc.record({
      kind: fc.constantFrom('opened', 'claimed', 'affected', 'released', 'fixed', 'retracted'),
      actor: fc.constantFrom('Ada', 'robot'),
      advisoryId: fc.constantFrom('CVE-2027-1', 'CVE-2027-2', 'GHSA-a', 'GHSA-b'),
      attr: fc.constantFrom('xz', 'zlib'),
      at: fc.constantFrom(year(2026), year(2027)),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(some, { maxLength: 12 }), async (events) => {
        const shown: unknown[] = [];
        for (const step of [true, false]) {
          db = await engine.open();
          names = new Map([['CVE-2027-1', ['CVE-2027-1', 'GHSA-a']]]);
          store = open();
          for (const event of events) {
            await happen(event);
            if (step) await store.number();
          }
          await store.number();
          shown.push(await all());
          for (const of of ['2026', '2027']) {
            const numbers = (await all()).flatMap(([id = '']) =>
              id.includes(`-${of}-`) ? [Number(id.slice(-5))] : [],
            );
            expect(numbers).toEqual(numbers.map((_, index) => index + 1));
          }
        }
        expect(shown[0]).toEqual(shown[1]);
      }),
      { numRuns: 6 },
    );
  });
});
