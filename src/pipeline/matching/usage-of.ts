import { parseStorePath } from '../../formats/nix/store-path.ts';
import type { Instance } from '../catalog/index.ts';

/** What other packages of the channel do with a package, each list of attributes sorted. */
export interface Usage {
  /** They run it while they are built, and only then as far as their expressions tell. */
  readonly building: readonly string[];
  /** They link it, load it or hand it on. */
  readonly running: readonly string[];
  /** Their built outputs hold its store path, whatever the expressions say. */
  readonly keeping: readonly string[];
  /** Whether all of `building` were seen built, so that none of them keeps it unseen. */
  readonly isSeen: boolean;
}

/** What built outputs refer to: hashes of store paths, by the hash of the output. */
export type References = ReadonlyMap<string, readonly string[]>;

/** They help to build against a package and are not installed where it runs. */
const developmentOutputs: ReadonlySet<string> = new Set(['dev', 'doc', 'devdoc', 'devman', 'man', 'info', 'static']);

/** By attribute, for those that any other package takes in. */
export function usagesOf(
  instances: readonly Pick<Instance, 'attr' | 'inputs' | 'outputs'>[],
  references: References,
): ReadonlyMap<string, Usage> {
  const building = new Map<string, Set<string>>();
  const running = new Map<string, Set<string>>();
  const keeping = new Map<string, Set<string>>();
  const seen = new Set<string>();
  const owners = new Map<string, Set<string>>();
  if (references.size > 0)
    for (const { attr, outputs } of instances)
      for (const hash of Object.values(outputs).flatMap(hashOf)) note(owners, hash, attr);
  for (const { attr, inputs, outputs } of instances) {
    for (const used of inputs?.build ?? []) note(building, used, attr);
    for (const used of inputs?.run ?? []) note(running, used, attr);
    if (references.size === 0) continue;
    for (const [output, path] of Object.entries(outputs)) {
      if (developmentOutputs.has(output)) continue;
      for (const hash of hashOf(path)) {
        const referred = references.get(hash);
        if (referred === undefined) continue;
        seen.add(attr);
        for (const owner of referred.flatMap((one) => [...(owners.get(one) ?? [])]))
          if (owner !== attr) note(keeping, owner, attr);
      }
    }
  }
  return new Map(
    [...new Set([...building.keys(), ...running.keys(), ...keeping.keys()])].map((attr) => {
      const builders = sorted(building.get(attr));
      const isSeen = builders.every((one) => seen.has(one));
      return [
        attr,
        { building: builders, running: sorted(running.get(attr)), keeping: sorted(keeping.get(attr)), isSeen },
      ];
    }),
  );
}

function note(sets: Map<string, Set<string>>, key: string, value: string): void {
  const known = sets.get(key);
  if (known === undefined) sets.set(key, new Set([value]));
  else known.add(value);
}

function sorted(attrs: ReadonlySet<string> | undefined): readonly string[] {
  return [...(attrs ?? [])].sort();
}

/** The hashes of all that the instances are built into; none for a path that no Nix made. */
export function outputHashes(instances: readonly Pick<Instance, 'outputs'>[]): readonly string[] {
  return [...new Set(instances.flatMap(({ outputs }) => Object.values(outputs).flatMap(hashOf)))];
}

function hashOf(path: string): readonly string[] {
  const read = parseStorePath(path);
  return read === null ? [] : [read.hash];
}
