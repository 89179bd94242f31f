/**
 * `^20.20.2 || ^22.22.2` is [20.20.2, 21.0.0) and [22.22.2, 23.0.0). Defined by https://github.com/npm/node-semver#ranges,
 * without its rule on pre-releases: a bound here is only a bound.
 */
export interface NpmRange {
  readonly lo: string | null;
  readonly loInclusive: boolean;
  readonly hi: string | null;
  readonly hiInclusive: boolean;
}

/** Null when a part cannot be read: what it leaves out is not known. */
export function npmRangesOf(text: string): readonly NpmRange[] | null {
  if (text.length > 2000) return null;
  const ranges = text.split('||').map((part) => conjunction(part.trim()));
  return ranges.every((range) => range !== null) ? ranges : null;
}

const all: NpmRange = { lo: null, loInclusive: true, hi: null, hiInclusive: false };

function conjunction(text: string): NpmRange | null {
  const between = /^(\S+)\s+-\s+(\S+)$/.exec(text);
  const parts =
    between === null ? text.replaceAll(/([<>=^~])\s+/g, '$1').split(/\s+/) : [`>=${between[1]}`, `<=${between[2]}`];
  let range: NpmRange = all;
  for (const part of parts) {
    const next = comparator(part);
    if (next === null) return null;
    range = {
      ...(next.lo === null
        ? { lo: range.lo, loInclusive: range.loInclusive }
        : { lo: next.lo, loInclusive: next.loInclusive }),
      ...(next.hi === null
        ? { hi: range.hi, hiInclusive: range.hiInclusive }
        : { hi: next.hi, hiInclusive: next.hiInclusive }),
    };
  }
  return range;
}

function comparator(text: string): NpmRange | null {
  const [, operator = '', version = ''] = /^([<>]=?|[\^~=]?)v?(.*)$/.exec(text) ?? [];
  if (/^[xX*]?$/.test(version)) return operator === '' ? all : null;
  const parsed = /^(\d{1,9})(?:\.(\d{1,9}|[xX*]))?(?:\.(\d{1,9}|[xX*]))?(-[\w.-]+)?(?:\+[\w.-]+)?$/.exec(version);
  if (parsed === null) return null;
  const [, major, minor, patch, pre = ''] = parsed;
  const given = [major, minor, patch].map((part) => (part === undefined || /^[xX*]$/.test(part) ? null : Number(part)));
  const known = given.indexOf(null);
  const numbers = given.map((part) => part ?? 0);
  const from = `${numbers.join('.')}${pre}`;
  // `20.x` is everything from 20.0.0 to before 21.0.0; a whole version is only itself.
  const after = known < 0 ? null : following(numbers, known - 1);
  switch (operator) {
    case '^':
      return { ...all, lo: from, hi: following(numbers, caretPlace(numbers, known)) };
    case '~':
      return { ...all, lo: from, hi: following(numbers, known === 1 ? 0 : 1) };
    case '>=':
      return { ...all, lo: from };
    case '>':
      return after === null ? { ...all, lo: from, loInclusive: false } : { ...all, lo: after };
    case '<':
      return { ...all, hi: from };
    case '<=':
      return after === null ? { ...all, hi: from, hiInclusive: true } : { ...all, hi: after };
    default:
      return after === null
        ? { lo: from, loInclusive: true, hi: from, hiInclusive: true }
        : { ...all, lo: from, hi: after };
  }
}

/** A caret holds the first number that is not zero. */
function caretPlace(numbers: readonly number[], known: number): number {
  const last = known < 0 ? 2 : known - 1;
  const place = numbers.findIndex((number) => number !== 0);
  return place < 0 ? last : Math.min(place, last);
}

function following(numbers: readonly number[], place: number): string {
  return numbers.map((number, index) => (index < place ? number : index === place ? number + 1 : 0)).join('.');
}
