import { parseCpe } from '../../../formats/cpe/parse-cpe.ts';
import type { CveAffected } from '../../../formats/cve/read-cve.ts';
import type { AffectedProduct, ProductIdentity } from '../model.ts';
import { plainName } from '../product-key.ts';
import { flattenVersions } from './flatten-versions.ts';

/** One entry for each way in which the record names the product: by CPE, else in words; by repository; by package. */
export function productsOf(entry: CveAffected): readonly AffectedProduct[] {
  const identities = identitiesOf(entry);
  if (identities.length === 0) return [];
  const platforms = entry.platforms
    .filter((name) => !/^(?:all|any|n\/a|-|)$/i.test(name))
    .map((name) => name.toLowerCase());
  const [component = null, ...others] = entry.modules;
  return flattenVersions(entry).flatMap((versions) =>
    identities.map((identity) => ({
      identity,
      ...versions,
      platforms,
      component: others.length === 0 ? component : null,
    })),
  );
}

function identitiesOf(entry: CveAffected): readonly ProductIdentity[] {
  const named = [...new Map(entry.cpes.flatMap(cpeOf).map((cpe) => [JSON.stringify(cpe), cpe])).values()];
  const products = new Set(named.map(({ product }) => plainName(product)));
  const { vendor, product } = entry;
  const isSaid = product !== '' && !/^(?:n\/a|unknown|unspecified|-)$/i.test(product);
  return [
    ...named,
    ...(isSaid && !products.has(plainName(product)) ? [{ kind: 'product' as const, vendor, product }] : []),
    ...(entry.repo !== null && isAddress(entry.repo) ? [{ kind: 'repository' as const, url: entry.repo }] : []),
    ...packagesOf(entry),
  ];
}

function cpeOf(text: string): readonly Extract<ProductIdentity, { readonly kind: 'cpe' }>[] {
  const cpe = parseCpe(text);
  if (cpe === null || cpe.part === 'h' || cpe.product === '*' || cpe.product === '-') return [];
  const valueOf = (attribute: string) => (attribute === '*' || attribute === '-' ? null : attribute);
  const { part, vendor, product } = cpe;
  const [targetSoftware, edition] = [valueOf(cpe.targetSoftware), valueOf(cpe.softwareEdition)];
  return [{ kind: 'cpe', part, vendor, product, targetSoftware, edition }];
}

/** The package collections that are registries of their own, by host. */
const ecosystems: Readonly<Record<string, string>> = {
  'pypi.org': 'PyPI',
  'pypi.python.org': 'PyPI',
  'www.npmjs.com': 'npm',
  'npmjs.com': 'npm',
  'crates.io': 'crates.io',
  'rubygems.org': 'RubyGems',
  'repo.maven.apache.org': 'Maven',
  'repo1.maven.org': 'Maven',
  'central.sonatype.com': 'Maven',
  'packagist.org': 'Packagist',
  'www.nuget.org': 'NuGet',
  'hackage.haskell.org': 'Hackage',
  'pkg.go.dev': 'Go',
  'cpan.org': 'CPAN',
  'www.cpan.org': 'CPAN',
};

function packagesOf({ packageUrl, packageName, collectionUrl }: CveAffected): readonly ProductIdentity[] {
  if (packageUrl?.startsWith('pkg:')) return [{ kind: 'purl', purl: packageUrl }];
  if (packageName === null || collectionUrl === null || !isAddress(collectionUrl)) return [];
  const { host, pathname } = new URL(collectionUrl);
  const ecosystem = ecosystems[host.toLowerCase()];
  if (ecosystem !== undefined) return [{ kind: 'package', ecosystem, name: packageName }];
  // `https://github.com` with the package `owner/name`.
  const isForge =
    (host === 'github.com' || host === 'gitlab.com') && pathname === '/' && /^[\w.-]+\/[\w.-]+$/.test(packageName);
  return isForge ? [{ kind: 'repository', url: `https://${host}/${packageName}` }] : [];
}

function isAddress(text: string): boolean {
  return text.length < 2000 && URL.canParse(text);
}
