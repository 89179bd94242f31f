import {
  type GithubAdvisory,
  type GithubVulnerability,
  readGithubAdvisory,
} from '../../../formats/github-advisory/read-github-advisory.ts';
import { objectAt, wrongShape } from '../../../formats/json/shape.ts';
import { readOsv } from '../../../formats/osv/read-osv.ts';
import type { AffectedProduct, FeedRecord, Range, Severity } from '../model.ts';
import { blankRecord } from '../normalising/blank-record.ts';
import type { NormaliseContext } from '../normalising/normalise-text.ts';
import { plausibleInstant } from '../normalising/plausible-instant.ts';
import { schemeOfEcosystem } from '../normalising/scheme-of.ts';
import { severityOfText, severityOfVector } from '../normalising/severity-of.ts';
import { recordOfOsv } from '../osv/normalise.ts';

/** An advisory of the repository (OSV) or of the API; only those that GitHub has reviewed. */
export function normaliseGhsa(value: unknown, context: NormaliseContext): FeedRecord {
  if ('ghsa_id' in objectAt(value, 'the advisory')) return ofApi(readGithubAdvisory(value), context);
  const osv = readOsv(value);
  if (osv.databaseSpecific.github_reviewed !== true) throw wrongShape(osv.id, 'reviewed by GitHub');
  return recordOfOsv(osv, context);
}

function ofApi(advisory: GithubAdvisory, { source, now }: NormaliseContext): FeedRecord {
  if (advisory.type !== 'reviewed') throw wrongShape(advisory.id, 'reviewed by GitHub');
  const packages = Map.groupBy(advisory.vulnerabilities, ({ ecosystem, name }) => `${ecosystem}\0${name}`);
  return {
    ...blankRecord(source, advisory.id),
    state: advisory.withdrawn === null ? 'active' : 'withdrawn',
    publishedAt: plausibleInstant(advisory.published, now),
    modifiedAt: plausibleInstant(advisory.updated, now),
    aliases: advisory.cves,
    title: advisory.summary,
    details: advisory.description,
    references: advisory.references.map((url) => ({ type: /\/commit\//.test(url) ? 'FIX' : 'WEB', url })),
    affected: [...packages.values()].flatMap(productOf),
    severities: severitiesOf(advisory),
  };
}

/** How OSV spells the ecosystems. */
const ecosystems: Readonly<Record<string, string>> = {
  actions: 'GitHub Actions',
  composer: 'Packagist',
  erlang: 'Hex',
  go: 'Go',
  maven: 'Maven',
  npm: 'npm',
  nuget: 'NuGet',
  pip: 'PyPI',
  pub: 'Pub',
  rubygems: 'RubyGems',
  rust: 'crates.io',
  swift: 'SwiftURL',
};

function productOf(entries: readonly GithubVulnerability[]): readonly AffectedProduct[] {
  const [first] = entries;
  const ecosystem = first === undefined ? undefined : ecosystems[first.ecosystem.toLowerCase()];
  if (first === undefined || ecosystem === undefined || first.name === '') return [];
  const ranges = entries.flatMap(rangeOf);
  return [
    {
      identity: { kind: 'package', ecosystem, name: first.name },
      scheme: schemeOfEcosystem(ecosystem) ?? 'generic',
      ranges,
      versions: [],
      unaffected: [],
      otherwise: ranges.length > 0 ? 'unaffected' : 'unknown',
      weak: null,
      platforms: [],
      component: null,
    },
  ];
}

/** `>= 6.4.0, < 6.4.10`. */
function rangeOf({ range: text, firstPatched }: GithubVulnerability): readonly Range[] {
  if (text.trim() === '') return [];
  let range: Range = { lo: null, loInclusive: true, hi: null, hiInclusive: false };
  for (const part of text.split(',')) {
    const [, operator, version = ''] = /^\s*(<=|>=|<|>|=)\s*(\S{1,100})\s*$/.exec(part) ?? [];
    if (operator === undefined) throw wrongShape(text.slice(0, 100), 'a range of versions');
    if (operator === '=') range = { lo: version, loInclusive: true, hi: version, hiInclusive: true };
    else if (operator.startsWith('<')) range = { ...range, hi: version, hiInclusive: operator === '<=' };
    else range = { ...range, lo: version === '0' ? null : version, loInclusive: operator === '>=' };
  }
  // The last affected release is followed by the fixed one.
  return [range.hiInclusive && firstPatched !== null ? { ...range, hi: firstPatched, hiInclusive: false } : range];
}

function severitiesOf({ vectors, severity }: GithubAdvisory): readonly Severity[] {
  return [
    ...vectors.map((vector) => severityOfVector(vector, null)),
    ...(severity === null || severity === 'unknown' ? [] : [severityOfText(severity, null)]),
  ];
}
