import { compareNixVersions } from '../../formats/nix/compare-versions.ts';
import type { ReleaseFix } from '../releases/index.ts';
import { type BuiltPackage, createPlaces, namesOf, type Place } from './component.ts';
import type { InputStanding, MissingFix } from './model.ts';
import type { HeldPackage } from './read-closure.ts';

/** How the locked release, and the one to move to, build the packages that matter and all of the same names. */
export interface BuiltTrees {
  readonly locked: readonly BuiltPackage[];
  readonly target: readonly BuiltPackage[];
}

/** Many consumers stand where others do, and hold other things. */
export interface HeldStanding {
  /** What anything that matters may be called in a closure. */
  readonly names: readonly string[];
  readonly standingOf: (held: readonly HeldPackage[]) => InputStanding;
}

const mostVersions = 3;

/**
 * Where an input stands by what really runs. What lacks a fix stays missing, with the version that runs; a package that
 * does not run is named apart; one that runs with its fix already is not named at all.
 */
export function createHeldStanding(given: {
  readonly standing: Exclude<InputStanding, { readonly kind: 'unknown' }>;
  readonly trees: BuiltTrees;
  /** Fixes that the locked release has: what runs may be older than the lock. */
  readonly shipped: readonly MissingFix[];
  /** What the consumer's other inputs build: that is none of this one, however old it looks. */
  readonly elsewhere?: readonly BuiltPackage[];
}): HeldStanding {
  const { standing, shipped } = given;
  const trees = withUnevaluated(given);
  const places = {
    locked: createPlaces({ packages: trees.locked }),
    target: createPlaces({ packages: trees.target }),
    elsewhere: createPlaces({ packages: given.elsewhere ?? [] }),
  };
  const targetVersions = versionsOf(trees.target);
  const lacking = (fixes: readonly MissingFix[], versionsOf: (fix: MissingFix) => readonly string[]) =>
    fixes.flatMap((fix) => {
      const versions = versionsOf(fix);
      if (versions.length === 0) return [];
      return [{ ...fix, fromVersion: shown(versions), toVersion: targetVersions.get(fix.attr) ?? fix.toVersion }];
    });
  const standingOf: HeldStanding['standingOf'] = (held) => {
    const found = findBuilds(held, places);
    const exposures = standing.exposures.filter(({ attr }) => found.has(attr));
    const undeployed = lacking(shipped, (fix) => {
      const { exact, other } = found.get(fix.attr) ?? nothing;
      return exact.length > 0 ? [] : before(other, fix);
    });
    if (standing.kind === 'current') return { ...standing, exposures, undeployed };
    const missing = lacking(standing.missing, (fix) => {
      const { exact, other } = found.get(fix.attr) ?? nothing;
      return exact.length > 0
        ? exact.filter(({ tree }) => tree === 'locked').map(({ version }) => version)
        : before(other, fix);
    });
    const lacked = new Set(missing.map(keyOf));
    return {
      ...standing,
      exposures,
      missing,
      undeployed: undeployed.filter((fix) => !lacked.has(keyOf(fix))),
      notHeld: standing.missing.filter(({ attr }) => !found.has(attr)),
    };
  };
  return {
    names: [...new Set([...trees.locked, ...trees.target].flatMap((built) => [...namesOf(built)]))],
    standingOf,
  };
}

/** Of one attribute. */
interface Builds {
  /** As one of the two releases builds it. */
  readonly exact: { readonly tree: 'locked' | 'target'; readonly version: string }[];
  /** Of that name, in a version that neither has. */
  readonly other: (string | null)[];
}

const nothing: Builds = { exact: [], other: [] };

type Places = ReturnType<typeof createPlaces<BuiltPackage>>;

function findBuilds(
  held: readonly HeldPackage[],
  given: Readonly<Record<'locked' | 'target' | 'elsewhere', Places>>,
): ReadonlyMap<string, Builds> {
  const found = new Map<string, Builds>();
  const of = (attr: string): Builds => {
    const known = found.get(attr) ?? { exact: [], other: [] };
    found.set(attr, known);
    return known;
  };
  for (const component of held) {
    const [locked, target] = [given.locked(component), given.target(component)];
    const isBuilt = locked.kind === 'same-build' || target.kind === 'same-build';
    const places = [
      { tree: 'locked', place: locked },
      { tree: 'target', place: target },
    ] as const;
    const packages = places.flatMap(({ tree, place }) =>
      place.kind === 'none' || (isBuilt && place.kind === 'same-name')
        ? []
        : place.packages.map(({ attr, version }) => ({ tree, attr, version })),
    );
    const same = packages.filter(({ version }) => isBuilt || version === component.version);
    for (const { attr, tree, version } of same) of(attr).exact.push({ tree, version });
    // A version that neither release has, of any package with that name.
    if (same.length === 0 && !isExactly(component, given.elsewhere(component)))
      for (const attr of new Set(packages.map(({ attr }) => attr))) of(attr).other.push(component.version);
  }
  return found;
}

function isExactly({ version }: HeldPackage, place: Place<BuiltPackage>): boolean {
  return (
    place.kind === 'same-build' ||
    (place.kind === 'same-name' && place.packages.some((built) => built.version === version))
  );
}

/** Those on the side of a fix where it is not in yet; a version that is not told counts as one. */
function before(versions: readonly (string | null)[], fix: ReleaseFix): readonly string[] {
  const step = compareNixVersions(fix.fromVersion, fix.toVersion);
  return versions.flatMap((version) => {
    if (version === null) return ['unknown version'];
    const side = compareNixVersions(version, fix.toVersion);
    // Some are fixed by going back: what is newer than the bad version is another matter.
    const lacks =
      step > 0 ? side > 0 && compareNixVersions(version, fix.fromVersion) <= 0 : side < 0 || (step === 0 && side === 0);
    return lacks ? [version] : [];
  });
}

/** What no evaluation tells of is known by its attribute, and by the versions of its fix. */
function withUnevaluated({ standing, trees, shipped }: Parameters<typeof createHeldStanding>[0]): BuiltTrees {
  const missing = standing.kind === 'behind' ? standing.missing : [];
  const told = (built: readonly BuiltPackage[], versions: readonly (readonly [string, string])[]) => {
    const attrs = new Set(built.map(({ attr }) => attr));
    const untold = new Map(versions.filter(([attr]) => !attrs.has(attr)));
    return [...built, ...[...untold].map(([attr, version]) => unevaluated(attr, version))];
  };
  const exposed = standing.exposures.map(({ attr }) => [attr, ''] as const);
  const after = [...shipped, ...missing].map(({ attr, toVersion }) => [attr, toVersion] as const);
  const before = missing.map(({ attr, fromVersion }) => [attr, fromVersion] as const);
  return {
    locked: told(trees.locked, [...exposed, ...after.slice(0, shipped.length), ...before]),
    target: told(trees.target, [...exposed, ...after]),
  };
}

function unevaluated(attr: string, version: string): BuiltPackage {
  return { attr, pname: attr.split('.').at(-1) ?? attr, version, drvPath: null, outputs: [] };
}

function versionsOf(packages: readonly BuiltPackage[]): ReadonlyMap<string, string> {
  const versions = new Map<string, string>();
  for (const [attr, own] of Map.groupBy(packages, (one) => one.attr)) {
    const [first, ...more] = new Set(own.map(({ version }) => version));
    if (first !== undefined && more.length === 0) versions.set(attr, first);
  }
  return versions;
}

function keyOf({ advisoryId, attr }: Pick<ReleaseFix, 'advisoryId' | 'attr'>): string {
  return JSON.stringify([advisoryId, attr]);
}

function shown(versions: readonly string[]): string {
  const each = [...new Set(versions)].sort(compareNixVersions);
  const more = each.length > mostVersions ? [`${each.length - mostVersions} more`] : [];
  return [...each.slice(0, mostVersions), ...more].join(', ');
}
