import type { Instance } from '../catalog/index.ts';
import type { IdentityData } from './identity-data.ts';
import { type Package, packageOf } from './package-of.ts';

/** An attribute: a package for each version that its systems have. */
export interface CarriedPackage {
  readonly variants: readonly Package[];
  /** Those of all variants. */
  readonly keys: readonly string[];
}

/** The packages of an evaluation, ready to be held against records, found by attribute and by product key. */
export interface Carried {
  readonly byAttr: ReadonlyMap<string, CarriedPackage>;
  readonly attrsOfKey: ReadonlyMap<string, readonly string[]>;
}

export function carriedOf(instances: Iterable<Instance>, data: IdentityData): Carried {
  const groups = new Map<string, [Instance, ...Instance[]]>();
  for (const instance of instances) {
    const group = groups.get(instance.attr);
    if (group === undefined) groups.set(instance.attr, [instance]);
    else group.push(instance);
  }
  const byAttr = new Map<string, CarriedPackage>();
  const attrsOfKey = new Map<string, string[]>();
  for (const [attr, group] of groups) {
    const carried = carriedPackage(group, data);
    byAttr.set(attr, carried);
    for (const key of carried.keys) {
      const attrs = attrsOfKey.get(key);
      if (attrs === undefined) attrsOfKey.set(key, [attr]);
      else attrs.push(attr);
    }
  }
  return { byAttr, attrsOfKey };
}

/** `instances` are those of one attribute. */
export function carriedPackage(instances: readonly [Instance, ...Instance[]], data: IdentityData): CarriedPackage {
  const [first, ...rest] = instances;
  if (rest.every(({ version }) => version === first.version)) {
    const only = packageOf(instances, data);
    return { variants: [only], keys: only.keys };
  }
  const byVersion = Map.groupBy(instances, ({ version }) => version);
  const variants = [...byVersion.values()].flatMap(([one, ...others]) =>
    one ? [packageOf([one, ...others], data)] : [],
  );
  return { variants, keys: [...new Set(variants.flatMap(({ keys }) => keys))] };
}
