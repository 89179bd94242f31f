import { simplifiedVersion } from '../../formats/nix/flake-version.ts';
import { parseRequirement, satisfies } from '../../formats/nix/requirement.ts';
import type { PlacedRelease, RegistryFlake, Release } from '../../pipeline/releases/index.ts';

export type ResolveOutcome =
  | { readonly kind: 'release'; readonly placed: PlacedRelease }
  | { readonly kind: 'malformed'; readonly reason: string }
  | { readonly kind: 'none' };

/** The highest release that satisfies a range and was not withdrawn. */
export function resolveRange({ releases }: Pick<RegistryFlake, 'releases'>, range: string): ResolveOutcome {
  const requirement = parseRequirement(range);
  if (requirement.kind === 'malformed') return requirement;
  const placed = releases.find((each) => isLive(each) && satisfies(requirement, each.version));
  return placed === undefined ? { kind: 'none' } : { kind: 'release', placed };
}

/** Every release that satisfies a range and was not withdrawn, newest first; none for what is no range. */
export function releasesInRange({ releases }: Pick<RegistryFlake, 'releases'>, range: string): readonly Release[] {
  const requirement = parseRequirement(range);
  if (requirement.kind === 'malformed') return [];
  return releases.filter((each) => isLive(each) && satisfies(requirement, each.version)).map(({ release }) => release);
}

function isLive({ release }: PlacedRelease): boolean {
  return release.yankedAt === null;
}

/** One line that Nix shows to its user: what was asked for and what there is. */
export function noMatchText({ organisation, flake, newest, releases }: RegistryFlake, range: string): string {
  const name = `${organisation}/${flake}`;
  const none = releases.length === 0 ? 'it has no release yet' : 'its releases were withdrawn';
  const rest = newest === null ? none : `the newest is ${simplifiedVersion(newest.version)}, try /f/${name}/*`;
  return `no release of ${name} satisfies "${range.slice(0, 60)}": ${rest}`;
}
