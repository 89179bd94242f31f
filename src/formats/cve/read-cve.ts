import { idAt, type JsonObject, listAt, objectAt, textAt, textsAt } from '../json/shape.ts';

/**
 * `{"dataType": "CVE_RECORD", "dataVersion": "5.1", "cveMetadata": {"cveId": "CVE-2024-28182", "state": "PUBLISHED"},
 * "containers": {"cna": {"affected": [{"vendor": "nghttp2", "product": "nghttp2", "versions": [{"version": "0",
 * "lessThan": "1.61.0", "status": "affected"}]}]}, "adp": [{"title": "CISA ADP Vulnrichment"}]}}`.
 * Defined by https://cveproject.github.io/cve-schema/schema/docs/ (5.0 to 5.2).
 */
export interface CveRecord {
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

export interface CveReference {
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
    cna: containerAt(containers.cna, 'cna'),
    adps: listAt(containers.adp, 'adp').map((item) => containerAt(item, 'adp')),
  };
}

function containerAt(value: unknown, place: string): CveContainer {
  const container = objectAt(value, place);
  const provider = objectAt(container.providerMetadata, `${place}.providerMetadata`);
  return {
    shortName: textAt(provider.shortName, `${place}.shortName`) ?? '',
    title: textAt(container.title, `${place}.title`) ?? '',
    description: inEnglish(container.descriptions, `${place}.descriptions`),
    rejectedReason: inEnglish(container.rejectedReasons, `${place}.rejectedReasons`),
    affected: listAt(container.affected, `${place}.affected`).map((item) => affectedAt(item, `${place}.affected`)),
    references: referencesAt(container.references, `${place}.references`),
    metrics: listAt(container.metrics, `${place}.metrics`).map((item) => objectAt(item, `${place}.metrics`)),
    tags: textsAt(container.tags, `${place}.tags`),
    advisory: advisoryAt(container.source),
    cpeApplicability: container.cpeApplicability,
  };
}

/** `source` is any object, and some assigners write a plain text. */
function advisoryAt(source: unknown): string | null {
  if (typeof source !== 'object' || source === null || !('advisory' in source)) return null;
  return typeof source.advisory === 'string' ? source.advisory : null;
}

function affectedAt(value: unknown, place: string): CveAffected {
  const entry = objectAt(value, place);
  return {
    vendor: textAt(entry.vendor, `${place}.vendor`),
    product: textAt(entry.product, `${place}.product`),
    packageName: textAt(entry.packageName, `${place}.packageName`),
    collectionUrl: textAt(entry.collectionURL, `${place}.collectionURL`),
    packageUrl: textAt(entry.packageURL, `${place}.packageURL`),
    repo: textAt(entry.repo, `${place}.repo`),
    cpes: textsAt(entry.cpes, `${place}.cpes`),
    modules: textsAt(entry.modules, `${place}.modules`),
    platforms: textsAt(entry.platforms, `${place}.platforms`),
    defaultStatus: statusOf(entry.defaultStatus),
    versions: listAt(entry.versions, `${place}.versions`).map((item) => versionAt(item, `${place}.versions`)),
  };
}

function versionAt(value: unknown, place: string): CveVersion {
  const version = objectAt(value, place);
  return {
    version: textAt(version.version, `${place}.version`) ?? '',
    status: statusOf(version.status),
    versionType: textAt(version.versionType, `${place}.versionType`),
    lessThan: textAt(version.lessThan, `${place}.lessThan`),
    lessThanOrEqual: textAt(version.lessThanOrEqual, `${place}.lessThanOrEqual`),
    changes: listAt(version.changes, `${place}.changes`).map((item) => {
      const change = objectAt(item, `${place}.changes`);
      return { at: textAt(change.at, `${place}.changes.at`) ?? '', status: statusOf(change.status) };
    }),
  };
}

function statusOf(value: unknown): CveStatus {
  return value === 'affected' || value === 'unaffected' ? value : 'unknown';
}

function referencesAt(value: unknown, place: string): readonly CveReference[] {
  return listAt(value, place).flatMap((item) => {
    const reference = objectAt(item, place);
    const url = textAt(reference.url, `${place}.url`);
    return url === null ? [] : [{ url, tags: textsAt(reference.tags, `${place}.tags`) }];
  });
}

/** Of texts in several languages the English one, else the first. */
function inEnglish(value: unknown, place: string): string {
  const all = listAt(value, place).map((item) => objectAt(item, place));
  const chosen = all.find(({ lang }) => typeof lang === 'string' && lang.startsWith('en')) ?? all[0];
  return chosen === undefined ? '' : (textAt(chosen.value, `${place}.value`) ?? '').trim();
}
