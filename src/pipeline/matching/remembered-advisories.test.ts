import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JournalTables } from '../../journal/index.ts';
import { databasesForTests } from '../../platform/database/testing.ts';
import { silentProgress } from '../../platform/log/index.ts';
import { type AdvisoriesTables, createAdvisoryStore } from '../advisories/index.ts';
import { createFeedStore, type FeedRecord, type FeedsTables } from '../feeds/index.ts';
import { affectedBelow, itemOf, recordOf, syncItems } from '../feeds/testing.ts';
import { createMatcher } from './create-matcher.ts';
import type { RoutedMatch } from './match-package.ts';
import { createMatchStore, type RunScope } from './store.ts';
import type { MatchingTables } from './tables.ts';
import { dictionary, instance } from './testing.ts';

type Tables = FeedsTables & AdvisoriesTables & MatchingTables & JournalTables;

const packages = ['openssl', 'curl', 'zlib'];
const everything = 'everything';
const instances = packages.map((pname) => instance({ pname, version: '2.0' }));
const ids = ['CVE-2026-1', 'CVE-2026-2', 'CVE-2026-3', 'GHSA-2222-2222-2222'];

function inOrder(matches: readonly RoutedMatch[]): readonly RoutedMatch[] {
  const place = ({ match }: RoutedMatch) => `${match.advisoryId} ${match.attr}`;
  return matches.toSorted((a, b) => (place(a) < place(b) ? -1 : 1));
}

describe.each(await databasesForTests())('on $name', (engine) => {
  async function openWorld() {
    const db = await engine.open<Tables>();
    const feeds = createFeedStore(db);
    const advisories = createAdvisoryStore(db, feeds);
    const reads: string[] = [];
    let late = Promise.resolve();
    const matcherOf = () =>
      createMatcher({
        feeds: {
          ...feeds,
          candidates: (keys) => {
            reads.push('products');
            return feeds.candidates(keys);
          },
        },
        advisories: {
          ...advisories,
          advisoriesOfRecords: async (keys) => {
            reads.push(`${keys.length} records`);
            const [read] = await Promise.all([advisories.advisoriesOfRecords(keys), late]);
            return read;
          },
        },
        store: createMatchStore(db),
        data: dictionary(),
        clock: { now: () => 1 },
      });
    const lasting = matcherOf();
    const scope = (attr: string): RunScope =>
      attr === everything ? { kind: 'all' } : { kind: 'packages', attrs: [attr] };
    const request = { channel: 'rolling', evaluationId: '1', instances: async () => instances };
    return {
      sync: (source: string, records: readonly FeedRecord[], complete = false) =>
        syncItems({ store: feeds, source, items: [...records.map(itemOf), { kind: 'end', cursor: null, complete }] }),
      merge: () =>
        advisories.merge({ clock: { now: () => 1 }, progress: silentProgress, signal: new AbortController().signal }),
      lasting: async (attr: string) => inOrder(await lasting.match({ ...request, scope: scope(attr) })),
      fresh: async (attr: string) => inOrder(await matcherOf().match({ ...request, scope: scope(attr) })),
      /** What is read arrives only then. */
      arrivingAfter: (promise: Promise<void>) => {
        late = promise;
      },
      /** Since the last time. */
      reads: () => reads.splice(0),
    };
  }

  const record = fc
    .record({
      source: fc.constantFrom('ghsa', 'nvd'),
      id: fc.constantFrom(...ids),
      aliases: fc.subarray(ids, { maxLength: 2 }),
      state: fc.constantFrom('active', 'active', 'withdrawn', 'rejected'),
      products: fc.subarray(packages),
      fixedElsewhere: fc.subarray(packages),
      fixed: fc.constantFrom('1.9', '2.1', '3.0'),
      epss: fc.constantFrom(null, null, 0.01, 0.9),
    })
    .map(({ source, id, aliases, state, products, fixedElsewhere, fixed, epss }) =>
      epss === null
        ? recordOf({
            source,
            id,
            aliases,
            state,
            affected: products.map((name) => affectedBelow(name, fixed)),
            statements: fixedElsewhere.map((product) => ({
              product,
              status: 'fixed',
              version: '9.9-2',
              justification: null,
              text: null,
            })),
          })
        : recordOf({
            source: 'epss',
            id: 'CVE-2026-1',
            exploitation: { knownExploitedSince: null, ransomware: false, dueDate: null, epss, ssvc: null },
          }),
    );

  test('whatever changes between, what is remembered gives what is stored', async () => {
    const world = await openWorld();
    const step = fc.record({
      records: fc.array(record, { maxLength: 3 }),
      asked: fc.subarray([...packages, everything]),
    });
    await fc.assert(
      fc.asyncProperty(step, async ({ records, asked }) => {
        for (const [source, own] of Map.groupBy(records, (one) => one.source)) await world.sync(source, own);
        // Also between what a feed brought and its merge.
        for (const attr of asked) await world.lasting(attr);
        await world.merge();
        for (const attr of [...packages, everything])
          expect(await world.lasting(attr)).toEqual(await world.fresh(attr));
      }),
      // Each step goes on from where the last one ended.
      { numRuns: engine.name === 'sqlite' ? 100 : 20, endOnFailure: true },
    );
  });

  test('a changed package reads nothing again, and a changed advisory only itself', async () => {
    const world = await openWorld();
    const of = (id: string, fixed: string) => recordOf({ source: 'nvd', id, affected: [affectedBelow('curl', fixed)] });
    await world.sync('nvd', [of('CVE-2026-1', '2.1'), of('CVE-2026-2', '2.1'), of('CVE-2026-3', '1.9')]);
    await world.merge();
    const first = await world.lasting('curl');
    expect(world.reads()).toEqual(['products', '3 records']);
    expect(await world.lasting('curl')).toEqual(first);
    expect(world.reads()).toEqual([]);

    await world.sync('nvd', [of('CVE-2026-3', '3.0')]);
    await world.merge();
    expect(await world.lasting('curl')).not.toEqual(first);
    expect(world.reads()).toEqual(['products', '1 records']);
  });

  test('what a whole channel read is not read again for one of its packages', async () => {
    const world = await openWorld();
    await world.sync('nvd', [recordOf({ source: 'nvd', id: 'CVE-2026-1', affected: [affectedBelow('curl', '2.1')] })]);
    await world.merge();
    const all = await world.lasting(everything);
    expect(world.reads()).toEqual(['products', '1 records']);
    expect(await world.lasting('curl')).toEqual(all);
    expect(world.reads()).toEqual([]);
  });

  test('a record that is gone says nothing more', async () => {
    const world = await openWorld();
    const others = Array.from({ length: 99 }, (_, index) =>
      recordOf({ source: 'nvd', id: `CVE-2025-${1000 + index}` }),
    );
    const nvd = recordOf({ source: 'nvd', id: 'CVE-2026-1', affected: [affectedBelow('curl', '2.1')] });
    await world.sync('nvd', [...others, nvd], true);
    await world.merge();
    const before = await world.lasting('curl');
    // One sync that lacks it may be a fault of the source.
    await world.sync('nvd', others, true);
    await world.sync('nvd', others, true);
    await world.merge();
    expect(await world.lasting('curl')).not.toEqual(before);
    expect(await world.lasting('curl')).toEqual(await world.fresh('curl'));
  });

  test('what was asked for before a change is not kept when it arrives after it', async () => {
    const world = await openWorld();
    const of = (fixed: string) =>
      recordOf({ source: 'nvd', id: 'CVE-2026-1', affected: [affectedBelow('zlib', fixed)] });
    await world.sync('nvd', [of('2.1')]);
    await world.merge();
    const { promise, resolve } = Promise.withResolvers<void>();
    world.arrivingAfter(promise);
    const early = world.lasting('zlib');
    await expect.poll(world.reads).toContain('1 records');
    world.arrivingAfter(Promise.resolve());
    await world.sync('nvd', [of('3.0')]);
    await world.merge();
    await world.lasting('curl');
    resolve();
    await early;
    expect(await world.lasting('zlib')).toEqual(await world.fresh('zlib'));
  });
});
