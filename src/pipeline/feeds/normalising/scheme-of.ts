import type { VersionScheme } from '../model.ts';

const ofEcosystem: Readonly<Record<string, VersionScheme>> = {
  pypi: 'pep440',
  npm: 'npm',
  go: 'go',
  'crates.io': 'semver',
  hex: 'semver',
  swifturl: 'semver',
  rubygems: 'rubygems',
  maven: 'maven',
  packagist: 'packagist',
  nuget: 'nuget',
  hackage: 'hackage',
  ghc: 'hackage',
  cran: 'cran',
  bioconductor: 'cran',
  pub: 'pub',
  debian: 'dpkg',
  ubuntu: 'dpkg',
  alpine: 'apk',
  wolfi: 'apk',
  chainguard: 'apk',
  alpaquita: 'apk',
  'red hat': 'rpm',
  suse: 'rpm',
  opensuse: 'rpm',
  'rocky linux': 'rpm',
  almalinux: 'rpm',
  bitnami: 'semver',
};

/** The order of an OSV ecosystem, whose release suffix (`Debian:12`) says nothing of it. */
export function schemeOfEcosystem(ecosystem: string): VersionScheme | null {
  return ofEcosystem[(ecosystem.split(':')[0] ?? '').toLowerCase()] ?? null;
}

const ofVersionType: Readonly<Record<string, VersionScheme>> = {
  semver: 'semver',
  // The kernel's word for a mainline release.
  original_commit_for_fix: 'semver',
  git: 'git',
  python: 'pep440',
  maven: 'maven',
  npm: 'npm',
  rpm: 'rpm',
  deb: 'dpkg',
  dpkg: 'dpkg',
  rubygems: 'rubygems',
  nuget: 'nuget',
};

/** The order that a CVE record's `versionType` names. */
export function schemeOfVersionType(versionType: string | null): VersionScheme {
  return ofVersionType[(versionType ?? '').toLowerCase()] ?? 'generic';
}
