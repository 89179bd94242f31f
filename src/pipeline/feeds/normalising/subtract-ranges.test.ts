import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Range } from '../model.ts';
import { subtractRanges } from './subtract-ranges.ts';

const compare = (a: string, b: string) => Number(a) - Number(b);

const bound = fc.option(fc.integer({ min: 0, max: 9 }).map(String));
const range = fc.record({ lo: bound, loInclusive: fc.boolean(), hi: bound, hiInclusive: fc.boolean() });

function holds({ lo, loInclusive, hi, hiInclusive }: Range, version: number): boolean {
  const low = lo === null || version > Number(lo) || (version === Number(lo) && loInclusive);
  return low && (hi === null || version < Number(hi) || (version === Number(hi) && hiInclusive));
}

test('a version is left exactly when it is in a range and in none that is taken away', () => {
  fc.assert(
    fc.property(fc.array(range, { maxLength: 4 }), fc.array(range, { maxLength: 4 }), (ranges, others) => {
      const left = subtractRanges(ranges, others, compare);
      // Halves stand for the versions between two bounds.
      for (let version = -1; version <= 10; version += 0.5) {
        const expected = ranges.some((one) => holds(one, version)) && !others.some((one) => holds(one, version));
        expect(left.some((one) => holds(one, version))).toBe(expected);
      }
    }),
  );
});

test('bounds that cannot be compared leave the range as it is', () => {
  const whole: Range = { lo: 'a', loInclusive: true, hi: 'b', hiInclusive: false };
  const other: Range = { lo: 'c', loInclusive: true, hi: null, hiInclusive: false };
  expect(subtractRanges([whole], [other], () => null)).toEqual([whole]);
});
