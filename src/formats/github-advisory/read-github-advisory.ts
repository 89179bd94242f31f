import { idAt, type JsonObject, listAt, objectAt, textAt } from '../json/shape.ts';

/**
 * `{"ghsa_id":"GHSA-xrw9-r35x-x878","cve_id":"CVE-2025-41248","type":"reviewed","severity":"high","vulnerabilities":[{"package":
 * {"ecosystem":"maven","name":"org.springframework.security:spring-security-core"},"vulnerable_version_range":">= 6.4.0, <= 6.4.9",
 * "first_patched_version":"6.4.10"}]}`. Defined by https://docs.github.com/en/rest/security-advisories/global-advisories.
 */
export interface GithubAdvisory {
  readonly id: string;
  readonly type: string;
  readonly published: string | null;
  readonly updated: string | null;
  readonly withdrawn: string | null;
  readonly cves: readonly string[];
  readonly summary: string;
  readonly description: string;
  readonly severity: string | null;
  readonly vectors: readonly string[];
  readonly references: readonly string[];
  readonly vulnerabilities: readonly GithubVulnerability[];
}

export interface GithubVulnerability {
  /** In GitHub's own spelling: `pip`, `rust`, `composer`. */
  readonly ecosystem: string;
  readonly name: string;
  /** `>= 6.4.0, <= 6.4.9`, or empty. */
  readonly range: string;
  readonly firstPatched: string | null;
}

/** A member of a wrong type throws `json.shape`; unknown members are ignored. */
export function readGithubAdvisory(value: unknown): GithubAdvisory {
  const document = objectAt(value, 'the advisory');
  const cve = textAt(document.cve_id, 'cve_id');
  const named = listAt(document.identifiers, 'identifiers')
    .map((item) => objectAt(item, 'identifiers'))
    .flatMap(({ type, value: id }) => (type === 'CVE' ? (textAt(id, 'identifiers.value') ?? []) : []));
  return {
    id: idAt(document.ghsa_id, 'ghsa_id', /^GHSA(?:-[23456789cfghjmpqrvwx]{4}){3}$/),
    type: textAt(document.type, 'type') ?? '',
    published: textAt(document.published_at, 'published_at'),
    updated: textAt(document.updated_at, 'updated_at'),
    withdrawn: textAt(document.withdrawn_at, 'withdrawn_at'),
    cves: [...new Set(cve === null ? named : [cve, ...named])],
    summary: textAt(document.summary, 'summary') ?? '',
    description: textAt(document.description, 'description') ?? '',
    severity: textAt(document.severity, 'severity'),
    vectors: vectorsOf(document),
    references: listAt(document.references, 'references').flatMap((item) =>
      typeof item === 'string' ? item : (textAt(objectAt(item, 'references').url, 'references.url') ?? []),
    ),
    vulnerabilities: listAt(document.vulnerabilities, 'vulnerabilities').map((item, index) =>
      vulnerabilityAt(objectAt(item, `vulnerabilities.${index}`), `vulnerabilities.${index}`),
    ),
  };
}

function vulnerabilityAt(entry: JsonObject, place: string): GithubVulnerability {
  const pack = objectAt(entry.package, `${place}.package`);
  const patched = entry.first_patched_version;
  return {
    ecosystem: textAt(pack.ecosystem, `${place}.package.ecosystem`) ?? '',
    name: textAt(pack.name, `${place}.package.name`) ?? '',
    range: textAt(entry.vulnerable_version_range, `${place}.vulnerable_version_range`) ?? '',
    // An older form of the answer has an object.
    firstPatched:
      typeof patched === 'string' ? patched : textAt(objectAt(patched, place).identifier, `${place}.identifier`),
  };
}

function vectorsOf(document: JsonObject): readonly string[] {
  const rated = objectAt(document.cvss_severities, 'cvss_severities');
  const vectors = [rated.cvss_v4, rated.cvss_v3, document.cvss].flatMap(
    (cvss) => textAt(objectAt(cvss, 'cvss').vector_string, 'cvss.vector_string') ?? [],
  );
  return [...new Set(vectors)];
}
