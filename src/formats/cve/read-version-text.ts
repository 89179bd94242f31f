/**
 * What assigners write where one version belongs: `1.2.3`, `>= 1.14.0, < 1.14.2`, `6.12.*`, `4.5.x`, `5.7.22 and prior`,
 * `before v2.24.1`, `n/a`. Comparisons are the writing of GitHub's records and as good as bounds of their own; prose is not.
 */
type VersionText =
  | { readonly kind: 'version'; readonly version: string }
  | { readonly kind: 'branch'; readonly first: string; readonly next: string }
  | { readonly kind: 'intervals'; readonly intervals: readonly Interval[]; readonly isProse: boolean }
  /** `*`, `all versions`. */
  | { readonly kind: 'all' }
  /** `0`, `n/a`, `unspecified`: as a lower bound there is none; alone it says nothing. */
  | { readonly kind: 'none' }
  | { readonly kind: 'unreadable' };

export interface Interval {
  readonly lo: string | null;
  readonly loInclusive: boolean;
  readonly hi: string | null;
  readonly hiInclusive: boolean;
}

const unreadable: VersionText = { kind: 'unreadable' };
const longestVersion = 100;

export function readVersionText(given: string): VersionText {
  const text = given.trim();
  if (text.length > 300) return unreadable;
  if (/^(?:\*|all|any|all versions?|any version)\.?$/i.test(text)) return { kind: 'all' };
  if (/^(?:|0|-|n\/?a|unspecified|unknown|none|not (?:specified|applicable))$/i.test(text)) return { kind: 'none' };
  const branch = /^(v?\d+(?:\.\d+)*)\.[x*](?:\.[x*])*$/i.exec(text);
  if (branch !== null) return { kind: 'branch', first: branch[1] ?? '', next: nextOf(branch[1] ?? '') };
  if (isVersion(text)) return { kind: 'version', version: text };
  return readComparisons(text) ?? readProse(text) ?? unreadable;
}

/** One word with a number in it. */
function isVersion(text: string): boolean {
  return text.length <= longestVersion && /^[^\s<>=,;*|[\]]*\d[^\s<>=,;*|[\]]*$/.test(text) && !text.includes('://');
}

/** `6.12` is followed by `6.13`. */
function nextOf(branch: string): string {
  return branch.replace(/\d+$/, (last) => String(BigInt(last) + 1n));
}

function readComparisons(text: string): VersionText | null {
  const intervals: Interval[] = [];
  let current: Interval | null = null;
  for (const part of text.split(/,|&&|(?<=[^\s<>=,&])\s+(?=[<>=])/)) {
    const [, operator, version] = /^\s*(>=?|<=?|={1,2})\s*(\S+)\s*$/.exec(part) ?? [];
    if (operator === undefined || version === undefined || !isVersion(version)) return null;
    if (operator.startsWith('=')) intervals.push({ lo: version, loInclusive: true, hi: version, hiInclusive: true });
    else if (operator.startsWith('>')) {
      if (current !== null) intervals.push(current);
      current = { lo: floorOf(version), loInclusive: operator === '>=', hi: null, hiInclusive: false };
    } else {
      intervals.push({ ...(current ?? unbounded), hi: version, hiInclusive: operator === '<=' });
      current = null;
    }
  }
  if (current !== null) intervals.push(current);
  return { kind: 'intervals', intervals, isProse: false };
}

const unbounded: Interval = { lo: null, loInclusive: true, hi: null, hiInclusive: false };

const word = '(?:versions?|ver\\.?|releases?|v\\.?)?\\s*';
const number = '(v?\\d\\S{0,60}?)';
const proseShapes: readonly { readonly shape: RegExp; readonly interval: (found: readonly string[]) => Interval }[] = [
  {
    shape: new RegExp(`^(?:all )?${word}(?:before|prior to|earlier than|older than|below)\\s+${word}${number}$`, 'i'),
    interval: ([, hi = '']) => ({ ...unbounded, hi }),
  },
  {
    shape: new RegExp(`^(?:all )?${word}(?:through|up to(?: and including)?|until)\\s+${word}${number}$`, 'i'),
    interval: ([, hi = '']) => ({ ...unbounded, hi, hiInclusive: true }),
  },
  {
    shape: new RegExp(
      `^(?:all )?${word}${number},?\\s+(?:and|or)\\s+(?:all )?(?:prior|earlier|below|older|previous|lower)(?: versions?| releases?)?\\.?$`,
      'i',
    ),
    interval: ([, hi = '']) => ({ ...unbounded, hi, hiInclusive: true }),
  },
  {
    shape: new RegExp(`^${word}${number}\\s+(?:-|–|to|through|up to)\\s+${word}${number}$`, 'i'),
    interval: ([, lo = '', hi = '']) => ({ lo: floorOf(lo), loInclusive: true, hi, hiInclusive: true }),
  },
  {
    shape: new RegExp(`^${word}${number}\\s+(?:before|(?:and )?prior to)\\s+${word}${number}$`, 'i'),
    interval: ([, lo = '', hi = '']) => ({ lo: floorOf(lo), loInclusive: true, hi, hiInclusive: false }),
  },
];

function readProse(text: string): VersionText | null {
  for (const { shape, interval } of proseShapes) {
    const found = shape.exec(text);
    if (found === null) continue;
    const bounds = interval(found);
    const isSound = [bounds.lo, bounds.hi].every((bound) => bound === null || isVersion(bound));
    return isSound ? { kind: 'intervals', intervals: [bounds], isProse: true } : null;
  }
  return null;
}

function floorOf(version: string): string | null {
  return version === '0' ? null : version;
}
