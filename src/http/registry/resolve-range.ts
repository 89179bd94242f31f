import { compareFlakeVersions, parseFlakeVersion, simplifiedVersion } from '../../formats/nix/flake-version.ts';
import { parseRequirement, type Requirement, satisfies } from '../../formats/nix/requirement.ts';
import type { Release } from '../../pipeline/releases/index.ts';

export type ResolveOutcome =
  | { readonly kind: 'release'; readonly release: Release }
  | { readonly kind: 'malformed'; readonly reason: string }
  | { readonly kind: 'none'; readonly newest: Release | null };

/** The highest release that satisfies a range and was not withdrawn. */
export function resolveRange(releases: readonly Release[], range: string): ResolveOutcome {
  const requirement = parseRequirement(range);
  if (requirement.kind === 'malformed') return requirement;
  const live = liveOf(releases);
  const release = live.find((candidate) => isIn(requirement, candidate));
  return release === undefined ? { kind: 'none', newest: live[0] ?? null } : { kind: 'release', release };
}

/** Every release that satisfies a range and was not withdrawn, newest first; none for what is no range. */
export function releasesInRange(releases: readonly Release[], range: string): readonly Release[] {
  const requirement = parseRequirement(range);
  if (requirement.kind === 'malformed') return [];
  return liveOf(releases).filter((candidate) => isIn(requirement, candidate));
}

function liveOf(releases: readonly Release[]): readonly Release[] {
  return newestFirst(releases).filter((release) => release.yankedAt === null);
}

function isIn(requirement: Requirement, release: Release): boolean {
  const version = parseFlakeVersion(release.version);
  return version !== null && satisfies(requirement, version);
}

/** By version, the highest first; pre-releases in their place. */
export function newestFirst(releases: readonly Release[]): readonly Release[] {
  return releases
    .map((release) => ({ release, version: parseFlakeVersion(release.version) }))
    .sort((a, b) => {
      const byTime = b.release.publishedAt - a.release.publishedAt;
      if (a.version === null || b.version === null) return byTime;
      return compareFlakeVersions(b.version, a.version) || byTime;
    })
    .map(({ release }) => release);
}

/** One line that Nix shows to its user: what was asked for and what there is. */
export function noMatchText(name: string, range: string, newest: Release | null): string {
  const rest =
    newest === null ? 'it has no release yet' : `the newest is ${simplifiedVersion(newest.version)}, try /f/${name}/0`;
  return `no release of ${name} satisfies "${range.slice(0, 60)}": ${rest}`;
}
