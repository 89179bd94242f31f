import { idAt, type JsonObject, listAt, objectAt, textAt, textsAt } from '../json/shape.ts';

/**
 * `{"dataType": "CVE_RECORD", "dataVersion": "5.1", "cveMetadata": {"cveId": "CVE-2024-28182", "state": "PUBLISHED"},
 * "containers": {"cna": {"affected": [{"vendor": "nghttp2", "product": "nghttp2", "versions": [{"version": "0",
 * "lessThan": "1.61.0", "status": "affected"}]}]}, "adp": [{"title": "CISA ADP Vulnrichment"}]}}`.
 * Defined by https://cveproject.github.io/cve-schema/schema/docs/ (5.0 to 5.2).
 */
interface CveRecord {
  readonly id: string;
  readonly isRejected: boolean;
  readonly published: string | null;
  readonly updated: string | null;
  /** What the assigner says. */
  readonly cna: CveContainer;
  /** What authorised others add. */
  readonly adps: readonly CveContainer[];
}

export interface CveContainer {
  readonly shortName: string;
  readonly title: string;
  readonly description: string;
  readonly rejectedReason: string;
  readonly affected: readonly CveAffected[];
  readonly references: readonly CveReference[];
  readonly metrics: readonly JsonObject[];
  readonly tags: readonly string[];
  /** The assigner's own id of it: `GHSA-…`, `RHSA-…` or a place. */
  readonly advisory: string | null;
  /** Configurations in the shape of the NVD. */
  readonly cpeApplicability: unknown;
}

interface CveReference {
  readonly url: string;
  readonly tags: readonly string[];
}

export interface CveAffected {
  readonly vendor: string | null;
  readonly product: string | null;
  readonly packageName: string | null;
  readonly collectionUrl: string | null;
  readonly packageUrl: string | null;
  readonly repo: string | null;
  readonly cpes: readonly string[];
  readonly modules: readonly string[];
  readonly platforms: readonly string[];
  readonly defaultStatus: CveStatus;
  readonly versions: readonly CveVersion[];
}

export type CveStatus = 'affected' | 'unaffected' | 'unknown';

export interface CveVersion {
  readonly version: string;
  readonly status: CveStatus;
  readonly versionType: string | null;
  readonly lessThan: string | null;
  readonly lessThanOrEqual: string | null;
  readonly changes: readonly { readonly at: string; readonly status: CveStatus }[];
}

/** The record in a parsed document. A member of a wrong type throws `json.shape`; unknown members are ignored. */
export function readCve(value: unknown): CveRecord {
  const document = objectAt(value, 'the record');
  const metadata = objectAt(document.cveMetadata, 'cveMetadata');
  const containers = objectAt(document.containers, 'containers');
  return {
    id: idAt(metadata.cveId, 'cveMetadata.cveId', /^CVE-\d{4}-\d{4,19}$/),
    isRejected: textAt(metadata.state, 'cveMetadata.state')?.toUpperCase() === 'REJECTED',
    published: textAt(metadata.datePublished, 'datePublished'),
    updated: textAt(metadata.dateUpdated, 'dateUpdated'),
    cna: containerAt(containers.cna),
    adps: listAt(containers.adp, 'adp').map(containerAt),
  };
}

function containerAt(value: unknown): CveContainer {
  const container = objectAt(value, 'a container');
  const provider = objectAt(container.providerMetadata, 'providerMetadata');
  return {
    shortName: textAt(provider.shortName, 'shortName') ?? '',
    title: textAt(container.title, 'title') ?? '',
    description: inEnglish(container.descriptions, 'descriptions'),
    rejectedReason: inEnglish(container.rejectedReasons, 'rejectedReasons'),
    affected: listAt(container.affected, 'affected').map(affectedAt),
    references: referencesAt(container.references),
    metrics: listAt(container.metrics, 'metrics').map((item) => objectAt(item, 'metrics')),
    tags: textsAt(container.tags, 'tags'),
    advisory: advisoryAt(container.source),
    cpeApplicability: container.cpeApplicability,
  };
}

/** `source` is any object, and some assigners write a plain text. */
function advisoryAt(source: unknown): string | null {
  if (typeof source !== 'object' || source === null || !('advisory' in source)) return null;
  return typeof source.advisory === 'string' ? source.advisory : null;
}

function affectedAt(value: unknown): CveAffected {
  const entry = objectAt(value, 'affected');
  return {
    vendor: textAt(entry.vendor, 'affected.vendor'),
    product: textAt(entry.product, 'affected.product'),
    packageName: textAt(entry.packageName, 'affected.packageName'),
    collectionUrl: textAt(entry.collectionURL, 'affected.collectionURL'),
    packageUrl: textAt(entry.packageURL, 'affected.packageURL'),
    repo: textAt(entry.repo, 'affected.repo'),
    cpes: textsAt(entry.cpes, 'affected.cpes'),
    modules: textsAt(entry.modules, 'affected.modules'),
    platforms: textsAt(entry.platforms, 'affected.platforms'),
    defaultStatus: statusOf(entry.defaultStatus),
    versions: listAt(entry.versions, 'affected.versions').map(versionAt),
  };
}

function versionAt(value: unknown): CveVersion {
  const version = objectAt(value, 'versions');
  return {
    version: textAt(version.version, 'versions.version') ?? '',
    status: statusOf(version.status),
    versionType: textAt(version.versionType, 'versions.versionType'),
    lessThan: textAt(version.lessThan, 'versions.lessThan'),
    lessThanOrEqual: textAt(version.lessThanOrEqual, 'versions.lessThanOrEqual'),
    changes: listAt(version.changes, 'versions.changes').map((item) => {
      const change = objectAt(item, 'versions.changes');
      return { at: textAt(change.at, 'versions.changes.at') ?? '', status: statusOf(change.status) };
    }),
  };
}

function statusOf(value: unknown): CveStatus {
  return value === 'affected' || value === 'unaffected' ? value : 'unknown';
}

function referencesAt(value: unknown): readonly CveReference[] {
  return listAt(value, 'references').flatMap((item) => {
    const reference = objectAt(item, 'references');
    const url = textAt(reference.url, 'references.url');
    return url === null ? [] : [{ url, tags: textsAt(reference.tags, 'references.tags') }];
  });
}

/** Of texts in several languages the English one, else the first. */
function inEnglish(value: unknown, place: string): string {
  const all = listAt(value, place).map((item) => objectAt(item, place));
  const chosen = all.find(({ lang }) => typeof lang === 'string' && lang.startsWith('en')) ?? all[0];
  return chosen === undefined ? '' : (textAt(chosen.value, place) ?? '').trim();
}
