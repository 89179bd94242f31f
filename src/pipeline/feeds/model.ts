import type { Clock, EpochMs } from '../../foundation/clock.ts';
import type { Fetcher } from '../../platform/fetcher/index.ts';
import type { Progress } from '../../platform/log/index.ts';

/** Which order a range's bounds are compared in. */
export type VersionScheme =
  | 'semver'
  | 'npm'
  | 'go'
  | 'pep440'
  | 'maven'
  | 'rubygems'
  | 'packagist'
  | 'nuget'
  | 'hackage'
  | 'cran'
  | 'pub'
  | 'dpkg'
  | 'apk'
  | 'rpm'
  | 'openssl'
  | 'generic'
  | 'git';

/** Half-open or closed interval; null is unbounded. */
export interface Range {
  readonly lo: string | null;
  readonly loInclusive: boolean;
  readonly hi: string | null;
  readonly hiInclusive: boolean;
}

export type ProductIdentity =
  | {
      readonly kind: 'cpe';
      readonly part: string;
      readonly vendor: string;
      readonly product: string;
      readonly targetSoftware: string | null;
      readonly edition: string | null;
    }
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
  /** Explicitly not affected, or fixed on a branch: wins over a wider affected range of the same entry. */
  readonly unaffected: readonly Range[];
  /** What holds for versions that no range names; `unknown` where the source does not say. */
  readonly otherwise: 'affected' | 'unaffected' | 'unknown';
  /** Why the bounds are no proof (prose, `lessThan` equal to `version`, a false zero …), or null. */
  readonly weak: string | null;
  /** Operating systems or targets the entry is limited to; empty: all. */
  readonly platforms: readonly string[];
  /** A part of the product (`tool`, `lib`, a module), where the source names one. */
  readonly component: string | null;
}

export interface Severity {
  readonly kind: 'CVSS_V2' | 'CVSS_V3' | 'CVSS_V4' | 'text';
  readonly vector: string | null;
  /** 0.1 to 10, recomputed from the vector; null for text or an invalid vector. */
  readonly score: number | null;
  readonly text: string | null;
  /** Who rated, where it is not the source itself: `cna`, `nvd`, `cisa-adp`, `ghsa`, `project`, `distribution`. */
  readonly rater: string | null;
}

/** CISA's decision points, lower case; null where the source does not say. */
export interface Ssvc {
  readonly exploitation: 'none' | 'poc' | 'active' | null;
  readonly automatable: boolean | null;
  readonly technicalImpact: 'partial' | 'total' | null;
}

export interface Exploitation {
  readonly knownExploitedSince: number | null;
  /** When the first catalogue that lists it was released; absent where no catalogue of that day was seen. */
  readonly listedAt?: number;
  readonly ransomware: boolean;
  readonly dueDate: string | null;
  /** EPSS probability 0 to 1. */
  readonly epss: number | null;
  readonly ssvc: Ssvc | null;
}

/** A distribution's or vendor's word on its own build (VEX): evidence, never membership. */
export interface Statement {
  readonly product: string;
  readonly status: 'fixed' | 'not_affected' | 'affected' | 'under_investigation' | 'unknown';
  /** The version the statement names, in the distribution's own writing. */
  readonly version: string | null;
  readonly justification: string | null;
  readonly text: string | null;
}

export type RecordTag = 'disputed' | 'hosted-only' | 'hardware-only' | 'unsupported-when-assigned' | 'informational';

/** What one source says of one vulnerability, normalised: never merged, always attributed. Source: OSV 1.7, NVD API 2.0, KEV, EPSS, CVE 5. */
export interface FeedRecord {
  readonly source: string;
  readonly id: string;
  readonly state: 'active' | 'withdrawn' | 'rejected';
  /** Null when implausible: before 1980 or more than a day ahead. */
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
  readonly statements: readonly Statement[];
  readonly tags: readonly RecordTag[];
}

/** What a record says, without what only people read. Links are half of most records: they are read when asked for. */
export interface RecordClaims
  extends Pick<
    FeedRecord,
    'source' | 'id' | 'state' | 'publishedAt' | 'affected' | 'severities' | 'exploitation' | 'statements' | 'tags'
  > {
  readonly links: () => FeedRecord['references'];
}

/** One record as it came: `raw` is its text; `rejected` is quarantined for `reason`. */
export type Normalised =
  | { readonly kind: 'record'; readonly record: FeedRecord; readonly raw: string }
  | { readonly kind: 'rejected'; readonly id: string; readonly reason: string; readonly raw: string };

/** What a source yields: records in any order, then exactly one `end`, or only `unchanged`. A failure throws. */
export type FeedItem =
  | Normalised
  /** The source says that the record is gone. */
  | { readonly kind: 'gone'; readonly id: string }
  /** Nothing new since `cursor`. */
  | { readonly kind: 'unchanged' }
  /** From where the next sync goes on if this one is cut short: for a source that takes long to read. */
  | { readonly kind: 'reached'; readonly cursor: string }
  | {
      readonly kind: 'end';
      /** Opaque to everyone but the source; handed back at the next sync. */
      readonly cursor: string | null;
      /** Whether the records were all that the source holds, so that an absent one may be gone. */
      readonly complete: boolean;
      /** When they were read from the source, where that was not now. */
      readonly asOf?: EpochMs;
    };

/** Where a source reads from: its public endpoint, a mirror, a folder or an archive. */
export type FeedLocation =
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'path'; readonly path: string };

export interface ReadContext {
  readonly location: FeedLocation;
  /** What `end` gave at the last good sync of this location; null at the first. */
  readonly cursor: string | null;
  readonly fetcher: Fetcher;
  readonly clock: Clock;
  /** A key or token for the endpoint, where the operator has one. */
  readonly secret: string | null;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** One feed: a folder beside this file, registered by one line in `sources.ts`. */
export interface FeedSource {
  readonly id: string;
  readonly title: string;
  readonly licence: string;
  /** The text that the licence asks to show. */
  readonly attribution: string;
  readonly homepage: string;
  readonly defaultUrl: string;
  readonly intervalMs: number;
  /** Set where the licence needs the operator's consent: the notice to show; off unless configured. */
  readonly optIn: string | null;
  readonly read: (context: ReadContext) => AsyncIterable<FeedItem>;
}
