import { listAt, objectAt, textAt } from '../../../formats/json/shape.ts';
import { commitIntervalsOfEvents, intervalsOfEvents } from '../../../formats/osv/intervals-of-events.ts';
import { type OsvAffected, type OsvRange, type OsvRecord, rangeAt, readOsv } from '../../../formats/osv/read-osv.ts';
import type {
  AffectedProduct,
  FeedRecord,
  ProductIdentity,
  Range,
  RecordTag,
  Severity,
  VersionScheme,
} from '../model.ts';
import type { NormaliseContext } from '../normalising/normalise-text.ts';
import { plausibleInstant } from '../normalising/plausible-instant.ts';
import { schemeOfEcosystem } from '../normalising/scheme-of.ts';
import { severityOfText, severityOfVector } from '../normalising/severity-of.ts';

/** An OSV document of any database, with what its database keeps in members of its own. */
export function normaliseOsv(value: unknown, context: NormaliseContext): FeedRecord {
  return recordOfOsv(readOsv(value), context);
}

export function recordOfOsv(osv: OsvRecord, { source, now }: NormaliseContext): FeedRecord {
  return {
    source,
    id: osv.id,
    state: osv.withdrawn === null ? 'active' : 'withdrawn',
    publishedAt: plausibleInstant(osv.published, now),
    modifiedAt: plausibleInstant(osv.modified, now),
    aliases: osv.aliases,
    upstream: osv.upstream,
    related: osv.related,
    title: osv.summary,
    details: osv.details,
    references: osv.references,
    affected: osv.affected.flatMap((entry, index) => productsOf(entry, `affected.${index}`)),
    severities: severitiesOf(osv),
    exploitation: null,
    statements: [],
    tags: tagsOf(osv),
  };
}

function productsOf(entry: OsvAffected, place: string): readonly AffectedProduct[] {
  const commits = entry.ranges.filter((range) => range.type === 'GIT' && range.repo !== null).map(commitProduct);
  const saysOnlyCommits = commits.length > 0 && entry.versions.length === 0 && commits.length === entry.ranges.length;
  return entry.package === null || saysOnlyCommits
    ? commits
    : [packageProduct(entry, entry.package, place), ...commits];
}

function packageProduct(
  entry: OsvAffected,
  named: { readonly ecosystem: string; readonly name: string; readonly purl: string | null },
  place: string,
): AffectedProduct {
  const ordered = [...entry.ranges.filter(({ type }) => type !== 'GIT'), ...customRanges(entry, place)];
  const ranges = bounded(
    withoutFalseZero(
      ordered.flatMap(({ events }) => intervalsOfEvents(events)),
      entry,
    ),
    entry,
  );
  return {
    identity: identityOf(named),
    scheme: schemeOf(named.ecosystem, ordered),
    ranges,
    versions: entry.versions,
    unaffected: [],
    otherwise: ranges.length > 0 || entry.versions.length > 0 ? 'unaffected' : 'unknown',
    weak: weaknessOf(entry, ranges),
    platforms: goPlatforms(entry),
    component: null,
  };
}

function identityOf(named: {
  readonly ecosystem: string;
  readonly name: string;
  readonly purl: string | null;
}): ProductIdentity {
  return named.purl?.startsWith('pkg:')
    ? { kind: 'purl', purl: named.purl }
    : { kind: 'package', ecosystem: named.ecosystem, name: named.name };
}

function schemeOf(ecosystem: string, ranges: readonly OsvRange[]): VersionScheme {
  return schemeOfEcosystem(ecosystem) ?? (ranges.some(({ type }) => type === 'SEMVER') ? 'semver' : 'generic');
}

/** Go keeps the true bounds of modules without tagged fixes in `custom_ranges`, beside an `introduced: 0` that says nothing. */
function customRanges(entry: OsvAffected, place: string): readonly OsvRange[] {
  const member = `${place}.ecosystem_specific.custom_ranges`;
  return listAt(entry.ecosystemSpecific.custom_ranges, member).map((range, index) =>
    rangeAt(range, `${member}.${index}`),
  );
}

function withoutFalseZero(ranges: readonly Range[], entry: OsvAffected): readonly Range[] {
  if (entry.ecosystemSpecific.custom_ranges === undefined) return ranges;
  const real = ranges.filter(({ lo, hi }) => lo !== null || hi !== null);
  return real.length > 0 ? real : ranges;
}

/** GitHub ends an unfixed entry with the last version known to be affected: `"<= 1.2.3"`. */
function bounded(ranges: readonly Range[], entry: OsvAffected): readonly Range[] {
  const last = textAt(entry.databaseSpecific.last_known_affected_version_range, 'last_known_affected_version_range');
  const end = last === null ? null : /^(<=?)\s*(\S+)$/.exec(last);
  if (end === null) return ranges;
  return ranges.map((range) =>
    range.hi === null ? { ...range, hi: end[2] ?? null, hiInclusive: end[1] === '<=' } : range,
  );
}

/** PyPA: everything is affected by the range, a few versions by the list, and a commit fixes it (PYSEC-2024-6). */
function weaknessOf(entry: OsvAffected, ranges: readonly Range[]): string | null {
  const hasOpenRange = ranges.some(({ lo, hi }) => lo === null && hi === null);
  if (!hasOpenRange || entry.versions.length === 0) return null;
  return 'the range has no end although versions are listed';
}

function goPlatforms(entry: OsvAffected): readonly string[] {
  const systems = new Set<string>();
  for (const item of listAt(entry.ecosystemSpecific.imports, 'imports')) {
    const named = listAt(objectAt(item, 'imports').goos, 'imports.goos');
    if (named.length === 0) return [];
    for (const system of named) if (typeof system === 'string') systems.add(system);
  }
  return [...systems];
}

function commitProduct(range: OsvRange): AffectedProduct {
  const { affected, unaffected } = commitIntervalsOfEvents(range.events);
  return {
    identity: { kind: 'repository', url: range.repo ?? '' },
    scheme: 'git',
    ranges: affected,
    versions: [],
    unaffected,
    otherwise: 'unknown',
    weak: null,
    platforms: [],
    component: null,
  };
}

function severitiesOf(osv: OsvRecord): readonly Severity[] {
  const given = [...osv.severity, ...osv.affected.flatMap(({ severity }) => severity)];
  const listed = given
    .filter(({ score }) => score !== '')
    .map(({ type, score }) =>
      type.startsWith('CVSS')
        ? severityOfVector(score, null)
        : severityOfText(score, type === 'Ubuntu' ? 'distribution' : null),
    );
  const words = [osv.databaseSpecific.severity, ...osv.affected.map((entry) => entry.ecosystemSpecific.severity)];
  for (const word of words) if (typeof word === 'string' && word !== '') listed.push(severityOfText(word, null));
  const seen = new Set<string>();
  return listed.filter(({ vector, text }) => {
    const key = vector ?? `text ${text}`;
    return !seen.has(key) && seen.add(key);
  });
}

function tagsOf(osv: OsvRecord): readonly RecordTag[] {
  const notices = osv.affected.map((entry) => entry.databaseSpecific.informational);
  return notices.length > 0 && notices.every((notice) => typeof notice === 'string') ? ['informational'] : [];
}
