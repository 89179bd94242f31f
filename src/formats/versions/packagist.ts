/** `v1.0-beta2`: order of PHP's `version_compare`, https://www.php.net/version_compare, which Composer builds on. */
import { order } from '../../foundation/order.ts';
import type { VersionOrder } from './version-order.ts';
import { orderLists, type Whole, wholeOf } from './whole.ts';

/** Rank and number in turn. */
type Parts = readonly Whole[];

const ranks: readonly (readonly [string, number])[] = [
  ['dev', 1],
  ['a', 2],
  ['b', 3],
  ['rc', 4],
  ['#', 6],
  ['p', 8],
];
const end = 5;
const number = 7;

export const packagist: VersionOrder<Parts> = {
  parse: (text) => {
    const parts = text
      .replace(/^v/i, '')
      .replaceAll(/[-_+]/g, '.')
      .match(/\d+|[^\d.]+/g);
    return parts === null
      ? null
      : parts.flatMap((part) => (/\d/.test(part) ? [number, wholeOf(part)] : [rankOf(part.toLowerCase()), 0]));
  },
  compare: (a, b) => {
    const shared = Math.min(a.length, b.length);
    return orderLists(a.slice(0, shared), b.slice(0, shared), 0) || order(a[shared] ?? end, b[shared] ?? end);
  },
};

function rankOf(word: string): number {
  return ranks.find(([start]) => word.startsWith(start))?.[1] ?? 0;
}
