import type { CveAffected, CveVersion } from '../../../formats/cve/read-cve.ts';
import type { AffectedProduct, Range, VersionScheme } from '../model.ts';
import { schemeOfVersionType } from '../normalising/scheme-of.ts';
import { readVersionText } from './read-version-text.ts';

/** What an entry says of versions, without whose. */
export type Affectedness = Pick<
  AffectedProduct,
  'scheme' | 'ranges' | 'versions' | 'unaffected' | 'otherwise' | 'weak'
>;

interface Gathered {
  readonly ranges: Range[];
  readonly versions: string[];
  readonly unaffected: Range[];
  weak: string | null;
}

/**
 * `versions[]` with their changes and the default, as ranges. Commits, and bounds that are no proof, become entries of their
 * own, so that they spoil nothing: an entry of nothing but commits says nothing of versions, whatever its default.
 */
export function flattenVersions(
  entry: Pick<CveAffected, 'versions' | 'defaultStatus' | 'product'>,
): readonly Affectedness[] {
  const plain = gather(entry.versions.filter((version) => !isCommit(version)));
  const commits = gather(entry.versions.filter(isCommit));
  const found: Affectedness[] = [];
  if (commits.solid.ranges.length > 0 || commits.solid.versions.length > 0)
    found.push({ ...commits.solid, scheme: 'git', otherwise: 'unknown' });
  if (entry.versions.length > 0 && entry.versions.every(isCommit)) return found;
  const { solid, shaky } = plain;
  const scheme = schemeOf(entry);
  const saysNothing = solid.ranges.length === 0 && solid.versions.length === 0 && solid.unaffected.length === 0;
  if (shaky.ranges.length > 0 || shaky.versions.length > 0 || shaky.weak !== null)
    found.push({ ...shaky, unaffected: solid.unaffected, scheme, otherwise: 'unknown' });
  if (!saysNothing || found.length === 0) found.push({ ...solid, scheme, otherwise: entry.defaultStatus });
  return found;
}

function gather(versions: readonly CveVersion[]): { readonly solid: Gathered; readonly shaky: Gathered } {
  const solid: Gathered = { ranges: [], versions: [], unaffected: [], weak: null };
  const shaky: Gathered = { ranges: [], versions: [], unaffected: [], weak: null };
  for (const version of versions) {
    const { ranges, exact, weak } = readVersionText(version);
    if (version.status === 'affected') {
      const into = weak === null ? solid : shaky;
      for (const range of ranges) addChanged(into, range, version);
      into.versions.push(...exact);
      into.weak ??= weak;
    } else if (version.status === 'unaffected' && weak === null) {
      // To be certain of not being affected takes a bound that is one.
      solid.unaffected.push(...ranges, ...exact.map((only) => exactly(only)));
    }
  }
  return { solid, shaky };
}

/** `changes` within an affected range, in order: each turns what follows it. */
function addChanged(into: Gathered, range: Range, { changes }: CveVersion): void {
  let { lo, loInclusive } = range;
  let isAffected = true;
  const add = (hi: string | null, hiInclusive: boolean) => {
    (isAffected ? into.ranges : into.unaffected).push({ lo, loInclusive, hi, hiInclusive });
  };
  for (const { at, status } of changes) {
    if (at === '' || (status !== 'unknown' && (status === 'affected') === isAffected)) continue;
    add(at, false);
    [lo, loInclusive] = [at, true];
    isAffected = status === 'affected';
  }
  if (changes.length === 0 || isAffected || lo !== range.hi) add(range.hi, range.hiInclusive);
}

function exactly(version: string): Range {
  return { lo: version, loInclusive: true, hi: version, hiInclusive: true };
}

/** A hash is a commit, whatever it is called; some are cut to seven digits. */
function isCommit({ version, lessThan, lessThanOrEqual, versionType }: CveVersion): boolean {
  if (versionType?.toLowerCase() === 'git') return true;
  return [version, lessThan, lessThanOrEqual].some(
    (text) => text !== null && /^(?=.*[a-f])(?=.*\d)[0-9a-f]{12,40}$/.test(text),
  );
}

function schemeOf({ versions, product }: Pick<CveAffected, 'versions' | 'product'>): VersionScheme {
  if (product.toLowerCase() === 'openssl') return 'openssl';
  const schemes = new Set(
    versions.filter((version) => !isCommit(version)).map(({ versionType }) => schemeOfVersionType(versionType)),
  );
  const [only = 'generic', ...others] = schemes;
  return others.length === 0 && only !== 'git' ? only : 'generic';
}
