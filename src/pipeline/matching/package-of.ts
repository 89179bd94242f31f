import { purlOfSource } from '../../formats/purl/purl-of-source.ts';
import type { Instance } from '../catalog/index.ts';
import { nameKey, packageKey, plainName, purlKey, repositoryKey } from '../feeds/index.ts';
import type { IdentityData } from './identity-data.ts';
import { namesOf, type PackageNames } from './names-of.ts';
import type { ReviewedMapping } from './reviewed-mappings.ts';
import { isDistribution, type VendorProduct } from './vendor-names.ts';
import { type CarriedVersion, versionOf } from './version-of.ts';

/** One attribute with all its systems, prepared for being held against records. */
export interface Package extends PackageNames {
  readonly attr: string;
  readonly pname: string;
  readonly instances: readonly Instance[];
  /** Of the first system; others are compared on their own where they differ. */
  readonly version: CarriedVersion;
  /** `vendor:product` that the package itself declares. */
  readonly declared: ReadonlySet<string>;
  readonly declaredPurls: ReadonlySet<string>;
  readonly sourcePurls: ReadonlySet<string>;
  /** The registry's name that the language set implies. */
  readonly impliedPurl: string | null;
  readonly repositories: ReadonlySet<string>;
  /** `vendor:product` that purl2cpe gives for the source. */
  readonly sourceProducts: readonly VendorProduct[];
  readonly mappings: readonly ReviewedMapping[];
  /** Lower case: homepage, source addresses and description, where a vendor's name may stand. */
  readonly places: string;
  readonly description: string;
  /** The keys under which records of it may be filed. */
  readonly keys: readonly string[];
}

/** Registries that name what the general dictionary has under the same name. */
const standardLibraries: Readonly<Record<string, readonly string[]>> = {
  go: [packageKey('Go', 'stdlib'), packageKey('Go', 'toolchain')],
  ghc: [packageKey('GHC', 'ghc')],
};

export function packageOf(instances: readonly Instance[], data: IdentityData): Package | null {
  const [first] = instances;
  if (first === undefined) return null;
  const origins = new Map(first.sources.flatMap(({ urls }) => urls).map((url) => [url, purlOfSource(url)]));
  const found = [...origins.values()].filter((origin) => origin !== null);
  const sourcePurls = new Set(found.map(({ purl }) => purlKey(purl)));
  const named = namesOf(first);
  const own = { ...named, ecosystem: named.ecosystem ?? librarySourceOf(sourcePurls) };
  for (const key of standardLibraries[first.pname] ?? []) sourcePurls.add(key);
  const declared = first.cpe.filter(({ vendor }) => vendor !== null);
  const sourceProducts = [...sourcePurls]
    .flatMap((key) => data.productsOfPurl(key))
    .filter(({ vendor }) => !isDistribution(vendor));
  const mappings = [...new Set([first.pname, ...own.names].map(plainName))]
    .flatMap((name) => data.mappingsOf(name))
    .filter(({ of }) => of === 'team' || own.ecosystem === null);
  const impliedPurl = own.ecosystem === null ? null : impliedOf(own.ecosystem, own.names[0] ?? '');
  const products = [...declared, ...sourceProducts, ...mappings].map(({ product }) => product);
  const names = own.ecosystem === 'plugin' ? [] : own.names;
  const repositories = new Set(
    found.flatMap(({ repository }) => (repository === null ? [] : [repositoryKey(repository)])),
  );
  const purls = [...sourcePurls, ...first.purls.map(purlKey), ...(impliedPurl === null ? [] : [impliedPurl])];
  return {
    ...own,
    attr: first.attr,
    pname: first.pname,
    instances,
    version: versionOf(first),
    declared: new Set(declared.map(({ vendor, product }) => `${plainName(vendor ?? '')}:${plainName(product)}`)),
    declaredPurls: new Set(first.purls.map(purlKey)),
    sourcePurls,
    impliedPurl,
    repositories,
    sourceProducts,
    mappings,
    places: [first.homepage ?? '', ...origins.keys()].join(' ').toLowerCase(),
    description: first.description.toLowerCase(),
    keys: [
      ...new Set([
        ...[...names, ...products].map(nameKey),
        ...names.map((name) => packageKey('bitnami', name)),
        ...purls,
        ...repositories,
        ...first.knownVulnerabilities
          .flatMap((note) => note.match(/(?:CVE-\d{4}-\d{4,7}|GHSA(?:-\w{4}){3})(?!\w)/gi) ?? [])
          .map(idKey),
      ]),
    ],
  };
}

/** The key of an advisory that the package itself names. */
export function idKey(id: string): string {
  return `id:${id.toUpperCase()}`;
}

/** Registries of libraries; PyPI and CPAN have programs as well, which other records name by their product. */
function librarySourceOf(purls: ReadonlySet<string>): string | null {
  const types = [...purls].map((key) => key.slice('purl:'.length, key.indexOf('/')));
  return types.find((type) => ['cargo', 'hackage', 'gem', 'npm'].includes(type)) ?? null;
}

function impliedOf(type: string, name: string): string | null {
  return ['pypi', 'hackage', 'gem', 'npm', 'cargo', 'cran'].includes(type)
    ? purlKey(`pkg:${type}/${name.replaceAll('_', '-')}`)
    : null;
}
