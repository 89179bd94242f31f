import { type Component, createPlaces } from './component.ts';
import type { SetFacts } from './set-facts.ts';

/** How much of something is under the promise of a set. */
export interface Coverage {
  readonly components: number;
  /** Of covered packages: this very build, or by name where there is no build to compare. */
  readonly covered: number;
  /** Of the packages, the share that is covered, in whole percent rounded down; 100 when there are none. */
  readonly percent: number;
  /** Named like a covered package, but built otherwise: the promise speaks of another build. */
  readonly otherBuilds: readonly CoverageLine[];
  readonly uncovered: readonly CoverageLine[];
}

export interface CoverageLine {
  readonly name: string;
  readonly version: string | null;
  readonly id: string;
  /** The attribute that the set carries it under, when it does. */
  readonly attr: string | null;
}

export function coverageOf(components: readonly Component[], facts: Pick<SetFacts, 'packages' | 'covered'>): Coverage {
  const placeOf = createPlaces(facts);
  const coveredAttrs = new Set(facts.covered.map(({ attr }) => attr));
  const counted = components.filter(({ isSource }) => !isSource);
  const otherBuilds: CoverageLine[] = [];
  const uncovered: CoverageLine[] = [];
  let covered = 0;
  for (const component of counted) {
    const place = placeOf(component);
    const packages = place.kind === 'none' ? [] : place.packages;
    const match = packages.find(({ attr }) => coveredAttrs.has(attr));
    const { name, version, id } = component;
    const line = { name, version, id, attr: match?.attr ?? packages[0]?.attr ?? null };
    const hasBuild = component.storePaths.length > 0 || component.drvPath !== null;
    if (match === undefined) uncovered.push(line);
    else if (place.kind === 'same-name' && hasBuild) otherBuilds.push(line);
    else covered++;
  }
  return {
    components: counted.length,
    covered,
    percent: counted.length === 0 ? 100 : Math.floor((covered * 100) / counted.length),
    otherBuilds,
    uncovered,
  };
}
