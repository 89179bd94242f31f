import type { Instance } from '../catalog/index.ts';
import { packageKey } from '../feeds/index.ts';
import type { IdentityData } from './identity-data.ts';
import { type Package, packageOf } from './package-of.ts';
import { scopeInUse } from './scope-of.ts';
import { withSharedProducts } from './shared-source.ts';
import { type References, type Usage, usagesOf } from './usage-of.ts';

/** An attribute: a package for each version that its systems have. */
export interface CarriedPackage {
  readonly variants: readonly Package[];
  /** Those of all variants. */
  readonly keys: readonly string[];
}

/** The packages of an evaluation, ready to be held against records, found by attribute and by product key. */
export interface Carried {
  readonly byAttr: ReadonlyMap<string, CarriedPackage>;
  readonly byKey: ReadonlyMap<string, readonly CarriedPackage[]>;
}

type Instances = readonly [Instance, ...Instance[]];

export function carriedOf(
  instances: Iterable<Instance>,
  data: IdentityData,
  references: References = new Map(),
  /** Attribute paths that records name; the others need no key for that. */
  named: readonly string[] = [],
): Carried {
  const groups = new Map<string, [Instance, ...Instance[]]>();
  for (const instance of instances) {
    const group = groups.get(instance.attr);
    if (group === undefined) groups.set(instance.attr, [instance]);
    else group.push(instance);
  }
  const packages = withSharedProducts([...groups.values()].flatMap((group) => variantsOf(group, data)));
  const usages = usagesOf([...groups.values()].flat(), references);
  const own = new Set(named);
  const byAttr = new Map<string, CarriedPackage>();
  for (const one of packages) {
    const used = inUse(one, usages.get(one.attr));
    const carried = own.has(one.attr) ? { ...used, keys: [...used.keys, packageKey('nixpkgs', one.attr)] } : used;
    const known = byAttr.get(carried.attr);
    byAttr.set(carried.attr, together(known === undefined ? [carried] : [...known.variants, carried]));
  }
  return { byAttr, byKey: packagesByKey(byAttr.values()) };
}

function inUse(carried: Package, usage: Usage | undefined): Package {
  if (usage === undefined) return carried;
  return { ...carried, usage, scope: scopeInUse(carried.scope, usage, carried.instances[0]) };
}

export function packagesByKey(packages: Iterable<CarriedPackage>): Carried['byKey'] {
  const byKey = new Map<string, CarriedPackage[]>();
  for (const carried of packages) {
    // Most keys are of one package: all of its keys share a list.
    const alone = [carried];
    for (const key of carried.keys) {
      const known = byKey.get(key);
      if (known === undefined) byKey.set(key, alone);
      else if (known.length === 1) byKey.set(key, [...known, carried]);
      else known.push(carried);
    }
  }
  return byKey;
}

/** `instances` are those of one attribute. */
export function carriedPackage(instances: Instances, data: IdentityData): CarriedPackage {
  return together(variantsOf(instances, data));
}

function variantsOf(instances: Instances, data: IdentityData): readonly Package[] {
  const [first, ...rest] = instances;
  if (rest.every(({ version }) => version === first.version)) return [packageOf(instances, data)];
  const byVersion = Map.groupBy(instances, ({ version }) => version);
  return [...byVersion.values()].flatMap(([one, ...others]) => (one ? [packageOf([one, ...others], data)] : []));
}

function together(variants: readonly Package[]): CarriedPackage {
  const [first, ...rest] = variants;
  const keys = first?.keys ?? [];
  return { variants, keys: rest.length === 0 ? keys : [...new Set(variants.flatMap((variant) => variant.keys))] };
}
