import type { SetFacts } from './set-facts.ts';

/** Something that a closure, a graph or a bill of materials says is there. */
export interface Component {
  /** As its source calls it: a store path, a reference, a name. */
  readonly id: string;
  readonly name: string;
  readonly version: string | null;
  /** Outputs in the store; empty where the source names none. */
  readonly storePaths: readonly string[];
  readonly drvPath: string | null;
  /** Only there to build the rest. */
  readonly isSource: boolean;
}

export type FactPackage = SetFacts['packages'][number];

/** Which package of the set a component is. */
export type Place =
  /** This very derivation. */
  | { readonly kind: 'same-build'; readonly packages: readonly FactPackage[] }
  /** A package of that name, and of no derivation that the set has now. */
  | { readonly kind: 'same-name'; readonly packages: readonly FactPackage[] }
  | { readonly kind: 'none' };

/** Finds components in the set: by derivation where they have one, else by name. */
export function createPlaces({ packages }: Pick<SetFacts, 'packages'>): (component: Component) => Place {
  const byPath = new Map<string, FactPackage[]>();
  const byName = new Map<string, FactPackage[]>();
  const add = (map: Map<string, FactPackage[]>, key: string, entry: FactPackage) => {
    const known = map.get(key);
    if (known === undefined) map.set(key, [entry]);
    else known.push(entry);
  };
  for (const entry of packages) {
    for (const path of entry.outputs) add(byPath, path, entry);
    if (entry.drvPath !== null) add(byPath, entry.drvPath, entry);
    for (const name of new Set([plain(entry.pname), plain(entry.attr)])) add(byName, name, entry);
  }
  return ({ storePaths, drvPath, name }) => {
    const same = [...storePaths, ...(drvPath === null ? [] : [drvPath])].flatMap((path) => byPath.get(path) ?? []);
    if (same.length > 0) return { kind: 'same-build', packages: [...new Set(same)] };
    const named = byName.get(plain(name));
    return named === undefined ? { kind: 'none' } : { kind: 'same-name', packages: named };
  };
}

export function plain(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_]+/g, '-');
}
