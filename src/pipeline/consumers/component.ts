import { splitDrvName } from '../../formats/nix/compare-versions.ts';
import { parseStorePath } from '../../formats/nix/store-path.ts';
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

/** A package as some tree of the set builds it. */
export type BuiltPackage = Pick<FactPackage, 'attr' | 'pname' | 'version' | 'drvPath' | 'outputs'>;

/** Which package of the set a component is. */
export type Place<Built = FactPackage> =
  /** This very derivation. */
  | { readonly kind: 'same-build'; readonly packages: readonly Built[] }
  /** A package of that name, and of no derivation that the set has now. */
  | { readonly kind: 'same-name'; readonly packages: readonly Built[] }
  | { readonly kind: 'none' };

/** Finds components in the set: by derivation where they have one, else by name. */
export function createPlaces<Built extends BuiltPackage>({
  packages,
}: {
  readonly packages: readonly Built[];
}): (component: Pick<Component, 'name' | 'storePaths' | 'drvPath'>) => Place<Built> {
  const byPath = new Map<string, Built[]>();
  const byName = new Map<string, Built[]>();
  const add = (map: Map<string, Built[]>, key: string, entry: Built) => {
    const known = map.get(key);
    if (known === undefined) map.set(key, [entry]);
    else known.push(entry);
  };
  for (const entry of packages) {
    for (const path of entry.outputs) add(byPath, path, entry);
    if (entry.drvPath !== null) add(byPath, entry.drvPath, entry);
    for (const name of namesOf(entry)) add(byName, name, entry);
  }
  return ({ storePaths, drvPath, name }) => {
    const same = [...storePaths, ...(drvPath === null ? [] : [drvPath])].flatMap((path) => byPath.get(path) ?? []);
    if (same.length > 0) return { kind: 'same-build', packages: [...new Set(same)] };
    const named = byName.get(plain(name));
    return named === undefined ? { kind: 'none' } : { kind: 'same-name', packages: named };
  };
}

/** What a component may be called that is this package: `requests`, `python3Packages.requests`, `python3.13-requests`. */
export function namesOf({ pname, attr, drvPath, outputs }: BuiltPackage): ReadonlySet<string> {
  const built = parseStorePath(drvPath ?? outputs[0] ?? '')?.name.replace(/\.drv$/, '');
  return new Set([pname, attr, ...(built === undefined ? [] : [splitDrvName(built).pname])].map(plain));
}

export function plain(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_]+/g, '-');
}
