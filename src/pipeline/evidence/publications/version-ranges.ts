import { compareNixVersions } from '../../../formats/nix/compare-versions.ts';
import type { PublishedLine } from './model.ts';

/** A span of versions of one line; the end is not affected, or (`lastAffected`) the last one known to be. */
export interface VersionRange {
  readonly introduced: string;
  readonly fixed: string | null;
  readonly lastAffected: string | null;
}

/** Whether the world has to reckon with it: what is being looked at counts until somebody says that it does not. */
export function isConcerned({ says }: PublishedLine): boolean {
  return (
    says.kind === 'under_investigation' || says.kind === 'affected' || (says.kind === 'fixed' && says.reason === null)
  );
}

/**
 * One range a line. The lowest begins at the beginning; those above begin at the version in which the line had the flaw, so that
 * what an older line fixed is not affected again. None where the fix left the version as it was: then only commits tell.
 */
export function versionRanges(lines: readonly PublishedLine[]): readonly VersionRange[] {
  const concerned = lines
    .filter(isConcerned)
    .sort((a, b) => compareNixVersions(a.version, b.version) || (a.channel < b.channel ? -1 : 1));
  const ranges = new Map<string, VersionRange>();
  for (const [index, { version, fixedVersion, release }] of concerned.entries()) {
    const fixed = release === null ? null : fixedVersion;
    if (version === '' || (fixed !== null && compareNixVersions(fixed, version) <= 0)) continue;
    const range = {
      introduced: index === 0 ? '0' : version,
      fixed,
      lastAffected: fixed === null ? version : null,
    };
    ranges.set(JSON.stringify(range), range);
  }
  return [...ranges.values()];
}
