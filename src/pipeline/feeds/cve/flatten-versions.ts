import type { CveAffected, CveStatus, CveVersion } from '../../../formats/cve/read-cve.ts';
import { readVersionText } from '../../../formats/cve/read-version-text.ts';
import { compareVersions } from '../../../formats/versions/index.ts';
import type { AffectedProduct, Range, VersionScheme } from '../model.ts';
import { schemeOfVersionType } from '../normalising/scheme-of.ts';

export type FlatVersions = Pick<
  AffectedProduct,
  'scheme' | 'ranges' | 'versions' | 'unaffected' | 'otherwise' | 'weak'
>;

/** What one version entry covers. */
interface Span {
  readonly status: CveStatus;
  readonly range: Range | null;
  /** A single version instead of a range. */
  readonly version: string | null;
  readonly weak: string | null;
}

/**
 * `defaultStatus`, `versions` and their `changes` as lists, which hold apart what is a proof and what is not: one prose version
 * does not weaken the bounds beside it. Empty when nothing is said to be affected.
 */
export function flattenVersions(entry: CveAffected, assigner: string): readonly FlatVersions[] {
  const commits = entry.versions.filter(isCommits);
  const numbered = commits.length === 0 ? entry.versions : entry.versions.filter((version) => !isCommits(version));
  const scheme = schemeOf(numbered);
  const [certain, uncertain] = [emptyPart(scheme), emptyPart(scheme)];
  for (const version of numbered)
    for (const { status, range, version: only, weak } of spansOf(version, scheme, assigner)) {
      const part = weak === null ? certain : uncertain;
      if (status === 'affected') {
        part.weak ??= weak;
        if (range !== null) part.ranges.push(range);
        if (only !== null) part.versions.push(only);
      } else if (status === 'unaffected') {
        const good = range ?? (only === null ? null : exactly(only));
        if (good === null) continue;
        if (weak === null) certain.unaffected.push(good);
        uncertain.unaffected.push(good);
      }
    }
  const isCertain = certain.ranges.length > 0 || certain.versions.length > 0;
  const parts: FlatVersions[] = commits.length === 0 ? [] : [ofCommits(commits)];
  // With commits alone the default would decide on versions that nobody looked at.
  if (isCertain || (uncertain.weak === null && (numbered.length > 0 || commits.length === 0)))
    parts.push({ ...certain, otherwise: entry.defaultStatus });
  if (uncertain.weak !== null) parts.push({ ...uncertain, otherwise: isCertain ? 'unknown' : entry.defaultStatus });
  return parts.filter(saysSomething);
}

interface Part {
  readonly scheme: VersionScheme;
  readonly ranges: Range[];
  readonly versions: string[];
  readonly unaffected: Range[];
  weak: string | null;
}

function emptyPart(scheme: VersionScheme): Part {
  return { scheme, ranges: [], versions: [], unaffected: [], weak: null };
}

function saysSomething({ ranges, versions, unaffected, otherwise, weak, scheme }: FlatVersions): boolean {
  if (ranges.length > 0 || versions.length > 0 || weak !== null) return true;
  if (scheme === 'git') return unaffected.length > 0;
  return otherwise !== 'unaffected';
}

/** Several CNAs call release numbers `git`. */
function isCommits({ versionType, version, lessThan, lessThanOrEqual }: CveVersion): boolean {
  if (versionType?.toLowerCase() !== 'git') return false;
  const bounds = [version, lessThan, lessThanOrEqual].filter((bound) => bound !== null && !/^[0*]?$/.test(bound));
  return bounds.every((bound) => /^[0-9a-f]{7,40}$/i.test(bound?.trim() ?? ''));
}

function ofCommits(commits: readonly CveVersion[]): FlatVersions {
  const rangesWith = (wanted: CveStatus) =>
    commits
      .filter(({ status }) => status === wanted)
      .map(({ version, lessThan, lessThanOrEqual }) => ({
        lo: /^[0*]?$/.test(version) ? null : version.trim(),
        loInclusive: true,
        hi: boundOf((lessThan ?? lessThanOrEqual)?.trim() ?? null),
        hiInclusive: lessThan === null && lessThanOrEqual !== null,
      }));
  return {
    scheme: 'git',
    ranges: rangesWith('affected'),
    versions: [],
    unaffected: rangesWith('unaffected'),
    otherwise: 'unknown',
    weak: null,
  };
}

function boundOf(text: string | null): string | null {
  return text === '*' ? null : text;
}

/** The order that any of the types names: kernel records mix `custom` and `semver`. */
function schemeOf(versions: readonly CveVersion[]): VersionScheme {
  for (const { versionType } of versions) {
    const scheme = schemeOfVersionType(versionType);
    if (scheme !== 'generic' && scheme !== 'git') return scheme;
  }
  return 'generic';
}

function exactly(version: string): Range {
  return { lo: version, loInclusive: true, hi: version, hiInclusive: true };
}

function spansOf(entry: CveVersion, scheme: VersionScheme, assigner: string): readonly Span[] {
  const { status, lessThan, lessThanOrEqual, changes } = entry;
  const isTwice = entry.version === lessThanOrEqual && lessThan === null;
  // HackerOne writes the last affected version as both bounds, and means all before it; others mean just that one.
  const upTo = isTwice && assigner === 'hackerone' && status === 'affected';
  if (changes.length === 0 && !upTo && (isTwice || (lessThan === null && lessThanOrEqual === null)))
    return singleSpans(entry);
  const { range, weak } = boundsOf(entry, upTo);
  if (changes.length === 0) return [{ status, range, version: null, weak }];
  return changedSpans(entry, range, scheme).map((span) => ({ ...span, version: null, weak }));
}

/** An entry without an upper bound is one version, or a text that holds more. */
function singleSpans({ version: text, status }: CveVersion): readonly Span[] {
  const span = { status, range: null, version: null, weak: null };
  const reading = readVersionText(text);
  switch (reading.kind) {
    case 'version':
      return [{ ...span, version: reading.version }];
    case 'branch':
      return [{ ...span, range: { lo: reading.first, loInclusive: true, hi: reading.next, hiInclusive: false } }];
    case 'intervals': {
      const weak = reading.isProse ? inProse(text) : null;
      return reading.intervals.map((range) => ({ ...span, range, weak }));
    }
    case 'all':
      return [{ ...span, range: everything }];
    case 'none':
      return [{ ...span, weak: 'no version is given' }];
    case 'unreadable':
      return [{ ...span, weak: inProse(text) }];
  }
}

const everything: Range = { lo: null, loInclusive: true, hi: null, hiInclusive: false };

function boundsOf(entry: CveVersion, upTo: boolean): { readonly range: Range; readonly weak: string | null } {
  const { version, lessThan, lessThanOrEqual } = entry;
  const upper = upperOf(lessThan ?? lessThanOrEqual ?? '*', lessThan === null);
  if (version.trim() === lessThan?.trim())
    return { range: { ...everything, ...upper.bound }, weak: upper.weak ?? 'it only says before which version' };
  if (upTo) return { range: { ...everything, ...upper.bound }, weak: upper.weak ?? 'it only says up to which version' };
  const lower = lowerOf(version);
  return { range: { ...lower.bound, ...upper.bound }, weak: lower.weak ?? upper.weak };
}

type Lower = Pick<Range, 'lo' | 'loInclusive'>;
type Upper = Pick<Range, 'hi' | 'hiInclusive'>;

function lowerOf(text: string): { readonly bound: Lower; readonly weak: string | null } {
  const reading = readVersionText(text);
  const at = (lo: string | null, loInclusive = true) => ({ bound: { lo, loInclusive }, weak: null });
  switch (reading.kind) {
    case 'version':
      return at(reading.version);
    case 'branch':
      return at(reading.first);
    case 'none':
    case 'all':
      return at(null);
    case 'intervals': {
      const [only] = reading.intervals;
      if (!reading.isProse && only !== undefined && only.lo !== null) return at(only.lo, only.loInclusive);
    }
  }
  return { bound: { lo: null, loInclusive: true }, weak: inProse(text) };
}

function upperOf(text: string, inclusive: boolean): { readonly bound: Upper; readonly weak: string | null } {
  const reading = readVersionText(text);
  const at = (hi: string | null, hiInclusive: boolean) => ({ bound: { hi, hiInclusive }, weak: null });
  switch (reading.kind) {
    case 'version':
      return at(reading.version, inclusive);
    // `6.12.*` is the end of that branch, with whichever word it is written.
    case 'branch':
      return at(reading.next, false);
    case 'all':
      return at(null, false);
    case 'none':
      if (text.trim() !== '0') return at(null, false);
      break;
    case 'intervals': {
      const [only] = reading.intervals;
      if (!reading.isProse && only !== undefined && only.hi !== null) return at(only.hi, only.hiInclusive);
    }
  }
  return { bound: { hi: null, hiInclusive: false }, weak: inProse(text) };
}

/** From each change on its status holds, up to the next or the entry's own end. */
function changedSpans(
  { status, changes }: CveVersion,
  range: Range,
  scheme: VersionScheme,
): readonly { readonly status: CveStatus; readonly range: Range }[] {
  const spans: { readonly status: CveStatus; readonly range: Range }[] = [];
  let [current, lo, loInclusive] = [status, range.lo, range.loInclusive];
  for (const { at, status: next } of changes) {
    // Some name the fixed version that follows the end, others the end itself.
    if (range.hi !== null && !isBefore(scheme, at, range)) break;
    spans.push({ status: current, range: { lo, loInclusive, hi: at, hiInclusive: false } });
    [current, lo, loInclusive] = [next, at, true];
  }
  return [...spans, { status: current, range: { ...range, lo, loInclusive } }];
}

function isBefore(scheme: VersionScheme, at: string, { hi, hiInclusive }: Range): boolean {
  if (hi === null) return true;
  const order = compareVersions(scheme, at, hi) ?? compareVersions('generic', at, hi);
  return order !== null && (hiInclusive ? order <= 0 : order < 0);
}

function inProse(text: string): string {
  return `the version is written as "${text.trim().slice(0, 80)}"`;
}
