import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { feedHealth } from './feed-health.ts';
import type { FeedSync } from './feed-sync.ts';
import { packRaw, unpackRaw } from './raw-pack.ts';
import { shapeChangeOf, shrinkOf, stallOf } from './sync-rules.ts';

test.each([
  [0, 0, false],
  [1, 1, true],
  [20, 20, true],
  [19, 20, false],
  [21, 22, true],
  [21, 210, false],
  [22, 210, true],
  [35_000, 350_000, false],
  [35_001, 350_000, true],
])('%i lacking of %i: %s', (lacking, held, shrank) => {
  expect(shrinkOf(lacking, held) !== null).toBe(shrank);
});

test.each([
  [19, 19, 0, false],
  [20, 20, 0, true],
  [20, 400, 0, false],
  [21, 400, 0, true],
  [21, 400, 20, true],
  [21, 400, 21, false],
])('%i of %i unreadable, %i before: %s', (rejected, read, before, changed) => {
  expect(shapeChangeOf(rejected, read, before) !== null).toBe(changed);
});

test('a source stalls after three intervals, but not before its first success', () => {
  expect(stallOf(null, 10, 1_000)).toBeNull();
  expect(stallOf(0, 10, 30)).toBeNull();
  expect(stallOf(0, 3_600_000, 5 * 3_600_000)).toBe('no successful sync for 5 hours');
});

describe('health', () => {
  const sync: FeedSync = {
    source: 'test',
    cursor: null,
    attemptAt: 0,
    successAt: 0,
    changeAt: null,
    failure: null,
    failures: 0,
    incident: null,
    records: 1,
    quarantined: 0,
    latency: null,
  };
  const incident = { what: 'shrank', message: 'half is lacking', at: 0 } as const;
  test.each([
    [null, 0, 'never', null],
    [{ ...sync, successAt: null }, 0, 'never', null],
    [sync, 30, 'ok', null],
    [sync, 31, 'stale', 'no successful sync for 0 hours'],
    [{ ...sync, failure: 'reset' }, 31, 'failing', 'reset'],
    [{ ...sync, failure: 'reset', successAt: null }, 0, 'failing', 'reset'],
    [{ ...sync, failure: 'reset', incident }, 0, 'incident', 'half is lacking'],
  ])('%j at %i: %s', (state, now, expected, message) => {
    expect(feedHealth(state, { intervalMs: 10 }, now)).toEqual({ state: expected, message });
  });
});

test('raw texts come back from their packs', async () => {
  const texts = fc.array(fc.string({ unit: 'binary', maxLength: 3000 }), { maxLength: 200 });
  await fc.assert(
    fc.asyncProperty(texts, async (given) => {
      const packs = await packRaw(given);
      expect(packs.flatMap(({ content, places }) => places.map(unpackRaw(content)))).toEqual(
        given.map((text) => text.toWellFormed()),
      );
    }),
    { numRuns: 20 },
  );
});
