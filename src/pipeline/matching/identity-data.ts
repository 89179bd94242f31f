import { plainName, purlKey } from '../feeds/index.ts';
import type { FixChanges } from './fix-changes.ts';
import { type ReviewedMapping, shippedMappings } from './reviewed-mappings.ts';
import type { VendorProduct } from './vendor-names.ts';

/** What is known of products outside of the records: a port, so that a bigger dictionary is only other data. */
export interface IdentityData {
  /** Every vendor that the CPE dictionary has for the product (plain names). */
  readonly vendorsOf: (product: string) => readonly string[];
  /** Without one, `withVendorsOfRecords` tells of vendors. */
  readonly hasDictionary: boolean;
  /** What purl2cpe gives for a package URL, by `purlKey`. */
  readonly productsOfPurl: (key: string) => readonly VendorProduct[];
  /** By plain name: the team's decisions first, then the shipped ones; vendors and products in plain names. */
  readonly mappingsOf: (name: string) => readonly ReviewedMapping[];
  /** What is known of the code that fixes change. */
  readonly fixChanges: FixChanges;
}

export interface PurlProducts extends VendorProduct {
  readonly purls: readonly string[];
}

/** From the lines of a CPE dictionary (`vendor,product` pairs) and of purl2cpe, as far as they are there. */
export function createIdentityData(given: {
  readonly dictionary?: Iterable<VendorProduct>;
  readonly purlProducts?: Iterable<PurlProducts>;
}): IdentityData {
  const vendors = new Map<string, string[]>();
  for (const { vendor, product } of given.dictionary ?? []) {
    const key = plainName(product);
    const known = vendors.get(key);
    const plain = plainName(vendor);
    if (known === undefined) vendors.set(key, [plain]);
    else if (!known.includes(plain)) known.push(plain);
  }
  const products = new Map<string, VendorProduct[]>();
  for (const { vendor, product, purls } of given.purlProducts ?? []) {
    const entry = { vendor: plainName(vendor), product: plainName(product) };
    for (const purl of purls) {
      const key = purlKey(purl);
      const known = products.get(key);
      if (known === undefined) products.set(key, [entry]);
      else known.push(entry);
    }
  }
  return {
    vendorsOf: (product) => vendors.get(product) ?? [],
    hasDictionary: given.dictionary !== undefined,
    productsOfPurl: (key) => products.get(key) ?? [],
    mappingsOf: mappingsOf([]),
    fixChanges: new Map(),
  };
}

/** The same data with what was learned since: the team's mappings before the shipped ones, and the changes of fixes. */
export function withLearned(
  data: IdentityData,
  { mappings, fixChanges }: { readonly mappings: readonly ReviewedMapping[]; readonly fixChanges: FixChanges },
): IdentityData {
  return { ...data, mappingsOf: mappingsOf(mappings), fixChanges };
}

function mappingsOf(mappings: readonly ReviewedMapping[]): IdentityData['mappingsOf'] {
  const plain = [...mappings, ...shippedMappings].map((mapping) => ({
    ...mapping,
    vendor: plainName(mapping.vendor),
    product: plainName(mapping.product),
  }));
  const byName = Map.groupBy(plain, ({ pname }) => plainName(pname));
  return (name) => byName.get(name) ?? [];
}
