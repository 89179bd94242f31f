import type { CveVersion } from '../../../formats/cve/read-cve.ts';
import type { Range } from '../model.ts';

export interface VersionText {
  readonly ranges: readonly Range[];
  readonly exact: readonly string[];
  /** Why this is no proof, or null. */
  readonly weak: string | null;
}

type Bounds = Pick<CveVersion, 'version' | 'lessThan' | 'lessThanOrEqual'>;

/** What one `versions[]` member covers: bounds, a branch (`6.12.*`), comparisons (`>= 1.0, < 1.2`), or prose. */
export function readVersionText({ version, lessThan, lessThanOrEqual }: Bounds): VersionText {
  const end = lessThan ?? lessThanOrEqual;
  if (end === null) return aloneText(version.trim());
  const lo = lowerOf(version.trim());
  const hi = end.trim();
  if (hi === '*' || isNothing(hi)) return { ranges: [from(lo, null, false)], exact: [], weak: null };
  if (/^all(?: versions?)?$/i.test(hi)) return { ranges: [from(lo, null, false)], exact: [], weak: null };
  const branch = branchOf(hi);
  // Up to and with the branch: all of it.
  if (branch !== null && lessThan === null) return { ranges: [from(lo, after(branch), false)], exact: [], weak: null };
  const upper = branch ?? versionIn(hi);
  if (upper === null) return prose(`${version} to ${hi}`);
  if (lessThan !== null && upper === lo)
    return { ranges: [from(null, upper, false)], exact: [], weak: `"before ${upper}" without a start` };
  return { ranges: [from(lo, upper, lessThan === null)], exact: [], weak: null };
}

function aloneText(text: string): VersionText {
  if (isNothing(text) || text === '*' || /^all(?: versions?)?$/i.test(text))
    return { ranges: [from(null, null, false)], exact: [], weak: null };
  const branch = branchOf(text);
  if (branch !== null) return { ranges: [from(branch, after(branch), false)], exact: [], weak: null };
  const plain = versionIn(text);
  if (plain !== null) return { ranges: [], exact: [plain], weak: null };
  const compared = comparisons(text);
  if (compared !== null) return { ranges: [compared], exact: [], weak: null };
  return prose(text);
}

/** `>= 1.2.0, < 1.8.3`: what GitHub writes. */
function comparisons(text: string): Range | null {
  let range = from(null, null, false);
  for (const part of text.split(/\s*,\s*|\s+(?=[<>=])/)) {
    const [, operator, bound = ''] = /^(<=|>=|<|>|=)\s*([^\s,<>=]+)$/.exec(part) ?? [];
    const version = versionIn(bound);
    if (operator === undefined || version === null) return null;
    if (operator.startsWith('>'))
      range = { ...range, lo: version === '0' ? null : version, loInclusive: operator === '>=' };
    else if (operator.startsWith('<')) range = { ...range, hi: version, hiInclusive: operator === '<=' };
    else range = { lo: version, loInclusive: true, hi: version, hiInclusive: true };
  }
  return range;
}

const before = /^(?:all )?(?:versions? )?(?:before|prior to|earlier than|lower than|up to)(?: versions?)?\s+(\S+)$/i;
const andEarlier = /^(?:versions? )?(\S+) (?:and|or) (?:earlier|below|prior|older|lower)(?: versions?)?$/i;
const through = /^(?:versions? )?(\S+) ?(?:through|to|-|–) ?(\S+)$/i;

/** A person's sentence: where it can be read, a hint. */
function prose(text: string): VersionText {
  const weak = `in words: ${text.slice(0, 200)}`;
  const end = versionIn(before.exec(text)?.[1] ?? '');
  if (end !== null) return { ranges: [from(null, end, /up to/i.test(text))], exact: [], weak };
  const last = versionIn(andEarlier.exec(text)?.[1] ?? '');
  if (last !== null) return { ranges: [from(null, last, true)], exact: [], weak };
  const [, first = '', second = ''] = through.exec(text) ?? [];
  const [lo, hi] = [versionIn(first), versionIn(second)];
  return { ranges: lo === null || hi === null ? [] : [from(lo, hi, true)], exact: [], weak };
}

function from(lo: string | null, hi: string | null, hiInclusive: boolean): Range {
  return { lo, loInclusive: true, hi, hiInclusive };
}

/** Null where no start is given: `0`, `n/a`, or words such as `earlier`. */
function lowerOf(text: string): string | null {
  if (text === '0' || text === '*' || isNothing(text)) return null;
  return branchOf(text) ?? versionIn(text);
}

function isNothing(text: string): boolean {
  return /^(?:n\/?a|unspecified|unknown|none|-|)$/i.test(text);
}

/** `6.12.*`, `8.1.x` without the star. */
function branchOf(text: string): string | null {
  return /^v?(\d+(?:\.\d+)*)\.[*x]$/i.exec(text)?.[1] ?? null;
}

/** The version that follows a whole branch: `6.12` gives `6.13`. */
function after(branch: string): string {
  const parts = branch.split('.');
  const last = parts.pop() ?? '0';
  return [...parts, String(BigInt(last) + 1n)].join('.');
}

/** A version as a program may carry it: it begins with a digit, but for a leading `v` or a project's prefix, and has no spaces. */
function versionIn(text: string): string | null {
  const plain = text.replace(/^[vV](?=\d)/, '');
  return /^\d[\w.+~:-]{0,100}$/.test(plain) || /^[a-z]+[-_]?\d[\w.+~-]{0,100}$/i.test(plain) ? plain : null;
}
