import { idAt, type JsonObject, listAt, objectAt, textAt, textsAt } from '../json/shape.ts';

/**
 * `{"dataType":"CVE_RECORD","cveMetadata":{"cveId":"CVE-2024-0727","state":"PUBLISHED"},"containers":{"cna":{"affected":[{"vendor":
 * "OpenSSL","product":"OpenSSL","defaultStatus":"unaffected","versions":[{"version":"3.2.0","lessThan":"3.2.1","status":"affected",
 * "versionType":"semver"}]}]},"adp":[…]}}`. Defined by https://github.com/CVEProject/cve-schema (5.0 to 5.2).
 */
export interface CveRecord {
  readonly id: string;
  readonly state: string;
  readonly published: string | null;
  readonly updated: string | null;
  readonly cna: CveContainer;
  readonly adp: readonly CveContainer[];
}

export interface CveContainer {
  readonly provider: string;
  readonly title: string;
  /** The English one; of a rejected record why. */
  readonly description: string;
  readonly tags: readonly string[];
  readonly affected: readonly CveAffected[];
  readonly references: readonly { readonly url: string; readonly tags: readonly string[] }[];
  readonly vectors: readonly string[];
  /** What is no CVSS: `{"type":"ssvc","content":{…}}`. */
  readonly others: readonly { readonly type: string; readonly content: JsonObject }[];
}

export interface CveAffected {
  readonly vendor: string;
  readonly product: string;
  readonly packageName: string | null;
  readonly collectionUrl: string | null;
  readonly packageUrl: string | null;
  readonly repo: string | null;
  readonly cpes: readonly string[];
  readonly platforms: readonly string[];
  readonly modules: readonly string[];
  readonly defaultStatus: CveStatus;
  readonly versions: readonly CveVersion[];
}

export type CveStatus = 'affected' | 'unaffected' | 'unknown';

export interface CveVersion {
  readonly version: string;
  readonly lessThan: string | null;
  readonly lessThanOrEqual: string | null;
  readonly status: CveStatus;
  readonly versionType: string | null;
  readonly changes: readonly { readonly at: string; readonly status: CveStatus }[];
}

export const cveId = /^CVE-\d{4}-\d{4,19}$/;

/** The record in a parsed document. A member of a wrong type throws `json.shape`; unknown members are ignored. */
export function readCve(value: unknown): CveRecord {
  const document = objectAt(value, 'the record');
  const metadata = objectAt(document.cveMetadata, 'cveMetadata');
  const containers = objectAt(document.containers, 'containers');
  return {
    id: idAt(metadata.cveId, 'cveMetadata.cveId', cveId),
    state: idAt(metadata.state, 'cveMetadata.state', /^[A-Z]+$/),
    published: textAt(metadata.datePublished, 'cveMetadata.datePublished'),
    updated: textAt(metadata.dateUpdated, 'cveMetadata.dateUpdated'),
    cna: containerAt(containers.cna, 'containers.cna'),
    adp: listAt(containers.adp, 'containers.adp').map((adp, index) => containerAt(adp, `containers.adp.${index}`)),
  };
}

function containerAt(value: unknown, place: string): CveContainer {
  const container = objectAt(value, place);
  const metrics = listAt(container.metrics, `${place}.metrics`).map((item) => objectAt(item, `${place}.metrics`));
  return {
    provider: textAt(objectAt(container.providerMetadata, place).shortName, `${place}.shortName`) ?? '',
    title: textAt(container.title, `${place}.title`) ?? '',
    description: inEnglish(container.descriptions ?? container.rejectedReasons, `${place}.descriptions`),
    tags: textsAt(container.tags, `${place}.tags`),
    affected: listAt(container.affected, `${place}.affected`).map((item) => affectedAt(item, `${place}.affected`)),
    references: listAt(container.references, `${place}.references`).flatMap((item) => {
      const reference = objectAt(item, `${place}.references`);
      const url = textAt(reference.url, `${place}.references.url`);
      return url === null ? [] : [{ url, tags: textsAt(reference.tags, `${place}.references.tags`) }];
    }),
    vectors: metrics.flatMap((metric) =>
      ['cvssV4_0', 'cvssV3_1', 'cvssV3_0', 'cvssV2_0'].flatMap((name) => {
        const vector = textAt(objectAt(metric[name], `${place}.metrics`).vectorString, `${place}.vectorString`);
        return vector === null ? [] : [vector];
      }),
    ),
    others: metrics.flatMap(({ other }) => {
      if (other === undefined) return [];
      const { type, content } = objectAt(other, `${place}.metrics.other`);
      return [
        {
          type: textAt(type, `${place}.metrics.other.type`) ?? '',
          content: objectAt(content, `${place}.metrics.other`),
        },
      ];
    }),
  };
}

function affectedAt(value: unknown, place: string): CveAffected {
  const entry = objectAt(value, place);
  return {
    vendor: textAt(entry.vendor, `${place}.vendor`) ?? '',
    product: textAt(entry.product, `${place}.product`) ?? '',
    packageName: textAt(entry.packageName, `${place}.packageName`),
    collectionUrl: textAt(entry.collectionURL, `${place}.collectionURL`),
    packageUrl: textAt(entry.packageURL, `${place}.packageURL`),
    repo: textAt(entry.repo, `${place}.repo`),
    cpes: textsAt(entry.cpes, `${place}.cpes`),
    platforms: textsAt(entry.platforms, `${place}.platforms`),
    modules: textsAt(entry.modules, `${place}.modules`),
    defaultStatus: statusOf(entry.defaultStatus),
    versions: listAt(entry.versions, `${place}.versions`).map((item) => versionAt(item, `${place}.versions`)),
  };
}

function versionAt(value: unknown, place: string): CveVersion {
  const entry = objectAt(value, place);
  return {
    version: textAt(entry.version, `${place}.version`) ?? '',
    lessThan: textAt(entry.lessThan, `${place}.lessThan`),
    lessThanOrEqual: textAt(entry.lessThanOrEqual, `${place}.lessThanOrEqual`),
    status: statusOf(entry.status),
    versionType: textAt(entry.versionType, `${place}.versionType`),
    changes: listAt(entry.changes, `${place}.changes`).map((item) => {
      const change = objectAt(item, `${place}.changes`);
      return { at: textAt(change.at, `${place}.changes.at`) ?? '', status: statusOf(change.status) };
    }),
  };
}

function statusOf(value: unknown): CveStatus {
  return value === 'affected' || value === 'unaffected' ? value : 'unknown';
}

function inEnglish(value: unknown, place: string): string {
  const all = listAt(value, place).map((item) => objectAt(item, place));
  const english = all.find(({ lang }) => typeof lang === 'string' && lang.startsWith('en')) ?? all[0];
  return english === undefined ? '' : (textAt(english.value, `${place}.value`) ?? '').trim();
}
