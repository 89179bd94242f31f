import type { Instance } from '../catalog/index.ts';
import type { IdentityData } from './identity-data.ts';
import { type Package, packageOf } from './package-of.ts';

/** The packages of an evaluation, ready to be held against records, found by attribute and by product key. */
export interface Carried {
  /** A package for each version that an attribute has. */
  readonly byAttr: ReadonlyMap<string, readonly Package[]>;
  readonly attrsOfKey: ReadonlyMap<string, readonly string[]>;
}

export function carriedOf(instances: Iterable<Instance>, data: IdentityData): Carried {
  const groups = new Map<string, Instance[]>();
  for (const instance of instances) {
    const group = groups.get(instance.attr);
    if (group === undefined) groups.set(instance.attr, [instance]);
    else group.push(instance);
  }
  const byAttr = new Map<string, readonly Package[]>();
  const attrsOfKey = new Map<string, string[]>();
  for (const [attr, group] of groups) {
    const variants = variantsOf(group, data);
    byAttr.set(attr, variants);
    for (const key of keysOf(variants)) {
      const attrs = attrsOfKey.get(key);
      if (attrs === undefined) attrsOfKey.set(key, [attr]);
      else attrs.push(attr);
    }
  }
  return { byAttr, attrsOfKey };
}

export function variantsOf(group: readonly Instance[], data: IdentityData): readonly Package[] {
  const [first] = group;
  const versions = group.every(({ version }) => version === first?.version)
    ? [group]
    : Map.groupBy(group, ({ version }) => version).values();
  return [...versions].flatMap((instances) => packageOf(instances, data) ?? []);
}

export function keysOf(variants: readonly Package[]): ReadonlySet<string> {
  return new Set(variants.flatMap(({ keys }) => keys));
}
