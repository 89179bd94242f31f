import type { ProductIdentity } from '../feeds/index.ts';
import { fixedElsewhere, plainName, productKey } from '../feeds/index.ts';
import type { Absence } from './absence.ts';
import type { IdentityData } from './identity-data.ts';
import type { IdentityEvidence } from './model.ts';
import { bitnamiKey, type Package } from './package-of.ts';
import { canonicalProduct, isDistribution, isNoVendor, type VendorProduct, vendorStem } from './vendor-names.ts';

/** Whether a record's entry speaks of the package. `denied` is stronger than any evidence. */
export type Identification =
  /** `absence`: it is made from that product, and holds nothing of it. */
  | { readonly kind: 'same'; readonly evidence: readonly IdentityEvidence[]; readonly absence: Absence | null }
  | { readonly kind: 'other'; readonly because: string }
  | { readonly kind: 'denied'; readonly because: string };

type Same = Extract<Identification, { readonly kind: 'same' }>;

const families: Readonly<Record<IdentityEvidence['tier'], string>> = {
  A0: 'curated',
  A1: 'declared',
  A2: 'source',
  A3: 'source',
  A4: 'dictionary',
  A5: 'cna',
  A6: 'dictionary',
};

/** What ties evidence together that does not count twice. */
export function familyOf({ tier }: IdentityEvidence): string {
  return families[tier];
}

interface Remembered {
  readonly identity: ProductIdentity;
  readonly data: IdentityData;
  readonly identification: Identification;
}

const remembered = new WeakMap<Package, Remembered[]>();
const mostRemembered = 8;

/** As `identify`, remembering the last ones of each package: its records name it in the same few ways. */
export function identifyOnce(carried: Package, identity: ProductIdentity, data: IdentityData): Identification {
  const known = remembered.get(carried) ?? [];
  const found = known.find((one) => one.data === data && isSameIdentity(one.identity, identity));
  if (found !== undefined) return found.identification;
  const identification = identify(carried, identity, data);
  if (known.length === 0) remembered.set(carried, known);
  if (known.unshift({ identity, data, identification }) > mostRemembered) known.pop();
  return identification;
}

function isSameIdentity(a: ProductIdentity, b: ProductIdentity): boolean {
  switch (a.kind) {
    case 'cpe':
      return (
        b.kind === 'cpe' &&
        a.product === b.product &&
        a.vendor === b.vendor &&
        a.part === b.part &&
        a.targetSoftware === b.targetSoftware &&
        a.edition === b.edition
      );
    case 'product':
      return b.kind === 'product' && a.product === b.product && a.vendor === b.vendor;
    case 'package':
      return b.kind === 'package' && a.name === b.name && a.ecosystem === b.ecosystem;
    case 'purl':
      return b.kind === 'purl' && a.purl === b.purl;
    case 'repository':
      return b.kind === 'repository' && a.url === b.url;
  }
}

export function identify(carried: Package, identity: ProductIdentity, data: IdentityData): Identification {
  switch (identity.kind) {
    case 'cpe':
      return identifyCpe(carried, identity, data);
    case 'product':
      return identifyProduct(carried, identity, data);
    case 'purl':
    case 'package':
      if (identity.kind === 'package' && identity.ecosystem === fixedElsewhere)
        return carried.ecosystem === null && carried.names.includes(identity.name)
          ? same('A6', 0.5, 'a distribution has a package of this name')
          : other('another package of a distribution');
      return identity.kind === 'package' && /^nix(pkgs)?$/i.test(identity.ecosystem)
        ? identifyAttribute(carried, identity.name)
        : identifyRegistry(carried, productKey(identity), data);
    case 'repository':
      return carried.repositories.includes(productKey(identity))
        ? same('A2', 0.95, 'its source is this repository')
        : other('another repository');
  }
}

const ecosystems: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    pypi: ['python'],
    npm: ['node.js'],
    cargo: ['rust'],
    golang: ['go'],
    gem: ['ruby'],
    cpan: ['perl'],
    composer: ['php'],
    maven: ['maven', 'java'],
  }),
);

function identifyCpe(
  carried: Package,
  identity: Extract<ProductIdentity, { kind: 'cpe' }>,
  data: IdentityData,
): Identification {
  const product = { vendor: plainName(identity.vendor), product: plainName(identity.product) };
  if (identity.part === 'h') return other('hardware');
  if (product.product === '*' || product.product === '-') return other('any product of a vendor');
  // Programs in Go are built from a repository that does not tell their language.
  const languages = ecosystems.get(carried.ecosystem ?? (typeOfSource(carried) || 'golang')) ?? [];
  const target = plainName(identity.targetSoftware ?? '*');
  const forLanguage = languages.includes(target);
  if (!['*', '-', 'linux', 'unix', product.product].includes(target) && !forLanguage) return other(`for ${target}`);
  if (!isEdition(carried, identity.edition, product.product))
    return other(`the ${identity.edition ?? 'ordinary'} edition`);
  const reviewed = identifyReviewed(carried, product);
  if (reviewed !== null) return reviewed;
  const strong = strongEvidence(carried, product);
  if (strong.length > 0) return { kind: 'same', evidence: strong, absence: null };
  const shared = sharedEvidence(carried, product);
  if (shared !== null) return shared;
  if (carried.ecosystem !== null && !forLanguage) return other(`not of the ${carried.ecosystem} packages`);
  if (!carried.names.includes(product.product)) return other(`another product: ${product.vendor}:${product.product}`);
  return byDictionary(carried, product, data);
}

function identifyProduct(
  carried: Package,
  identity: Extract<ProductIdentity, { kind: 'product' }>,
  data: IdentityData,
): Identification {
  const { renamed, ...product } = canonicalProduct(identity.vendor, identity.product);
  if (isNoVendor(product.product)) return other('no product');
  if (!isEdition(carried, null, product.product)) return other('the ordinary edition');
  const reviewed = identifyReviewed(carried, product);
  if (reviewed !== null) return reviewed;
  const strong = strongEvidence(carried, product);
  if (strong.length > 0) return { kind: 'same', evidence: strong, absence: null };
  const shared = sharedEvidence(carried, product);
  if (shared !== null) return shared;
  if (carried.ecosystem !== null) return other(`not of the ${carried.ecosystem} packages`);
  if (!carried.names.includes(product.product)) return other(`another product: ${product.vendor}:${product.product}`);
  const vendors = data.vendorsOf(product.product);
  if (isNoVendor(product.vendor) || isDistribution(product.vendor))
    return same('A5', 0.7, `the record names the product ${product.product} and no vendor of its own`);
  if (renamed) return same('A5', 0.7, `${identity.vendor} is ${product.vendor}`);
  if (vendors.includes(product.vendor)) return byDictionary(carried, product, data);
  const stem = vendorStem(product.vendor);
  const alike = [product.product, ...vendors].find((name) => vendorStem(name) === stem);
  if (alike !== undefined) return same('A5', 0.7, `the vendor's name ${identity.vendor} is that of ${alike}`);
  return nearby(carried, product.vendor)
    ? same('A5', 0.7, `${identity.vendor} stands in the package's own addresses`)
    : same('A6', 0.4, `the same name from ${identity.vendor}, whom nothing ties to the package`);
}

function identifyRegistry(carried: Package, key: string, data: IdentityData): Identification {
  if (carried.declaredPurls.includes(key)) return same('A1', 0.98, 'the package declares it');
  if (carried.sourcePurls.includes(key)) return same('A2', 0.95, 'its source is this package');
  if (key === carried.impliedPurl) return same('A3', 0.9, 'the package set names its packages as the registry does');
  const name = carried.ecosystem === null ? carried.names.find((one) => key === bitnamiKey(one)) : undefined;
  if (name === undefined) return other('another package');
  // A catalogue names no vendor: something of the package's own has to say that it is the product known by that name.
  const reviewed = carried.mappings.filter(({ verdict }) => verdict === 'is');
  const isKnown = [...reviewed, ...carried.sourceProducts].some(({ product }) => product === name);
  return isKnown || carried.declared.length > 0 || data.vendorsOf(name).some((vendor) => nearby(carried, vendor))
    ? same('A5', 0.7, 'a catalogue of applications has it under this name')
    : same('A5', 0.45, 'a catalogue of applications has something of this name');
}

/** Whoever names the attribute path means this package, whatever it is made from. */
function identifyAttribute(carried: Package, attr: string): Identification {
  return carried.attr === attr
    ? same('A1', 0.98, 'the record names it by its attribute path')
    : other('another package');
}

/** The team's mappings stand before the shipped ones: its word is the one that counts. */
function identifyReviewed(carried: Package, { vendor, product }: VendorProduct): Identification | null {
  const first = carried.mappings.find((mapping) => mapping.vendor === vendor && mapping.product === product);
  if (first === undefined) return null;
  if (first.verdict === 'is') return same('A0', first.of === 'team' ? 1 : 0.99, `reviewed: ${vendor}:${product}`);
  const why =
    first.of === 'team'
      ? `this is not ${vendor}:${product} (${first.reason})`
      : `${vendor}:${product} is ${first.reason}`;
  const because = `reviewed: ${why}`;
  return isDeclared(carried, { vendor, product })
    ? { ...declared({ vendor, product }), absence: { because, justification: 'component_not_present' } }
    : { kind: 'denied', because };
}

function strongEvidence(carried: Package, { vendor, product }: VendorProduct): readonly IdentityEvidence[] {
  const found: IdentityEvidence[] = [];
  if (isDeclared(carried, { vendor, product })) found.push(...declared({ vendor, product }).evidence);
  if (carried.sourceProducts.some((known) => known.vendor === vendor && known.product === product)) {
    found.push(sourceEvidence(carried, `${vendor}:${product}`));
  }
  return found;
}

function isDeclared(carried: Package, { vendor, product }: VendorProduct): boolean {
  return carried.declared.includes(`${vendor}:${product}`);
}

function declared({ vendor, product }: VendorProduct): Same {
  return same('A1', 0.98, `the package declares ${vendor}:${product}`);
}

function sourceEvidence({ sourceProducts, names }: Package, identity: string): IdentityEvidence {
  if (sourceProducts.length > 5)
    return { tier: 'A6', prior: 0.5, because: `one of ${sourceProducts.length} products of its source` };
  // Tools, headers and libraries are built from the source of something bigger.
  return sourceProducts.some(({ product }) => names.includes(product))
    ? { tier: 'A3', prior: 0.9, because: `its source is known as ${identity}` }
    : { tier: 'A6', prior: 0.65, because: `its source is that of ${identity}, under another name` };
}

/** Which part of the source a flaw is in, nobody says: a person looks. */
function sharedEvidence({ shared }: Package, { vendor, product }: VendorProduct): Same | null {
  const known = shared.find((one) => one.vendor === vendor && one.product === product);
  return known === undefined
    ? null
    : same('A6', 0.65, `it is built from the source of ${known.attr}, which is ${vendor}:${product}`);
}

function byDictionary(carried: Package, { vendor, product }: VendorProduct, data: IdentityData): Identification {
  const vendors = data.vendorsOf(product);
  const contradicted =
    carried.sourceProducts.length > 0 ||
    carried.declared.length > 0 ||
    carried.mappings.some(({ verdict }) => verdict === 'is');
  if (isDistribution(vendor) && vendors.length > 1 && !nearby(carried, vendor)) return other(`a product of ${vendor}`);
  if (vendor === '*') return same('A6', contradicted ? 0.4 : 0.5, 'the record names any vendor');
  if (vendors.length <= 1) {
    return contradicted
      ? same('A4', 0.4, `the only vendor of that product, but the package is known by another name`)
      : same('A4', 0.85, `${vendor} is the only vendor of ${product}`);
  }
  const prior = contradicted ? 0.4 : rankOf(carried, vendor, product);
  return same('A6', prior, `${vendor} is one of ${vendors.length} vendors of ${product}`);
}

function rankOf(carried: Package, vendor: string, product: string): number {
  if (nearby(carried, vendor)) return 0.65;
  if (vendorStem(vendor) === vendorStem(product)) return 0.6;
  return carried.instances[0].description.toLowerCase().includes(vendor.replaceAll('_', ' ')) ? 0.5 : 0.4;
}

/** Whether a vendor's name stands in the homepage or the sources' addresses. */
function nearby(carried: Package, vendor: string): boolean {
  const stem = vendorStem(vendor);
  if (stem.length <= 2) return false;
  const [{ homepage, sources }] = carried.instances;
  return [homepage ?? '', ...sources.flatMap(({ urls }) => urls)].some((place) =>
    place
      .toLowerCase()
      .replaceAll(/[^a-z0-9/.]/g, '')
      .includes(stem),
  );
}

function isEdition(carried: Package, edition: string | null, product: string): boolean {
  const wanted = edition === null || edition === '*' || edition === '-' ? null : edition.toLowerCase();
  const productEdition = /_esr$/.test(product) ? 'esr' : wanted;
  if (carried.edition !== null) return productEdition === carried.edition;
  return productEdition === null || (productEdition !== 'esr' && productEdition !== 'enterprise');
}

function typeOfSource({ sourcePurls }: Package): string {
  for (const key of sourcePurls) {
    const type = key.slice('purl:'.length, key.indexOf('/'));
    if (ecosystems.has(type)) return type;
  }
  return '';
}

function same(tier: IdentityEvidence['tier'], prior: number, because: string): Same {
  return { kind: 'same', evidence: [{ tier, prior, because }], absence: null };
}

function other(because: string): Identification {
  return { kind: 'other', because };
}
