import type { Range } from '../model.ts';

type Compare = (a: string, b: string) => number | null;

/** What of `ranges` is in none of `others`: affected, but not fixed. Bounds that cannot be compared are kept as they are. */
export function subtractRanges(ranges: readonly Range[], others: readonly Range[], compare: Compare): readonly Range[] {
  let left = ranges;
  for (const other of others) left = left.flatMap((range) => subtract(range, other, compare));
  return left;
}

function subtract(range: Range, other: Range, compare: Compare): readonly Range[] {
  const before: Range =
    other.lo === null
      ? nothing
      : { ...range, ...lower(range, { hi: other.lo, hiInclusive: !other.loInclusive }, compare) };
  const after: Range =
    other.hi === null
      ? nothing
      : { ...range, ...higher(range, { lo: other.hi, loInclusive: !other.hiInclusive }, compare) };
  return [before, after].filter((part) => !isEmpty(part, compare));
}

const nothing: Range = { lo: '1', loInclusive: false, hi: '1', hiInclusive: false };

type Upper = Pick<Range, 'hi' | 'hiInclusive'>;
type Lower = Pick<Range, 'lo' | 'loInclusive'>;

function lower(a: Upper, b: Upper, compare: Compare): Upper {
  if (a.hi === null || b.hi === null) return a.hi === null ? b : a;
  const order = compare(a.hi, b.hi) ?? -1;
  if (order === 0) return a.hiInclusive ? b : a;
  return order < 0 ? a : b;
}

function higher(a: Lower, b: Lower, compare: Compare): Lower {
  if (a.lo === null || b.lo === null) return a.lo === null ? b : a;
  const order = compare(a.lo, b.lo) ?? 1;
  if (order === 0) return a.loInclusive ? b : a;
  return order > 0 ? a : b;
}

function isEmpty({ lo, loInclusive, hi, hiInclusive }: Range, compare: Compare): boolean {
  if (lo === null || hi === null) return false;
  if (lo === hi) return !(loInclusive && hiInclusive);
  const order = compare(lo, hi) ?? -1;
  return order > 0 || (order === 0 && !(loInclusive && hiInclusive));
}
