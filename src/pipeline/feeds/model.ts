/** Which order a range's bounds are compared in. */
export type VersionScheme =
  | 'semver' | 'pep440' | 'maven' | 'rubygems' | 'dpkg' | 'apk' | 'rpm' | 'openssl' | 'generic' | 'git';

/** Half-open or closed interval; null is unbounded. */
export interface Range {
  readonly lo: string | null;
  readonly loInclusive: boolean;
  readonly hi: string | null;
  readonly hiInclusive: boolean;
}

export type ProductIdentity =
  | { readonly kind: 'cpe'; readonly part: string; readonly vendor: string; readonly product: string; readonly targetSoftware: string | null; readonly edition: string | null }
  | { readonly kind: 'purl'; readonly purl: string }
  | { readonly kind: 'package'; readonly ecosystem: string; readonly name: string }
  | { readonly kind: 'product'; readonly vendor: string; readonly product: string }
  | { readonly kind: 'repository'; readonly url: string };

/** What one record says is affected. A range without an upper bound is weak: no proof on its own. */
export interface AffectedProduct {
  readonly identity: ProductIdentity;
  readonly scheme: VersionScheme;
  readonly ranges: readonly Range[];
  readonly versions: readonly string[];
}

export interface Severity {
  readonly kind: 'CVSS_V2' | 'CVSS_V3' | 'CVSS_V4' | 'text';
  readonly vector: string | null;
  /** 0.1 to 10, recomputed from the vector; null for text or an invalid vector. */
  readonly score: number | null;
  readonly text: string | null;
}

export interface Exploitation {
  readonly knownExploitedSince: number | null;
  readonly ransomware: boolean;
  readonly dueDate: string | null;
  /** EPSS probability 0 to 1. */
  readonly epss: number | null;
}

/** What one source says of one vulnerability, normalised: never merged, always attributed. Source: OSV 1.7, NVD API 2.0, KEV, EPSS, CVE 5. */
export interface FeedRecord {
  readonly source: string;
  readonly id: string;
  readonly state: 'active' | 'withdrawn' | 'rejected';
  readonly publishedAt: number | null;
  readonly modifiedAt: number | null;
  readonly aliases: readonly string[];
  readonly upstream: readonly string[];
  readonly related: readonly string[];
  readonly title: string;
  readonly details: string;
  readonly references: readonly { readonly url: string; readonly type: string }[];
  readonly affected: readonly AffectedProduct[];
  readonly severities: readonly Severity[];
  readonly exploitation: Exploitation | null;
  readonly disputed: boolean;
}

/** One record as it came: `raw` is the JSON text; `record` null means it is quarantined for `reason`. */
export type Normalised =
  | { readonly kind: 'record'; readonly record: FeedRecord; readonly raw: string }
  | { readonly kind: 'rejected'; readonly id: string; readonly reason: string; readonly raw: string };
