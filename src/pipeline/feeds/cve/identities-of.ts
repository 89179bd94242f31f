import { givenOf } from '../../../formats/cpe/given-of.ts';
import { parseCpe } from '../../../formats/cpe/parse-cpe.ts';
import type { CveAffected } from '../../../formats/cve/read-cve.ts';
import type { ProductIdentity } from '../model.ts';
import { plainName } from '../product-key.ts';

/** Everything that an affected entry names its product by. */
export function identitiesOf(entry: CveAffected): readonly ProductIdentity[] {
  const module = goModule(entry);
  if (module !== null) return [module];
  const cpes = cpeIdentities(entry.cpes);
  const product = productIdentity(entry);
  const isRepeated = cpes.some(
    (cpe) =>
      product !== null &&
      plainName(cpe.product) === plainName(product.product) &&
      plainName(cpe.vendor) === plainName(product.vendor),
  );
  return [
    ...(product === null || isRepeated ? [] : [product]),
    ...cpes,
    ...(entry.packageUrl?.startsWith('pkg:') ? [{ kind: 'purl' as const, purl: entry.packageUrl }] : []),
    ...packageIdentity(entry),
    ...repositoryIdentity(entry),
  ];
}

type Cpe = Extract<ProductIdentity, { readonly kind: 'cpe' }>;

/** One a product; hardware is nothing that a package set carries. */
export function cpeIdentities(names: readonly string[]): readonly Cpe[] {
  const found = new Map<string, Cpe>();
  for (const name of names) {
    const cpe = parseCpe(name);
    if (cpe === null || cpe.part === 'h' || givenOf(cpe.product) === null) continue;
    const targetSoftware = givenOf(cpe.targetSoftware);
    const edition = givenOf(cpe.softwareEdition);
    const { part, vendor, product } = cpe;
    const key = `${part}:${vendor}:${product}:${targetSoftware}:${edition}`;
    if (!found.has(key)) found.set(key, { kind: 'cpe', part, vendor, product, targetSoftware, edition });
  }
  return [...found.values()];
}

type Product = Extract<ProductIdentity, { readonly kind: 'product' }>;

/** A package without product and vendor is known by its own name. */
function productIdentity({ vendor, product, packageName }: CveAffected): Product | null {
  const name = usable(product) ?? usable(packageName);
  return name === null ? null : { kind: 'product', vendor: usable(vendor) ?? '', product: name };
}

function usable(name: string | null): string | null {
  const text = name?.trim() ?? '';
  return text === '' || text.length > 200 || /^(?:n\/?a|-|\*|none|\[?unknown\]?|unspecified)$/i.test(text)
    ? null
    : text;
}

/** The Go team names packages; records of modules are filed under the module, those of its own under two names. */
function goModule({ vendor, packageName, product, collectionUrl }: CveAffected): ProductIdentity | null {
  if (vendor === 'Go standard library') return { kind: 'package', ecosystem: 'Go', name: 'stdlib' };
  if (vendor === 'Go toolchain') return { kind: 'package', ecosystem: 'Go', name: 'toolchain' };
  if (vendor === null || hostOf(collectionUrl) !== 'pkg.go.dev') return null;
  const isInside = (packageName ?? product ?? '').startsWith(vendor);
  return isInside && vendor.includes('.') ? { kind: 'package', ecosystem: 'Go', name: vendor } : null;
}

const registries: Readonly<Record<string, string>> = {
  'pypi.org': 'PyPI',
  'pypi.python.org': 'PyPI',
  'npmjs.com': 'npm',
  'registry.npmjs.org': 'npm',
  'rubygems.org': 'RubyGems',
  'crates.io': 'crates.io',
  'packagist.org': 'Packagist',
  'repo.maven.apache.org': 'Maven',
  'repo1.maven.org': 'Maven',
  'mvnrepository.com': 'Maven',
  'nuget.org': 'NuGet',
  'hackage.haskell.org': 'Hackage',
  'metacpan.org': 'CPAN',
  'cpan.org': 'CPAN',
  'hex.pm': 'Hex',
  'pub.dev': 'Pub',
  'pkg.go.dev': 'Go',
};

function packageIdentity({ collectionUrl, packageName }: CveAffected): readonly ProductIdentity[] {
  const ecosystem = registries[hostOf(collectionUrl)];
  const name = usable(packageName);
  return ecosystem === undefined || name === null ? [] : [{ kind: 'package', ecosystem, name }];
}

function repositoryIdentity({ repo, collectionUrl, packageName }: CveAffected): readonly ProductIdentity[] {
  // Some name the forge, and the repository as its package.
  const places = [repo, collectionUrl, `${collectionUrl?.replace(/\/$/, '')}/${packageName}`];
  const url = places.find((place) => isRepository(place ?? ''));
  return url === undefined || url === null ? [] : [{ kind: 'repository', url }];
}

const forges = /^(?:github\.com|gitlab\.[\w.-]+|git\.[\w.-]+|codeberg\.org|bitbucket\.org|[\w.-]+\.googlesource\.com)$/;

/** A host alone is no repository, and most collections are shops and catalogues. */
function isRepository(url: string): boolean {
  const path = /^(?:git\+)?(?:https?|git|ssh):\/\/[^/]+\/([^?#\s]+)$/.exec(url)?.[1] ?? '';
  const least = hostOf(url).endsWith('googlesource.com') ? 1 : 2;
  return forges.test(hostOf(url)) && path.split('/').filter((part) => part !== '').length >= least;
}

function hostOf(url: string | null): string {
  return /^[a-z+]+:\/\/(?:[^/@]*@)?(?:www\.)?([^/:?#]+)/i.exec(url ?? '')?.[1]?.toLowerCase() ?? '';
}
