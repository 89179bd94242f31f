import { purlOfSource } from '../../formats/purl/purl-of-source.ts';
import type { Instance } from '../catalog/index.ts';
import { fixedElsewhere, nameKey, packageKey, plainName, purlKey, repositoryKey } from '../feeds/index.ts';
import type { IdentityData } from './identity-data.ts';
import { namesOf, type PackageNames } from './names-of.ts';
import type { ReviewedMapping } from './reviewed-mappings.ts';
import type { Usage } from './usage-of.ts';
import { isDistribution, spellingsOf, type VendorProduct } from './vendor-names.ts';
import { type CarriedVersion, versionOf } from './version-of.ts';

/** A product that another package of the same source is known as. */
export interface SharedProduct extends VendorProduct {
  readonly attr: string;
}

/** One attribute with all its systems, prepared for being held against records. Short lists: there are many packages. */
export interface Package extends PackageNames {
  readonly attr: string;
  readonly pname: string;
  /** At least one; all of one version. */
  readonly instances: readonly [Instance, ...Instance[]];
  readonly version: CarriedVersion;
  /** `vendor:product` that the package itself declares. */
  readonly declared: readonly string[];
  readonly declaredPurls: readonly string[];
  readonly sourcePurls: readonly string[];
  /** The registry's name that the language set implies. */
  readonly impliedPurl: string | null;
  readonly repositories: readonly string[];
  /** `vendor:product` that purl2cpe gives for the source. */
  readonly sourceProducts: readonly VendorProduct[];
  readonly mappings: readonly ReviewedMapping[];
  /** What other packages of its source are known as. */
  readonly shared: readonly SharedProduct[];
  /** What others do with it; null where none of them tells. */
  readonly usage: Usage | null;
  /** The keys under which records of it may be filed. */
  readonly keys: readonly string[];
}

/** Registries that name what the general dictionary has under the same name. */
const standardLibraries: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    go: [packageKey('Go', 'stdlib'), packageKey('Go', 'toolchain')],
    ghc: [packageKey('GHC', 'ghc')],
  }),
);

export function packageOf(instances: readonly [Instance, ...Instance[]], data: IdentityData): Package {
  const [first] = instances;
  const origins = first.sources.flatMap(({ urls }) => urls.flatMap((url) => purlOfSource(url) ?? []));
  const sourcePurls = unique([
    ...origins.map(({ purl }) => purlKey(purl)),
    ...(standardLibraries.get(first.pname) ?? []),
  ]);
  const named = namesOf(first);
  const ecosystem = named.ecosystem ?? librarySourceOf(sourcePurls);
  const declared = first.cpe.filter(({ vendor }) => vendor !== null);
  const declaredPurls = first.purls.map(purlKey);
  const sourceProducts = sourcePurls
    .flatMap((key) => data.productsOfPurl(key))
    .filter(({ vendor }) => !isDistribution(vendor));
  // The team may speak of one attribute alone, before it does of all of that name.
  const ofAttribute = data.mappingsOf(plainName(first.attr)).filter(({ of }) => of === 'team');
  const ofName = unique([plainName(first.pname), ...named.names])
    .flatMap((name) => data.mappingsOf(name))
    .filter(({ of }) => of === 'team' || ecosystem === null);
  const mappings = unique([...ofAttribute, ...ofName]);
  const impliedPurl = ecosystem === null ? null : impliedOf(ecosystem, named.names[0] ?? '');
  const names = ecosystem === 'plugin' ? [] : named.names;
  const repositories = unique(
    origins.flatMap(({ repository }) => (repository === null ? [] : [repositoryKey(repository)])),
  );
  return {
    ...named,
    ecosystem,
    attr: first.attr,
    pname: first.pname,
    instances,
    version: versionOf(first),
    declared: kept(declared.map(({ vendor, product }) => `${plainName(vendor ?? '')}:${plainName(product)}`)),
    declaredPurls: kept(declaredPurls),
    sourcePurls: kept(sourcePurls),
    impliedPurl,
    repositories: kept(repositories),
    sourceProducts: kept(sourceProducts),
    mappings: kept(mappings),
    shared: none,
    usage: null,
    keys: kept(
      unique([
        ...names.map((name) => `name:${name}`),
        ...declared.map(({ product }) => nameKey(product)),
        ...[...sourceProducts, ...mappings].flatMap((known) => [known.product, ...spellingsOf(known)]).map(nameKey),
        ...(ecosystem === null ? names.flatMap((name) => [bitnamiKey(name), fixedKey(name)]) : []),
        ...sourcePurls,
        ...declaredPurls,
        ...(impliedPurl === null ? [] : [impliedPurl]),
        ...repositories,
        ...first.knownVulnerabilities.flatMap((note) => note.match(advisoryId) ?? []).map(idKey),
      ]),
    ),
  };
}

const none: readonly never[] = [];

/** One empty list for all, and no room in the others for more than they hold: there are many packages. */
function kept<Item>(list: readonly Item[]): readonly Item[] {
  return list.length === 0 ? none : list.slice();
}

const advisoryId = /(?:CVE-\d{4}-\d{4,7}|GHSA(?:-\w{4}){3})(?!\w)/gi;

function unique<Value>(values: readonly Value[]): readonly Value[] {
  return values.length < 2 ? values : values.filter((value, index) => values.indexOf(value) === index);
}

const bitnami = packageKey('bitnami', '');

/** Bitnami's catalogue of applications writes names with dashes. */
export function bitnamiKey(name: string): string {
  return `${bitnami}${name.replaceAll('_', '-')}`;
}

const fixed = packageKey(fixedElsewhere, '');

/** Under which distributions that fixed something in it are found. */
function fixedKey(name: string): string {
  return `${fixed}${name}`;
}

/** The key of an advisory that the package itself names. */
export function idKey(id: string): string {
  return `id:${id.toUpperCase()}`;
}

/** Registries of libraries; PyPI and CPAN have programs as well, which other records name by their product. */
function librarySourceOf(purls: readonly string[]): string | null {
  const types = purls.map((key) => key.slice('purl:'.length, key.indexOf('/')));
  return types.find((type) => ['cargo', 'hackage', 'gem', 'npm'].includes(type)) ?? null;
}

function impliedOf(type: string, name: string): string | null {
  return ['pypi', 'hackage', 'gem', 'npm', 'cargo', 'cran'].includes(type)
    ? purlKey(`pkg:${type}/${name.replaceAll('_', '-')}`)
    : null;
}
