import type { CveAffected, CveContainer } from '../../../formats/cve/read-cve.ts';
import { configurationsAt } from '../../../formats/nvd/read-nvd.ts';
import type { AffectedProduct, ProductIdentity, VersionScheme } from '../model.ts';
import { schemeOfEcosystem } from '../normalising/scheme-of.ts';
import { productsOf as productsOfConfigurations } from '../nvd/products-of.ts';
import { type FlatVersions, flattenVersions } from './flatten-versions.ts';
import { cpeIdentities, identitiesOf } from './identities-of.ts';

/** Their packages are builds of their own, and their word on them comes with their own feed. */
const distributions = /^https?:\/\/(?:(?:access|catalog)\.redhat\.com|packages\.fedoraproject\.org)(?:\/|$)/;

/** What a container says is affected: one entry a name and kind of proof. */
export function productsOf(container: CveContainer): readonly AffectedProduct[] {
  const entries = container.affected
    .filter(({ collectionUrl }) => !distributions.test(collectionUrl ?? ''))
    .map((entry) => ({ entry, parts: flattenVersions(entry, container.shortName) }));
  const withNumbers = new Set(entries.filter(({ parts }) => parts.some(hasNumbers)).map(({ entry }) => nameOf(entry)));
  const listed = entries.flatMap(({ entry, parts }) => {
    const identities = identitiesOf(entry);
    return parts.flatMap((part) =>
      identities
        // A product is told by numbers where there are any; its commits say more only of the repository.
        .filter(({ kind }) => part.scheme !== 'git' || kind === 'repository' || !withNumbers.has(nameOf(entry)))
        .map((identity) => productOf(entry, identity, part)),
    );
  });
  // The kernel's are made from its versions, and cannot say that a fix is on a branch.
  if (container.shortName === 'Linux') return listed;
  return [...listed, ...productsOfConfigurations(configurationsAt(container.cpeApplicability))];
}

/** CISA names the same products once more, by CPE. */
export function productsOfPublisher({ affected, shortName }: CveContainer): readonly AffectedProduct[] {
  return affected.flatMap((entry) => {
    const parts = flattenVersions(entry, shortName);
    return cpeIdentities(entry.cpes).flatMap((identity) => parts.map((part) => productOf(entry, identity, part)));
  });
}

function nameOf({ vendor, product, packageName }: CveAffected): string {
  return `${vendor}\n${product ?? packageName}`;
}

function hasNumbers({ scheme }: FlatVersions): boolean {
  return scheme !== 'git';
}

function productOf(entry: CveAffected, identity: ProductIdentity, part: FlatVersions): AffectedProduct {
  return {
    ...part,
    identity,
    scheme: schemeOf(identity, part.scheme),
    platforms: entry.platforms.filter((name) => !/^(?:all|any|n\/a|-|)$/i.test(name)),
    component: componentOf(entry, identity),
  };
}

function schemeOf(identity: ProductIdentity, given: VersionScheme): VersionScheme {
  if (given === 'git') return given;
  if (identity.kind === 'package') return schemeOfEcosystem(identity.ecosystem) ?? given;
  const isOpenssl = 'product' in identity && identity.product.toLowerCase() === 'openssl';
  return isOpenssl ? 'openssl' : given;
}

function componentOf({ modules, packageName, product }: CveAffected, identity: ProductIdentity): string | null {
  if (identity.kind === 'package' && identity.ecosystem === 'Go') return packageName ?? product;
  return modules.length === 1 ? (modules[0] ?? null) : null;
}
