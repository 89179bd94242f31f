import type { EpochMs } from '../../../foundation/clock.ts';
import type { PublicSay } from '../../findings/index.ts';

/** What we say to the world of one vulnerability in one package, on every line, under an id of our own. */
export interface Publication {
  /** `XSP-2026-00001`. */
  readonly id: string;
  readonly attr: string;
  /** When a person first set a public state, or a release first carried the fix. */
  readonly publishedAt: EpochMs;
  /** Two became one when their vulnerabilities turned out to be the same; the older id stands. */
  readonly replaced: { readonly by: string; readonly at: EpochMs } | null;
  /** Every name of the vulnerability, sorted. */
  readonly names: readonly string[];
}

/** A place that findings of every line share. */
export interface Place {
  readonly attr: string;
  readonly advisoryId: string;
}

/** A release of a channel that everybody may see. */
export interface PublishedRelease {
  readonly uuid: string;
  readonly channel: string;
  readonly version: string;
  /** The git commit that it was composed of. */
  readonly revision: string;
  readonly publishedAt: EpochMs;
}

/** What happened, at the time when it happened; only ever added to. */
export type PublishedEvent = {
  readonly at: EpochMs;
  /** The channel; null: of the advisory as a whole. */
  readonly line: string | null;
} & (
  | { readonly type: 'detected'; readonly version: string }
  | { readonly type: 'under_investigation' }
  | { readonly type: 'affected'; readonly mitigation: string | null }
  | {
      readonly type: 'not_affected';
      readonly reason: string;
      readonly justification: string | null;
      readonly statement: string;
      readonly evidence: string;
    }
  /** Answered, but not concluded: it is reported upstream. */
  | { readonly type: 'pending_upstream'; readonly link: string }
  /** `target`: the day by which, or the version with which. */
  | { readonly type: 'fix_in_progress'; readonly target: string | null }
  | {
      readonly type: 'fixed';
      readonly version: string | null;
      readonly release: PublishedRelease | null;
      /** Those that it can be fetched for from then on. */
      readonly systems: readonly string[];
    }
  | { readonly type: 'fix_not_planned'; readonly reason: string; readonly until: EpochMs | null }
  | { readonly type: 'severity_changed'; readonly from: string; readonly to: string }
  | { readonly type: 'exploitation_known'; readonly since: EpochMs | null }
  | { readonly type: 'corrected'; readonly reason: string }
  | { readonly type: 'withdrawn'; readonly reason: string }
);

/** A package as a release builds it on one system. */
export interface PublishedDerivation {
  readonly system: string;
  readonly drvPath: string | null;
  /** Store paths by the name of the output. */
  readonly outputs: Readonly<Record<string, string>>;
}

/** A patch of a release that names the vulnerability, or a commit that fixed it. */
export interface PublishedPatch {
  readonly name: string;
  /** Where it is fetched from; none where it lies in the tree. */
  readonly urls: readonly string[];
  readonly hash: string | null;
  /** Where it lies in the tree. */
  readonly path: string | null;
}

/** Where a channel stands. */
export interface PublishedLine {
  readonly channel: string;
  readonly version: string;
  readonly fixedVersion: string | null;
  /** `patch` where the version stayed. */
  readonly fixKind: string | null;
  readonly says: PublicSay;
  /** The first release that holds the fix. */
  readonly release: PublishedRelease | null;
  /** What it builds. */
  readonly derivations: readonly PublishedDerivation[];
  /** Those by which it is fixed, as far as they show it themselves. */
  readonly patches: readonly PublishedPatch[];
  readonly openedAt: EpochMs;
}

/** All that we say under one of our ids: every format is a view of it. */
export interface PublishedAdvisory {
  readonly id: string;
  readonly attr: string;
  readonly publishedAt: EpochMs;
  readonly modifiedAt: EpochMs;
  readonly withdrawn: { readonly at: EpochMs; readonly by: string | null } | null;
  readonly vulnerability: {
    /** The CVE id where there is one. */
    readonly id: string;
    /** Every id of it, sorted. */
    readonly names: readonly string[];
    readonly title: string;
    readonly details: string;
    readonly references: readonly string[];
    readonly ratings: readonly {
      readonly source: string;
      readonly kind: RatingKind;
      readonly vector: string;
      readonly score: number;
    }[];
    readonly band: string;
    readonly knownExploitedSince: EpochMs | null;
  };
  readonly lines: readonly PublishedLine[];
  readonly events: readonly PublishedEvent[];
}

export type RatingKind = 'CVSS_V2' | 'CVSS_V3' | 'CVSS_V4';
