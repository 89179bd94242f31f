import { beforeEach, describe, expect, test } from 'vitest';
import { AppError } from '../../foundation/errors.ts';
import { eventsAfter, type JournalTables } from '../../journal/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { databasesForTests } from '../../platform/database/testing.ts';
import { createFeedStore, type FeedItem, type FeedRecord, type FeedStore, type FeedsTables } from './index.ts';
import { affectedBelow, itemOf, recordOf, syncItems } from './testing.ts';

type Tables = FeedsTables & JournalTables;

describe.each(await databasesForTests())('on $name', (engine) => {
  let db: Database<Tables>;
  let store: FeedStore;

  beforeEach(async () => {
    db = await engine.open<Tables>();
    store = createFeedStore(db);
  });

  const end = (complete = true, cursor: string | null = null): FeedItem => ({ kind: 'end', cursor, complete });
  const curl = recordOf({
    id: 'CVE-2023-38545',
    publishedAt: Date.UTC(2023, 9, 11),
    modifiedAt: Date.UTC(2023, 9, 12),
    aliases: ['GHSA-7xw9-w465-6x62', 'CURL-CVE-2023-38545'],
    details: 'SOCKS5 heap buffer overflow',
    references: [{ url: 'https://curl.se/docs/CVE-2023-38545.html', type: 'ADVISORY' }],
    affected: [affectedBelow('curl', '8.4.0'), affectedBelow('libcurl', '8.4.0')],
    severities: [{ kind: 'text', vector: null, score: null, text: 'high', rater: 'project' }],
  });
  const many = (count: number, change: (record: FeedRecord, index: number) => FeedRecord = (record) => record) =>
    Array.from({ length: count }, (_, index) =>
      itemOf(
        change(recordOf({ id: `CVE-2024-${10_000 + index}`, affected: [affectedBelow(`p${index}`, '2')] }), index),
      ),
    );

  const events = async () => (await eventsAfter(db, 0, 1000)).map(({ kind, payload }) => ({ kind, ...payload }));
  const tables = [
    'feed_record',
    'feed_body',
    'feed_pack',
    'feed_product',
    'feed_affected',
    'feed_score',
    'feed_quarantine',
  ] as const;
  const content = async () => Promise.all(tables.map((table) => db.read.selectFrom(table).selectAll().execute()));
  const keyOf = async (id: string) =>
    (await store.recordsChangedAfter(0, 10_000)).find((change) => change.recordId === id)?.recordKey ?? 0;

  test('a record is stored whole, raw and by product', async () => {
    const outcome = await syncItems({ store, items: [itemOf(curl), end()] });
    expect(outcome).toMatchObject({ kind: 'synced', counts: { added: 1, changed: 0 }, incident: null });
    const key = await keyOf(curl.id);
    expect((await store.records([key])).get(key)).toEqual({ ...curl, aliases: [...curl.aliases].sort() });
    expect((await store.raw(key))?.text).toBe(JSON.stringify(curl));
    const candidates = await store.candidates(['name:libcurl', 'name:nothing']);
    expect([...candidates]).toEqual([['name:libcurl', [{ identity: curl.affected[1]?.identity, recordKeys: [key] }]]]);
    expect(await events()).toEqual([
      { kind: 'feeds.synced', source: 'test', added: 1, changed: 0, unchanged: 0, rejected: 0, gone: 0 },
    ]);
  });

  test('a second sync of the same writes nothing', async () => {
    const items = [
      ...many(2500),
      itemOf(curl),
      { kind: 'rejected', id: 'CVE-2024-1', reason: 'no id', raw: '{}' },
      itemOf(recordOf({ id: 'CVE-2024-2', exploitation: exploitation({ epss: 0.5 }) })),
      end(),
    ] satisfies FeedItem[];
    await syncItems({ store, items });
    const [before, told] = [await content(), await events()];
    const outcome = await syncItems({ store, items, at: 1_800_000_100_000 });
    expect(outcome).toMatchObject({ kind: 'synced', counts: { added: 0, changed: 0, unchanged: 2502, rejected: 1 } });
    expect(await content()).toEqual(before);
    expect(await events()).toEqual(told);
    expect((await store.states())[0]).toMatchObject({ successAt: 1_800_000_100_000, records: 2502, quarantined: 1 });
  });

  function exploitation(given: Partial<NonNullable<FeedRecord['exploitation']>>): FeedRecord['exploitation'] {
    return { knownExploitedSince: null, ransomware: false, dueDate: null, epss: null, ssvc: null, ...given };
  }

  describe('what counts as a change', () => {
    test.each<[string, Partial<FeedRecord>, number]>([
      ['a new date of modification', { modifiedAt: Date.UTC(2024, 1, 1) }, 0],
      ['another order of aliases', { aliases: [...curl.aliases].reverse() }, 0],
      ['another order of products', { affected: [...curl.affected].reverse() }, 0],
      ['a product said twice', { affected: [...curl.affected, affectedBelow('curl', '8.4.0')] }, 0],
      ['another bound', { affected: [affectedBelow('curl', '8.4.1')] }, 1],
      ['another text', { details: 'Heap overflow' }, 1],
      ['withdrawal', { state: 'withdrawn' }, 1],
      ['another severity', { severities: [] }, 1],
      ['another date of publication', { publishedAt: Date.UTC(2023, 9, 10) }, 1],
    ])('%s', async (_, change, changed) => {
      await syncItems({ store, items: [itemOf(curl), end()] });
      const [first] = await store.recordsChangedAfter(0, 10);
      const after = { ...curl, ...change };
      expect(await syncItems({ store, items: [itemOf(after), end()] })).toMatchObject({
        counts: { added: 0, changed },
      });
      expect(await store.recordsChangedAfter(first?.sequence ?? 0, 10)).toHaveLength(changed);
      // The newest text is kept in any case.
      expect((await store.raw(first?.recordKey ?? 0))?.text).toBe(JSON.stringify(after));
    });

    test('the products of a withdrawn record are no candidates, but are still shown', async () => {
      await syncItems({ store, items: [itemOf(curl), end()] });
      await syncItems({ store, items: [itemOf({ ...curl, state: 'withdrawn' }), end()] });
      expect(await store.candidates(['name:curl'])).toEqual(new Map());
      const key = await keyOf(curl.id);
      expect((await store.records([key])).get(key)?.affected).toEqual(curl.affected);
      await syncItems({ store, items: [itemOf(curl), end()] });
      expect((await store.candidates(['name:curl'])).get('name:curl')).toHaveLength(1);
    });

    test('a score that moves is no change of a record', async () => {
      const score = (epss: number) => itemOf(recordOf({ id: 'CVE-2024-2', exploitation: exploitation({ epss }) }));
      await syncItems({ store, source: 'epss', items: [score(0.5), end()] });
      await syncItems({ store, source: 'epss', items: [score(0.25), end()] });
      expect(await store.recordsChangedAfter(0, 10)).toEqual([]);
      expect(await store.scores(['CVE-2024-2', 'CVE-2024-3'])).toEqual(new Map([['CVE-2024-2', 0.25]]));
    });
  });

  describe('absence', () => {
    test('a record that two complete snapshots lack is gone; one is not enough', async () => {
      await syncItems({ store, items: [...many(100), end()] });
      const rest = [...many(99), end()];
      expect(await syncItems({ store, items: rest })).toMatchObject({
        counts: { missing: 1, gone: 0 },
        incident: null,
      });
      expect((await store.candidates(['name:p99'])).size).toBe(1);
      expect(await syncItems({ store, items: rest })).toMatchObject({
        counts: { missing: 0, gone: 1 },
        incident: null,
      });
      expect((await store.candidates(['name:p99'])).size).toBe(0);
      expect((await store.recordsChangedAfter(100, 10)).map(({ recordId, state }) => [recordId, state])).toEqual([
        ['CVE-2024-10099', 'gone'],
      ]);
      expect(await syncItems({ store, items: [...many(100), end()] })).toMatchObject({
        counts: { changed: 1, gone: 0 },
      });
      expect((await store.candidates(['name:p99'])).size).toBe(1);
      expect((await store.states())[0]?.records).toBe(100);
    });

    test('one snapshot in between that has it starts the count anew', async () => {
      for (const count of [100, 99, 100, 99]) await syncItems({ store, items: [...many(count), end()] });
      expect((await store.candidates(['name:p99'])).size).toBe(1);
    });

    test('a delta says nothing about what it lacks', async () => {
      await syncItems({ store, items: [...many(100), end()] });
      for (let round = 0; round < 3; round++) await syncItems({ store, items: [...many(1), end(false)] });
      expect((await store.candidates(['name:p99'])).size).toBe(1);
    });

    test('what the source says is gone, is', async () => {
      await syncItems({ store, items: [...many(100), end()] });
      const items: FeedItem[] = [
        { kind: 'gone', id: 'CVE-2024-10001' },
        { kind: 'gone', id: 'CVE-1999-0001' },
        end(false),
      ];
      expect(await syncItems({ store, items })).toMatchObject({ counts: { gone: 1 } });
      expect((await store.candidates(['name:p1'])).size).toBe(0);
    });

    test('a source that shrinks is an incident, deletes nothing, and recovers', async () => {
      await syncItems({ store, items: [...many(1000), end()] });
      for (let round = 0; round < 3; round++)
        expect(await syncItems({ store, items: [...many(500), end()] })).toMatchObject({
          counts: { gone: 0 },
          incident: { what: 'shrank', message: '500 of 1000 records are lacking' },
        });
      expect((await store.candidates(['name:p999'])).size).toBe(1);
      expect((await events()).filter(({ kind }) => kind === 'feeds.incident')).toHaveLength(1);
      expect(await syncItems({ store, items: [...many(10), end(false)] })).toMatchObject({
        incident: { what: 'shrank' },
      });
      expect(await syncItems({ store, items: [...many(1000), end()] })).toMatchObject({ incident: null });
    });

    test('what only such a snapshot lacked is not gone with the next', async () => {
      for (const count of [100, 50, 99]) await syncItems({ store, items: [...many(count), end()] });
      expect((await store.candidates(['name:p99'])).size).toBe(1);
      await syncItems({ store, items: [...many(99), end()] });
      expect((await store.candidates(['name:p99'])).size).toBe(0);
    });

    test('so is one that says that half of its records are gone', async () => {
      await syncItems({ store, items: [...many(100), end()] });
      const gone = Array.from(
        { length: 50 },
        (_, index): FeedItem => ({ kind: 'gone', id: `CVE-2024-${10_000 + index}` }),
      );
      expect(await syncItems({ store, items: [...gone, end(false)] })).toMatchObject({
        counts: { gone: 0, missing: 50 },
        incident: { what: 'shrank' },
      });
    });

    test('a person may accept that it shrank', async () => {
      await syncItems({ store, items: [...many(100), end()] });
      await syncItems({ store, items: [...many(50), end()] });
      expect(await store.acceptIncident({ source: 'test', at: 5, actor: 'ada' })).toMatchObject({ what: 'shrank' });
      expect((await store.candidates(['name:p99'])).size).toBe(0);
      expect((await store.states())[0]).toMatchObject({ records: 50, incident: null });
      expect(await store.acceptIncident({ source: 'test', at: 6, actor: 'ada' })).toBeNull();
      expect(await syncItems({ store, items: [...many(50), end()] })).toMatchObject({
        incident: null,
        counts: { gone: 0 },
      });
    });
  });

  describe('misbehaviour', () => {
    test('records that stop parsing are an incident; the cursor waits for those that can read them', async () => {
      await syncItems({ store, items: [...many(100), end(true, 'one')] });
      const broken = many(100).map(
        (item, index): FeedItem =>
          item.kind === 'record' && index < 30
            ? { kind: 'rejected', id: item.record.id, reason: 'another shape', raw: '[]' }
            : item,
      );
      for (let round = 0; round < 2; round++)
        expect(await syncItems({ store, items: [...broken, end(true, 'two')] })).toMatchObject({
          counts: { rejected: 30, gone: 0, missing: 0 },
          incident: { what: 'changed-shape' },
        });
      expect((await store.candidates(['name:p1'])).size).toBe(1);
      expect((await store.states())[0]).toMatchObject({ cursor: 'one', quarantined: 30 });
      expect(await store.quarantined({ limit: 1, after: { source: 'test', recordId: 'CVE-2024-10000' } })).toEqual([
        { source: 'test', recordId: 'CVE-2024-10001', at: 1_800_000_000_000, reason: 'another shape', raw: '[]' },
      ]);
      expect(await syncItems({ store, items: [...many(100), end(true, 'two')] })).toMatchObject({ incident: null });
      expect((await store.states())[0]).toMatchObject({ cursor: 'two', quarantined: 0 });
    });

    test('a source that throws midway keeps what came and the cursor of before', async () => {
      await syncItems({ store, items: [...many(10), end(true, 'one')] });
      const items = function* () {
        yield* many(2600, (record, index) => (index === 0 ? { ...record, details: 'new' } : record));
        throw new AppError({ code: 'test.reset', retryable: true }, 'connection reset\nby peer', {
          hint: 'Try again.',
        });
      };
      const message = 'connection reset by peer. Try again.';
      expect(await syncItems({ store, items })).toMatchObject({ kind: 'failed', message });
      expect((await store.states())[0]).toMatchObject({ cursor: 'one', failures: 1, records: 2600 });
      expect((await events()).slice(1)).toEqual([
        { kind: 'feeds.synced', source: 'test', added: 2590, changed: 1, unchanged: 9, rejected: 0, gone: 0 },
        { kind: 'feeds.incident', source: 'test', what: 'failed', message },
      ]);
      await syncItems({ store, items });
      expect(await events()).toHaveLength(3);
      await syncItems({ store, items: [...many(2600), end(true, 'two')] });
      expect((await store.states())[0]).toMatchObject({ cursor: 'two', failures: 0, failure: null });
    });

    test('one that takes long goes on where it said; not when what it brought cannot be read', async () => {
      await syncItems({ store, items: [...many(10), end(true, 'one')] });
      const cut = function* () {
        yield* many(5);
        yield { kind: 'reached', cursor: 'two' } as const;
        throw new Error('cut off');
      };
      await syncItems({ store, items: cut });
      expect((await store.states())[0]).toMatchObject({ cursor: 'two', failures: 1, records: 10 });
      const odd = Array.from({ length: 40 }, (_, index): FeedItem => {
        return { kind: 'rejected', id: `CVE-1-${index}`, reason: 'no shape', raw: '' };
      });
      const reached = { kind: 'reached', cursor: 'three' } as const;
      await syncItems({ store, items: [...odd, reached, end(false, 'four')] });
      expect((await store.states())[0]).toMatchObject({ cursor: 'two', incident: { what: 'changed-shape' } });
    });

    test('a source that stops without an end has failed', async () => {
      expect(await syncItems({ store, items: many(10) })).toMatchObject({ kind: 'failed', retryable: true });
    });

    test('one that is told to stop has not failed', async () => {
      const stop = new AbortController();
      const items = function* () {
        yield* many(2300);
        stop.abort();
        yield* many(10);
      };
      expect(await syncItems({ store, items, signal: stop.signal })).toEqual({ kind: 'stopped' });
      expect((await store.states())[0]).toMatchObject({ failures: 0 });
      expect(await events()).toEqual([]);
      // What the stopped one wrote is announced by the next.
      await syncItems({ store, items: [...many(2300), end()] });
      expect(await events()).toMatchObject([{ kind: 'feeds.synced', added: 2300 }]);
    });

    test('a later sync of the same source bars the earlier', async () => {
      const items = async function* () {
        yield* many(10);
        await syncItems({ store, items: [...many(20), end()] });
        yield* many(2200);
        yield end();
      };
      expect(await syncItems({ store, items })).toEqual({ kind: 'superseded' });
      expect((await store.states())[0]).toMatchObject({ records: 20, failures: 0 });
    });

    test('the same record many times over counts once, the last word wins', async () => {
      const items = Array.from({ length: 1500 }, (_, index) => itemOf({ ...curl, details: `word ${index}` }));
      await syncItems({ store, items: [...items, end()] });
      const key = await keyOf(curl.id);
      expect((await store.records([key])).get(key)?.details).toBe('word 1499');
      expect(await syncItems({ store, items: [...items, end()] })).toMatchObject({
        counts: { missing: 0 },
        incident: null,
      });
      expect((await store.states())[0]?.records).toBe(1);
    });

    test.each(['', 'a\0b', 'x'.repeat(5000), ' lead', 'CVE-2024-\u{1f600}', '\ud800'])(
      'the id %# that no engine likes is quarantined',
      async (id) => {
        expect(await syncItems({ store, items: [itemOf(recordOf({ id })), end()] })).toMatchObject({
          counts: { added: 0, rejected: 1 },
        });
        expect(await store.quarantined({ limit: 10 })).toHaveLength(1);
      },
    );

    test('texts that no engine likes are stored as they are', async () => {
      const odd = recordOf({
        id: 'CVE-2024-1',
        details: 'a\0b \ud800 \u{1f600}',
        affected: [affectedBelow(`p\0${'x'.repeat(5000)}`, '1\0')],
      });
      await syncItems({ store, items: [itemOf(odd), end()] });
      const key = await keyOf(odd.id);
      expect((await store.records([key])).get(key)).toEqual(odd);
      expect((await store.candidates([`name:p\0${'x'.repeat(5000)}`])).size).toBe(1);
    });
  });

  test('a cursor belongs to its place', async () => {
    await syncItems({ store, items: [...many(1), end(true, 'here')] });
    const begin = (path: string) =>
      store.beginSync({ source: 'test', location: { kind: 'path', path }, at: 1 }).then((run) => run.cursor);
    expect(await begin('feed')).toBe('here');
    expect(await begin('mirror')).toBeNull();
  });

  test('delay from publication to first sight, of what came after the first sync', async () => {
    const hour = 3_600_000;
    const at = (index: number) => recordOf({ id: `CVE-2024-${index}`, publishedAt: index * hour });
    await syncItems({ store, items: [itemOf(at(0)), end()], at: 1000 * hour });
    expect((await store.states())[0]?.latency).toBeNull();
    await syncItems({ store, items: [itemOf(at(990)), itemOf(at(998)), itemOf(at(999)), end(false)], at: 1000 * hour });
    expect((await store.states())[0]?.latency).toEqual({ medianMs: 2 * hour, ninthDecileMs: 10 * hour, samples: 3 });
  });

  test('a source without success for three intervals stalls, once, until it answers', async () => {
    await syncItems({ store, items: [...many(1), end()], at: 0 });
    const sources = [{ id: 'test', intervalMs: 1000 }];
    expect(await store.noteStalls(sources, 3000)).toEqual([]);
    expect(await store.noteStalls(sources, 3001)).toEqual(['test']);
    expect(await store.noteStalls(sources, 9000)).toEqual([]);
    expect((await store.states())[0]?.incident?.what).toBe('stalled');
    await syncItems({ store, items: [{ kind: 'unchanged' }], at: 9001 });
    expect((await store.states())[0]?.incident).toBeNull();
  });
});
