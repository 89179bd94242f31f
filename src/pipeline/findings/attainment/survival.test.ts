import fc from 'fast-check';
import { expect, test } from 'vitest';
import { remainingQuantile, spreadOf, survivalOf } from './survival.ts';

const over = (ms: number) => ({ ms, isOver: true });
const open = (ms: number) => ({ ms, isOver: false });

test.each([
  [[], [null, null, null]],
  [[over(5)], [5, 5, 5]],
  [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map(over), [5, 9, 10]],
  // Freireich 1963, remission under 6-MP: the published median is 23 weeks.
  [
    [...[6, 6, 6, 7, 10, 13, 16, 22, 23].map(over), ...[6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35].map(open)],
    [23, null, null],
  ],
  [
    [open(1), open(2)],
    [null, null, null],
  ],
])('%j', (durations, [medianMs, p90Ms, p95Ms]) => {
  expect(spreadOf(durations)).toMatchObject({ medianMs, p90Ms, p95Ms, count: durations.length });
});

test('without open ones it is the plain quantile, and an open one never shortens it', () => {
  const some = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(some, fc.nat(2000), (values, later) => {
      const sorted = values.toSorted((a, b) => a - b);
      const spread = spreadOf(values.map(over));
      expect(spread.medianMs).toBe(sorted[Math.ceil(values.length * 0.5) - 1]);
      expect(spread.p90Ms).toBe(sorted[Math.ceil(values.length * 0.9 - 1e-9) - 1]);
      const more = spreadOf([...values.map(over), open(2000 + later)]);
      expect(more.medianMs ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(spread.medianMs ?? 0);
    }),
  );
});

test('what has lasted already is taken as lasted', () => {
  const ten = survivalOf([1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map(over));
  expect([0, 5, 9, 10].map((elapsed) => remainingQuantile(ten, 0.8, elapsed))).toEqual([8, 9, 10, null]);
  expect(remainingQuantile([], 0.8, 0)).toBeNull();
});
