import { idAt, type JsonObject, listAt, objectAt, textAt, textsAt, wrongShape } from '../json/shape.ts';
import type { OsvEvent } from './intervals-of-events.ts';

/**
 * `{"id":"GO-2024-3110","modified":"2025-08-05T19:57:40Z","aliases":["CVE-2024-45310"],"affected":[{"package":{"ecosystem":"Go",
 * "name":"github.com/opencontainers/runc"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"1.1.14"}]}]}]}`.
 * Defined by https://ossf.github.io/osv-schema/ (1.7).
 */
export interface OsvRecord {
  readonly id: string;
  readonly modified: string | null;
  readonly published: string | null;
  readonly withdrawn: string | null;
  readonly aliases: readonly string[];
  readonly upstream: readonly string[];
  readonly related: readonly string[];
  readonly summary: string;
  readonly details: string;
  readonly severity: readonly OsvSeverity[];
  readonly affected: readonly OsvAffected[];
  readonly references: readonly { readonly type: string; readonly url: string }[];
  readonly databaseSpecific: JsonObject;
}

export interface OsvSeverity {
  readonly type: string;
  readonly score: string;
}

export interface OsvAffected {
  readonly package: { readonly ecosystem: string; readonly name: string; readonly purl: string | null } | null;
  readonly severity: readonly OsvSeverity[];
  readonly ranges: readonly OsvRange[];
  readonly versions: readonly string[];
  readonly ecosystemSpecific: JsonObject;
  readonly databaseSpecific: JsonObject;
}

export interface OsvRange {
  readonly type: string;
  readonly repo: string | null;
  readonly events: readonly OsvEvent[];
}

/** The record in a parsed document. A member of a wrong type throws `json.shape`; unknown members are ignored. */
export function readOsv(value: unknown): OsvRecord {
  const document = objectAt(value, 'the record');
  return {
    id: idAt(document.id, 'id', /^[\w.:+-]{3,200}$/),
    modified: textAt(document.modified, 'modified'),
    published: textAt(document.published, 'published'),
    withdrawn: textAt(document.withdrawn, 'withdrawn'),
    aliases: textsAt(document.aliases, 'aliases'),
    upstream: textsAt(document.upstream, 'upstream'),
    related: textsAt(document.related, 'related'),
    summary: textAt(document.summary, 'summary') ?? '',
    details: textAt(document.details, 'details') ?? '',
    severity: severities(document.severity, 'severity'),
    affected: listAt(document.affected, 'affected').map((entry, index) => affected(entry, `affected.${index}`)),
    references: references(document.references),
    databaseSpecific: objectAt(document.database_specific, 'database_specific'),
  };
}

function affected(value: unknown, place: string): OsvAffected {
  const entry = objectAt(value, place);
  const pack = objectAt(entry.package, `${place}.package`);
  const name = textAt(pack.name, `${place}.package.name`);
  return {
    package:
      name === null
        ? null
        : {
            ecosystem: textAt(pack.ecosystem, `${place}.package.ecosystem`) ?? '',
            name,
            purl: textAt(pack.purl, `${place}.package.purl`),
          },
    severity: severities(entry.severity, `${place}.severity`),
    ranges: listAt(entry.ranges, `${place}.ranges`).map((range, index) => rangeAt(range, `${place}.ranges.${index}`)),
    versions: textsAt(entry.versions, `${place}.versions`),
    ecosystemSpecific: objectAt(entry.ecosystem_specific, `${place}.ecosystem_specific`),
    databaseSpecific: objectAt(entry.database_specific, `${place}.database_specific`),
  };
}

/** One `ranges[]` member; databases repeat the shape in members of their own. */
export function rangeAt(value: unknown, place: string): OsvRange {
  const range = objectAt(value, place);
  return {
    type: textAt(range.type, `${place}.type`) ?? '',
    repo: textAt(range.repo, `${place}.repo`),
    events: listAt(range.events, `${place}.events`).map((event, index) => eventAt(event, `${place}.events.${index}`)),
  };
}

function eventAt(value: unknown, place: string): OsvEvent {
  const event = objectAt(value, place);
  for (const kind of kinds) {
    const version = event[kind];
    if (typeof version === 'string') return { kind, version };
  }
  // To leave it out would silently widen or empty the range.
  throw wrongShape(place, 'an event');
}

const kinds = ['introduced', 'fixed', 'last_affected', 'limit'] as const;

function severities(value: unknown, place: string): readonly OsvSeverity[] {
  return listAt(value, place).map((entry) => {
    const severity = objectAt(entry, place);
    return { type: textAt(severity.type, place) ?? '', score: textAt(severity.score, place) ?? '' };
  });
}

function references(value: unknown): OsvRecord['references'] {
  return listAt(value, 'references').flatMap((entry) => {
    const reference = objectAt(entry, 'references');
    const url = textAt(reference.url, 'references.url');
    return url === null ? [] : [{ type: textAt(reference.type, 'references.type') ?? 'WEB', url }];
  });
}
