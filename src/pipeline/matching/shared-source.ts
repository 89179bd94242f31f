import { nameKey, plainName } from '../feeds/index.ts';
import type { Package } from './package-of.ts';
import { spellingsOf, type VendorProduct } from './vendor-names.ts';

/** A product that another package of the same source is known as. */
export interface SharedProduct extends VendorProduct {
  readonly attr: string;
}

interface Cluster {
  readonly members: Package[];
  readonly products: Map<string, SharedProduct>;
}

/** A placeholder that evaluates and is never fetched. */
const noHash = /^sha\d+-A{20}/;

/**
 * Packages of one version built from one and the same source (a compiler and its libraries, an archive and its tools):
 * what is surely known of one is a candidate for the others.
 */
export function withSharedProducts(packages: readonly Package[]): readonly Package[] {
  const clusters = new Map<string, Cluster>();
  const keyOf = ({ instances: [first] }: Package) => {
    const hash = first.sources[0]?.hash ?? null;
    return hash === null || noHash.test(hash) ? null : `${hash} ${first.version}`;
  };
  for (const carried of packages) {
    const key = keyOf(carried);
    if (key === null) continue;
    const cluster: Cluster = clusters.get(key) ?? { members: [], products: new Map() };
    clusters.set(key, cluster);
    cluster.members.push(carried);
    for (const product of surelyKnown(carried)) {
      const name = `${product.vendor}:${product.product}`;
      if (!cluster.products.has(name)) cluster.products.set(name, { ...product, attr: carried.attr });
    }
  }
  return packages.map((carried) => {
    const cluster = clusters.get(keyOf(carried) ?? '');
    if (cluster === undefined || cluster.members.length < 2) return carried;
    const shared = [...cluster.products.values()].filter(({ product }) => !carried.names.includes(product));
    return shared.length === 0 ? carried : extended(carried, shared);
  });
}

function surelyKnown({ mappings, declared }: Package): readonly VendorProduct[] {
  return [
    ...mappings
      .filter(({ verdict }) => verdict === 'is')
      .map(({ vendor, product }) => ({ vendor: plainName(vendor), product: plainName(product) })),
    ...declared.map((pair) => {
      const [vendor = '', product = ''] = pair.split(':');
      return { vendor, product };
    }),
  ];
}

function extended(carried: Package, shared: readonly SharedProduct[]): Package {
  const keys = shared.flatMap((known) => [known.product, ...spellingsOf(known)]).map(nameKey);
  return { ...carried, shared, keys: [...new Set([...carried.keys, ...keys])] };
}
