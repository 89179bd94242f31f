import { describe, expect, test } from 'vitest';
import { databasesForTests } from '../../platform/database/testing.ts';
import type { Algorithm } from './create-matcher.ts';
import { type MatchInput, matchPackage, type RoutedMatch } from './match-package.ts';
import { affected, cpe, instance, record } from './testing.ts';
import { curl, openssl, worldOn } from './testing-world.ts';

/** Takes a record without an upper bound for proof, as the first algorithm did, and looks at no dispute. */
const older: Algorithm = {
  version: 1,
  match: (input: MatchInput) => {
    const found = matchPackage({ ...input, advisory: { ...input.advisory, disputed: false } });
    if (found === null || !found.match.ranges.some(({ outcome }) => outcome === 'weak-in')) return found;
    return { match: { ...found.match, status: 'affected', score: 0.99 }, route: 'automatic' };
  },
};
const newer: Algorithm = { version: 2, match: matchPackage };
/** Knows of no curl, and sees something in everything else. */
const newest: Algorithm = {
  version: 3,
  match: (input) => (input.carried.variants[0]?.pname === 'curl' ? null : matchPackage(input)),
};

const openEnded = { ...curl, records: [record('nvd', [affected(cpe('haxx:curl'), [''])])] };
const disputed = { ...openssl, disputed: true };

describe.each(await databasesForTests())('a newer algorithm on $name', (engine) => {
  /** Matched by the older one: curl affected by what has no end, OpenSSL by what is disputed. */
  async function olderWorld() {
    const world = await worldOn(engine);
    world.advisories[0] = disputed;
    world.advisories[1] = openEnded;
    world.restart(older);
    await world.run();
    return {
      ...world,
      live: async () =>
        (await world.store.stored('rolling')).map(({ match, route }) => [match.attr, match.status, route]),
      waits: async () =>
        (await world.store.differences({ channel: 'rolling', limit: 10, after: null })).map(
          ({ kind, attr, before, after, isHeld }) => [kind, attr, verdictOf(before), verdictOf(after), isHeld],
        ),
    };
  }

  test('what it would take out of sight is held, what it would change waits, and both are shown', async () => {
    const { restart, run, live, waits, store, events } = await olderWorld();
    restart(newer);
    expect(await run()).toEqual({ changed: 0 });
    expect(await live()).toEqual([
      ['curl', 'affected', 'held'],
      ['openssl', 'affected', 'automatic'],
    ]);
    expect(await waits()).toEqual([
      ['changed', 'curl', 'affected 0.99', 'under_investigation 0.396', true],
      ['changed', 'openssl', 'affected 0.99', 'under_investigation 0.495', false],
    ]);
    expect(await store.matchesOf('rolling')).toHaveLength(2);
    expect(await store.shadow('rolling')).toEqual({
      channel: 'rolling',
      algorithm: 1,
      newerAlgorithm: 2,
      comparedAt: 1000,
      appeared: 0,
      vanished: 0,
      changed: 2,
      held: 1,
    });
    expect((await events()).map(([kind]) => kind)).toEqual(['matching.matched', 'matching.compared']);
    // Again, and nothing moves.
    expect(await run()).toEqual({ changed: 0 });
    expect(await waits()).toHaveLength(2);
  });

  test('a page of the difference goes on after the last one', async () => {
    const { restart, run, store } = await olderWorld();
    restart(newer);
    await run();
    const [first] = await store.differences({ channel: 'rolling', limit: 1, after: null });
    const rest = await store.differences({ channel: 'rolling', limit: 9, after: first ?? null });
    expect([first?.attr, rest.map(({ attr }) => attr)]).toEqual(['curl', ['openssl']]);
  });

  test('adopted, it is live and nothing waits any more', async () => {
    const { restart, run, live, waits, store, events } = await olderWorld();
    restart(newer);
    await run();
    const adoption = { channel: 'rolling', actor: 'ada', reason: 'looked through all of it', at: 2000 };
    expect(await store.adopt(adoption)).toEqual({ changed: 2 });
    expect(await store.adopt(adoption)).toBeNull();
    expect(await live()).toEqual([
      ['curl', 'under_investigation', 'unbounded'],
      ['openssl', 'under_investigation', 'queue'],
    ]);
    expect([await waits(), await store.shadow('rolling')]).toEqual([[], null]);
    expect((await store.lastRun('rolling'))?.algorithm).toBe(2);
    expect((await events()).at(-1)).toEqual(['matching.adopted', 2]);
    expect(await run()).toEqual({ changed: 0 });
  });

  test('facts that change meanwhile are live at once', async () => {
    const { restart, run, live, waits, store, advisories, evaluate } = await olderWorld();
    restart(newer);
    await run();
    advisories[0] = openssl;
    await run({ kind: 'advisories', ids: [openssl.id] });
    expect(await live()).toContainEqual(['openssl', 'affected', 'automatic']);
    expect((await waits()).map(([, attr]) => attr)).toEqual(['curl']);
    evaluate([instance({ pname: 'openssl', version: '3.0.12' })]);
    await run();
    expect(await live()).toEqual([['openssl', 'affected', 'automatic']]);
    expect([await store.shadow('rolling'), (await store.lastRun('rolling'))?.algorithm]).toEqual([null, 2]);
  });

  test('what it no longer gives stays, until its package or its advisory is no more', async () => {
    const { restart, run, live, waits, advisories } = await olderWorld();
    restart(newest);
    await run();
    expect(await live()).toContainEqual(['curl', 'affected', 'held']);
    expect((await waits())[0]).toEqual(['vanished', 'curl', 'affected 0.99', null, true]);
    advisories[1] = { ...openEnded, state: 'withdrawn' };
    expect(await run({ kind: 'advisories', ids: [curl.id] })).toEqual({ changed: 1 });
    expect((await live()).map(([attr]) => attr)).toEqual(['openssl']);
  });

  test('a still newer one is held against what is live, and takes back what it does not share', async () => {
    const { restart, run, live, waits } = await olderWorld();
    restart(newest);
    await run();
    restart({ ...older, version: 4 });
    await run();
    expect(await waits()).toEqual([]);
    expect(await live()).toEqual([
      ['curl', 'affected', 'automatic'],
      ['openssl', 'affected', 'automatic'],
    ]);
  });

  test('a match that only it sees is no one’s work before it is adopted', async () => {
    const { restart, run, live, waits, store } = await olderWorld();
    restart(newest);
    await run();
    await store.adopt({ channel: 'rolling', actor: 'ada', reason: 'no curl here', at: 2000 });
    restart({ ...newer, version: 4 });
    await run();
    expect((await live()).map(([attr]) => attr)).toEqual(['openssl']);
    expect(await waits()).toEqual([['appeared', 'curl', null, 'under_investigation 0.396', false]]);
  });

  test('an advisory that changed since the last run is no difference of the algorithms', async () => {
    const { restart, matcher, request, waits, run } = await olderWorld();
    restart(newer);
    const { scope: _, ...place } = request({ kind: 'all' });
    await matcher().compare({ ...place, changed: new Set([openssl.id]) });
    expect((await waits()).map(([, attr]) => attr)).toEqual(['curl']);
    expect(await run()).toEqual({ changed: 1 });
  });

  test('one that gives the same answers takes over without a word', async () => {
    const { restart, run, store, events } = await olderWorld();
    restart({ ...older, version: 2 });
    await run();
    expect([await store.shadow('rolling'), (await store.lastRun('rolling'))?.algorithm]).toEqual([null, 2]);
    expect((await events()).map(([kind]) => kind)).toEqual(['matching.matched']);
  });
});

function verdictOf(found: Pick<RoutedMatch, 'match'> | null): string | null {
  return found === null ? null : `${found.match.status} ${found.match.score}`;
}
