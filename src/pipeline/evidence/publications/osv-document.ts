import { purlOfAttribute } from '../../../formats/purl/purl-of-attribute.ts';
import { toIso } from '../../../foundation/clock.ts';
import type { PublishedAdvisory, PublishedEvent, PublishedLine } from './model.ts';
import type { Publisher } from './publisher.ts';
import { isConcerned, versionRanges } from './version-ranges.ts';

/** `strict` passes the schema of OSV, which knows no ecosystem of Nix; `nix` names one, and fails it only there. */
export type OsvSet = 'nix' | 'strict';

export const osvSchemaVersion = '1.7.5';

/** Ids that OSV does not hand out itself begin so. */
export function osvIdOf(id: string): string {
  return `x_${id}`;
}

const mostReferences = 50;
const longestSummary = 200;

/** An OSV record (https://ossf.github.io/osv-schema/, 1.7.5) of one of our advisories, also while nothing is fixed. */
export function osvDocument(
  advisory: PublishedAdvisory,
  set: OsvSet,
  { publicUrl, licence }: Omit<Publisher, 'organisation'>,
) {
  const { id, attr, vulnerability, withdrawn, lines } = advisory;
  const title = vulnerability.title === '' ? vulnerability.id : vulnerability.title;
  const affected = affectedOf(advisory, set, publicUrl);
  return {
    schema_version: osvSchemaVersion,
    id: osvIdOf(id),
    modified: toIso(advisory.modifiedAt),
    published: toIso(advisory.publishedAt),
    ...(withdrawn === null ? {} : { withdrawn: toIso(withdrawn.at) }),
    // Ours is about a package of the set: the same vulnerability is upstream of it, and no other name of it.
    upstream: upstreamOf(vulnerability.names),
    ...(withdrawn === null || withdrawn.by === null ? {} : { related: [osvIdOf(withdrawn.by)] }),
    summary: `${attr}: ${title}`.slice(0, longestSummary),
    details: vulnerability.details,
    severity: vulnerability.ratings
      .filter(({ kind }) => kind !== 'CVSS_V2')
      .map(({ kind, vector }) => ({ type: kind, score: vector })),
    affected,
    references: [
      { type: 'ADVISORY', url: `${publicUrl}/cve/${encodeURIComponent(vulnerability.id)}` },
      ...vulnerability.references
        .filter(isWebAddress)
        .slice(0, mostReferences)
        .map((url) => ({ type: 'WEB', url })),
    ],
    database_specific: {
      id,
      licence,
      severity: vulnerability.band,
      known_exploited_since:
        vulnerability.knownExploitedSince === null ? null : toIso(vulnerability.knownExploitedSince),
      lines: lines.map(lineOf),
      events: advisory.events.map(eventOf),
    },
  };
}

/** Who reads our records alone would take each id for a vulnerability of its own: those that everybody knows are enough. */
function upstreamOf(names: readonly string[]): readonly string[] {
  const known = names.filter((name) => /^(CVE|GHSA)-/.test(name));
  return known.length > 0 ? known : names;
}

export function isWebAddress(url: string): boolean {
  return /^https?:\/\/[^\s<>"{}|\\^`]+$/i.test(url) && URL.canParse(url);
}

function affectedOf(advisory: PublishedAdvisory, set: OsvSet, publicUrl: string) {
  const { attr } = advisory;
  const lines = advisory.withdrawn === null ? advisory.lines.filter(isConcerned) : [];
  if (lines.length === 0) return [];
  const commits = lines.map(({ channel, release }) => ({
    type: 'GIT',
    repo: `${publicUrl}/git/${channel}.git`,
    events: [{ introduced: '0' }, ...(release === null ? [] : [{ fixed: release.revision }])],
  }));
  const versions = versionRanges(lines).map(({ introduced, fixed, lastAffected }) => ({
    type: 'ECOSYSTEM',
    events: [{ introduced }, fixed === null ? { last_affected: lastAffected } : { fixed }],
  }));
  return [
    {
      ...(set === 'nix' ? { package: { ecosystem: 'Nix', name: attr } } : {}),
      ranges: set === 'nix' ? [...versions, ...commits] : commits,
      ecosystem_specific: {
        ecosystem: 'Nix',
        attribute: attr,
        purl: purlOfAttribute({ attr }),
        ...(set === 'nix' ? {} : { ranges: versions }),
      },
    },
  ];
}

function lineOf(line: PublishedLine) {
  const { channel, version, fixedVersion, fixKind, says, release, derivations, patches } = line;
  return {
    line: channel,
    state: says.kind,
    version,
    ...(says.kind === 'affected' ? { remedy: says.remedy, action: says.action } : {}),
    ...(says.kind === 'not_affected'
      ? { reason: says.reason, justification: says.justification, statement: says.statement, evidence: says.evidence }
      : {}),
    ...(says.kind === 'fixed' && says.reason !== null ? { reason: says.reason, statement: says.statement } : {}),
    ...(release === null
      ? {}
      : {
          fixed_version: fixedVersion,
          fix: fixKind,
          release: release.version,
          revision: release.revision,
          systems: derivations.map(({ system }) => system),
          derivations: derivations.map(({ system, drvPath, outputs }) => ({ system, derivation: drvPath, outputs })),
          ...(patches.length === 0 ? {} : { patches }),
        }),
  };
}

/** An event as JSON: its instants in ISO 8601, and without what is not known. */
export function eventOf(event: PublishedEvent) {
  const { at, line, type, ...said } = event;
  const release = event.type === 'fixed' ? event.release : null;
  const members = Object.entries(said).flatMap(([name, value]): [string, string | readonly string[]][] => {
    if (typeof value === 'number') return [[name, toIso(value)]];
    if (typeof value === 'string') return [[name, value]];
    return Array.isArray(value) && value.length > 0 ? [[name, value]] : [];
  });
  return {
    at: toIso(at),
    ...(line === null ? {} : { line }),
    type,
    ...Object.fromEntries(members),
    ...(release === null ? {} : { release: release.version, revision: release.revision }),
  };
}
