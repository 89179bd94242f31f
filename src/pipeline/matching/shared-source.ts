import { nameKey } from '../feeds/index.ts';
import type { Package, SharedProduct } from './package-of.ts';
import { spellingsOf, type VendorProduct } from './vendor-names.ts';

/** A placeholder that evaluates and is never fetched. */
const noHash = /^sha\d+-A{20}/;

/**
 * Packages of one version built from one and the same source (a compiler and its libraries, an archive and its tools):
 * what is surely known of one is a candidate for the others.
 */
export function withSharedProducts(packages: readonly Package[]): readonly Package[] {
  const extended = new Map<Package, Package>();
  for (const members of sameSource(packages)) {
    const products = new Map<string, SharedProduct>();
    for (const member of members)
      for (const known of surelyKnown(member)) {
        const name = `${known.vendor}:${known.product}`;
        if (!products.has(name)) products.set(name, { ...known, attr: member.attr });
      }
    for (const member of members) {
      const shared = [...products.values()].filter(({ product }) => !member.names.includes(product));
      if (shared.length > 0) extended.set(member, withShared(member, shared));
    }
  }
  return extended.size === 0 ? packages : packages.map((carried) => extended.get(carried) ?? carried);
}

/** Groups of at least two. Most sources are of one package: only for the others a list is made. */
function sameSource(packages: readonly Package[]): Iterable<readonly Package[]> {
  const first = new Map<string, Package>();
  const groups = new Map<string, Package[]>();
  for (const carried of packages) {
    const [{ sources, version }] = carried.instances;
    const hash = sources[0]?.hash ?? null;
    if (hash === null || noHash.test(hash)) continue;
    const earlier = first.get(hash);
    if (earlier === undefined) first.set(hash, carried);
    else {
      const key = `${hash} ${version}`;
      const group = groups.get(key) ?? (earlier.instances[0].version === version ? [earlier] : []);
      group.push(carried);
      groups.set(key, group);
    }
  }
  return groups.values();
}

function surelyKnown({ mappings, declared }: Package): readonly VendorProduct[] {
  return [
    ...mappings.filter(({ verdict }) => verdict === 'is').map(({ vendor, product }) => ({ vendor, product })),
    ...declared.map((pair) => {
      const [vendor = '', product = ''] = pair.split(':');
      return { vendor, product };
    }),
  ];
}

function withShared(carried: Package, shared: readonly SharedProduct[]): Package {
  const keys = shared.flatMap((known) => [known.product, ...spellingsOf(known)]).map(nameKey);
  return { ...carried, shared, keys: [...new Set([...carried.keys, ...keys])] };
}
