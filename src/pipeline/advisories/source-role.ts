/** Whose word a record is. */
export type SourceRole = 'project' | 'cve' | 'ghsa' | 'database' | 'nvd' | 'exploitation' | 'distribution';

const roles: Readonly<Record<string, SourceRole>> = {
  openssl: 'project',
  curl: 'project',
  nginx: 'project',
  httpd: 'project',
  node: 'project',
  cve: 'cve',
  ghsa: 'ghsa',
  nvd: 'nvd',
  'nvd-overrides': 'nvd',
  kev: 'exploitation',
  epss: 'exploitation',
  debian: 'distribution',
  ubuntu: 'distribution',
  redhat: 'distribution',
  suse: 'distribution',
  alpine: 'distribution',
  arch: 'distribution',
  wolfi: 'distribution',
  chainguard: 'distribution',
};

/** A source that is not listed is a database of its ecosystem; one such may pass on a GitHub advisory. */
export function roleOf(source: string, recordId: string): SourceRole {
  return roles[source] ?? (recordId.startsWith('GHSA-') ? 'ghsa' : 'database');
}
