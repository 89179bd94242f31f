import { order } from '../../foundation/order.ts';

/** A run of digits as a number of any size: a double where that is exact, else a big integer. */
export type Whole = number | bigint;

export function wholeOf(digits: string): Whole {
  return digits.length <= 15 ? Number(digits) : BigInt(digits);
}

/** As `order`, item by item; a missing item counts as `missing`. */
export function orderLists(a: readonly Whole[], b: readonly Whole[], missing: Whole): number {
  const length = Math.max(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const result = order(a[index] ?? missing, b[index] ?? missing);
    if (result !== 0) return result;
  }
  return 0;
}
