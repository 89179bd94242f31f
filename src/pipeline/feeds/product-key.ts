import { decodedOrNull } from '../../foundation/decoded.ts';
import type { ProductIdentity } from './model.ts';

/**
 * The one key under which an affected product is filed, so that a package finds its candidates by exact look-up:
 * `name:<product>` for CPE and CNA products (the vendor is judged afterwards), `purl:<type>/<namespace>/<name>`, `repo:<host>/<path>`.
 */
export function productKey(identity: ProductIdentity): string {
  switch (identity.kind) {
    case 'cpe':
    case 'product':
      return nameKey(identity.product);
    case 'purl':
      return purlKey(identity.purl);
    case 'package':
      return packageKey(identity.ecosystem, identity.name);
    case 'repository':
      return repositoryKey(identity.url);
  }
}

/** What records of packages of Nixpkgs, which name them by attribute path, are filed under. */
export const nixpkgsKeys = 'purl:nixpkgs/';

/** Lower case, spaces and dashes as underscores: `Node.js` and `node.js`, `http-server` and `http_server` are one. */
export function nameKey(product: string): string {
  return `name:${plainName(product)}`;
}

/** Under which the fixes of distributions are filed, by the plain name of their package. */
export const fixedElsewhere = 'fixed elsewhere';

/** `openssl/bookworm` as `openssl`: what a distribution calls the package that it speaks of. */
export function packageOfStatement(product: string): string {
  return plainName(product.split(/[/@]/)[0] ?? '');
}

export function plainName(text: string): string {
  const lower = text.trim().toLowerCase();
  // Most names are plain already, and there are millions.
  return /[\s-]/.test(lower) ? lower.replaceAll(/[\s-]+/g, '_') : lower;
}

const typeOfEcosystem: Readonly<Record<string, string>> = {
  pypi: 'pypi',
  npm: 'npm',
  go: 'golang',
  'crates.io': 'cargo',
  rubygems: 'gem',
  maven: 'maven',
  packagist: 'composer',
  nuget: 'nuget',
  hackage: 'hackage',
  cran: 'cran',
  pub: 'pub',
  hex: 'hex',
  cpan: 'cpan',
  bitnami: 'bitnami',
  nix: 'nixpkgs',
};

/** The package of an OSV ecosystem (a `:release` suffix is dropped) under the purl type that names the same registry. */
export function packageKey(ecosystem: string, name: string): string {
  const plain = (ecosystem.split(':')[0] ?? '').toLowerCase();
  const type = typeOfEcosystem[plain] ?? plain.replaceAll(/\s+/g, '-');
  const path = type === 'maven' ? name.replace(':', '/') : name;
  return `purl:${type}/${normalName(type, path)}`;
}

/** Version, qualifiers and subpath are left out: `pkg:github/Curl/curl@curl-8` becomes `purl:github/curl/curl`. */
export function purlKey(purl: string): string {
  const bare = purl
    .replace(/^pkg:\/*/i, '')
    .replace(/[?#].*$/s, '')
    .replace(/(?<=.)@[^/]*$/, '');
  const slash = bare.indexOf('/');
  const type = bare.slice(0, slash).toLowerCase();
  const name = bare.slice(slash + 1);
  return `purl:${type}/${normalName(type, decodedOrNull(name) ?? name)}`;
}

/** Host and path without scheme, user, `.git` and trailing slash. */
export function repositoryKey(url: string): string {
  const bare = url
    .trim()
    .replace(/^(git\+)?[a-z+]+:\/\//i, '')
    .replace(/^[^@/]*@/, '')
    .replace(/[?#].*$/, '')
    .replace(/\/+$/, '')
    .replace(/\.git$/, '');
  return `repo:${bare.toLowerCase()}`;
}

function normalName(type: string, name: string): string {
  if (type === 'pypi') return name.toLowerCase().replaceAll(/[-_.]+/g, '-');
  return type === 'npm' || type === 'maven' || type === 'golang' || type === 'hackage' || type === 'cpan'
    ? name
    : name.toLowerCase();
}
