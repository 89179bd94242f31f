/**
 * What the pages, the API and the registry read. `app` composes these from the stages' stores; everything in http is a
 * pure function of them. Lists are bounded by `limit`; `after` is the opaque `next` of the page before.
 */
import type { EpochMs } from '../foundation/clock.ts';
import type { JournalEvent } from '../journal/index.ts';
import type { Advisory, SeverityBand } from '../pipeline/advisories/index.ts';
import type { MustAct, Replied, SyndicatedAdvisory } from '../pipeline/alerts/index.ts';
import type { CoveredPackage, Instance } from '../pipeline/catalog/index.ts';
import type {
  Decision,
  Review,
  ReviewAct,
  ReviewedSource,
  ReviewHabits,
  ReviewMode,
  ReviewState,
} from '../pipeline/changes/index.ts';
import type { Consumer, ConsumerInput, MissingFix, SetFacts, Standing } from '../pipeline/consumers/index.ts';
import type { PublishedAdvisory } from '../pipeline/evidence/index.ts';
import type { ClockedFinding, FindingState, PromiseLine } from '../pipeline/findings/index.ts';
import type { ApartList, Explanation, Match, MatchDifference, Shadow } from '../pipeline/matching/index.ts';
import type { RegistryIndex, Release, ReleaseText, Waiver } from '../pipeline/releases/index.ts';
import type { PathChange } from '../platform/git/index.ts';
import type { ChannelRow } from './channel-port.ts';
import type { FeedSubject } from './syndication/subject.ts';

export type { FeedSubject };

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Hand back as `after` for the next page; null at the end. */
  readonly next: string | null;
  /** How many there are in all, where that is cheap to know. */
  readonly total: number | null;
}

export type { PromiseLine };

/** A finding with its clocks as they stand now. */
export interface FindingRow extends ClockedFinding {
  /** The id that it is published under; null where nothing was published, absent where nobody asked. */
  readonly publishedAs?: string | null;
}

export interface FeedState {
  readonly id: string;
  readonly title: string;
  readonly licence: string;
  readonly attribution: string;
  /** Without user, password and query, which may hold keys. */
  readonly url: string;
  /** `address`: there; `copy`: from a file or folder of the operator's; `bundle`: not here, but as it was brought in or read before. */
  readonly readFrom: 'address' | 'copy' | 'bundle';
  /** `never`: not synced yet; `stale`: the last good sync is too long ago; `incident`: it shrank or stopped parsing. */
  readonly state: 'ok' | 'never' | 'stale' | 'failing' | 'incident';
  readonly message: string | null;
  readonly records: number;
  readonly quarantined: number;
  readonly lastSyncAt: EpochMs | null;
  readonly lastChangeAt: EpochMs | null;
  /** From publication to our first sight of it, over the newest records. Milliseconds; null before there are any. */
  readonly latency: { readonly medianMs: number; readonly ninthDecileMs: number } | null;
}

/** A record that could not be read. */
export interface QuarantinedRow {
  readonly source: string;
  readonly recordId: string;
  readonly at: EpochMs;
  readonly reason: string;
  readonly raw: string;
}

export interface QuarantineQuery {
  readonly source: string | null;
  readonly after: string | null;
  readonly limit: number;
}

export interface ChannelState {
  readonly id: string;
  readonly commitId: string | null;
  readonly evaluatedAt: EpochMs | null;
  readonly origin: 'nix' | 'inventory' | null;
  readonly packages: number;
  readonly failures: number;
}

export interface Overview {
  readonly promise: readonly PromiseLine[];
  /** The open findings that breach first; at most 6. */
  readonly urgent: readonly FindingRow[];
  readonly latestRelease: Release | null;
  readonly channels: readonly ChannelState[];
  readonly coveredPackages: number;
  readonly advisories: number;
  readonly underInvestigation: number;
  readonly feeds: readonly FeedState[];
  /** Newest first; at most 12. */
  readonly journal: readonly JournalEvent[];
  readonly consumers: number;
  readonly mustAct: number;
  /** Channels in which a newer matching algorithm waits for a person. */
  readonly rescores: readonly Shadow[];
  /** That the policy file says something else than what is in force; null where it does not. */
  readonly termsNotice: string | null;
}

export interface PackageRow {
  readonly attr: string;
  readonly pname: string;
  readonly description: string;
  readonly category: string | null;
  readonly versions: readonly { readonly channel: string; readonly version: string }[];
  readonly openFindings: number;
  readonly worst: SeverityBand | null;
}

export interface PackagePage {
  readonly attr: string;
  readonly covered: CoveredPackage | null;
  readonly channels: readonly {
    readonly channel: string;
    readonly instances: readonly Instance[];
    readonly failures: readonly {
      readonly system: string;
      readonly how: 'throws' | 'aborts' | 'missing';
      readonly message: string;
    }[];
  }[];
  readonly findings: readonly FindingRow[];
}

export interface AdvisoryRow {
  readonly advisory: Pick<Advisory, 'id' | 'title' | 'band' | 'score' | 'state' | 'publishedAt' | 'modifiedAt'> & {
    readonly knownExploited: boolean;
  };
  readonly openFindings: number;
  readonly findings: number;
}

/** All that is known of one vulnerability id; `advisory` null when no feed carries it. */
export interface CveReads {
  readonly advisory: Advisory | null;
  readonly matches: readonly Match[];
  readonly findings: readonly FindingRow[];
  /** Those that were held against the advisories; 0 until a channel's packages were. */
  readonly coveredPackages: number;
  /** The last good sync of any feed: how fresh the answer is. */
  readonly feedsSyncedAt: EpochMs | null;
  /** The same, where it is too long ago to call anything safe. */
  readonly staleSince: EpochMs | null;
}

/** Why a vulnerability is what it is to a package, in each channel that carries it; a version each. */
export interface ExplanationRead {
  readonly attr: string;
  readonly id: string;
  readonly title: string;
  readonly publishedAs?: string | null;
  readonly channels: readonly { readonly channel: string; readonly explanations: readonly Explanation[] }[];
}

/** What a newer matching algorithm would change in a channel; a page of it. */
export interface RescoreRead extends Page<MatchDifference> {
  readonly shadow: Shadow;
}

/** How much of what the covered packages are built into can be fetched, on one system. */
export interface ReleaseCoverage {
  readonly system: string;
  /** Output paths. */
  readonly wanted: number;
  readonly present: number;
  /** A few packages that are not there whole. */
  readonly missing: readonly string[];
  /** How many were there when it was published; null when nobody counted. */
  readonly whenPublished: number | null;
  /** Who let it out below the minimum, and why. */
  readonly exception: Waiver | null;
}

export interface ReleasePage {
  readonly release: Release;
  /** By system; empty where nobody knows what it is built into. */
  readonly coverage: readonly ReleaseCoverage[];
  /** Changes since the release before, newest first. */
  readonly changes: readonly {
    readonly commitId: string;
    readonly subject: string;
    readonly authorName: string;
    readonly at: EpochMs;
  }[];
  readonly previous: Release | null;
  readonly next: Release | null;
}

export interface ConsumerBoard {
  readonly standings: readonly Standing[];
  readonly mustAct: readonly MustAct[];
  /** What they answered to messages, oldest first; absent: that is not for who asks. */
  readonly replies?: readonly Replied[];
}

/** What one consumer must act on, and what is fixed there. */
export interface ConsumerNews {
  readonly consumer: Consumer;
  readonly acts: readonly MustAct[];
  readonly fixed: readonly MissingFix[];
  readonly releases: readonly Release[];
}

export interface FindingQuery {
  readonly order: 'breach' | 'risk';
  readonly band: SeverityBand | null;
  readonly state: FindingState | null;
  readonly after: string | null;
  readonly limit: number;
}

export interface TextQuery {
  readonly text: string;
  readonly after: string | null;
  readonly limit: number;
}

export interface ReviewQuery {
  readonly state: ReviewState | null;
  readonly after: string | null;
  readonly limit: number;
}

/** A step under review with everything needed to decide on it. */
export interface ReviewPage {
  readonly review: Review;
  readonly acts: readonly ReviewAct[];
  readonly decision: Decision;
  /** The same patches on other lines, and onto older heads; oldest first. */
  readonly elsewhere: readonly Pick<Review, 'id' | 'channel' | 'state'>[];
  /** Of the files of the changed packages; null where there is nothing to compare with. */
  readonly diff: { readonly text: string; readonly cut: boolean } | null;
}

export interface SourceDiffQuery {
  readonly review: string;
  readonly attr: string;
  readonly against: 'before' | 'tag';
}

export interface SourceDiff {
  readonly source: ReviewedSource;
  readonly against: 'before' | 'tag';
  /** What differs; at most 2,000. */
  readonly files: readonly PathChange[];
  readonly fileCount: number;
  readonly text: string;
  readonly cut: boolean;
}

/** A vulnerability on a list beside the queue, and the packages that it may concern. */
export interface UnboundedRow {
  readonly advisoryId: string;
  readonly title: string;
  readonly band: SeverityBand;
  readonly score: number | null;
  readonly packages: readonly Pick<Match, 'channel' | 'attr' | 'version' | 'fixedIn' | 'explanation'>[];
}

export interface PortalReads {
  readonly overview: () => Promise<Overview>;
  readonly channels: () => Promise<readonly ChannelRow[]>;
  readonly packages: (query: TextQuery) => Promise<Page<PackageRow>>;
  readonly packagePage: (attr: string) => Promise<PackagePage | null>;
  readonly advisories: (query: TextQuery) => Promise<Page<AdvisoryRow>>;
  /** By CVE id or any alias. */
  readonly cvePage: (id: string) => Promise<CveReads>;
  /** An advisory of ours by its id; null where nothing is public under it. */
  readonly publication: (id: string) => Promise<PublishedAdvisory | null>;
  /** In the order of their ids. */
  readonly publications: (query: {
    readonly after: string | null;
    readonly limit: number;
  }) => Promise<Page<PublishedAdvisory>>;
  /** Of a match or a non-match alike; null when no channel carries the package or no feed the vulnerability. */
  readonly explain: (id: string, attr: string) => Promise<ExplanationRead | null>;
  readonly unbounded: (query: {
    /** Null: every channel. */
    readonly channel: string | null;
    readonly after: string | null;
    readonly limit: number;
    readonly list: ApartList;
  }) => Promise<Page<UnboundedRow>>;
  readonly rescores: () => Promise<readonly Shadow[]>;
  /** Null when no newer algorithm waits in the channel. */
  readonly rescore: (query: {
    readonly channel: string;
    readonly after: string | null;
    readonly limit: number;
  }) => Promise<RescoreRead | null>;
  readonly findings: (query: FindingQuery) => Promise<Page<FindingRow>>;
  /** Whether steps wait for their reviews, or go in beside them. */
  readonly reviewMode: ReviewMode;
  /** How people reviewed in the last 30 days. */
  readonly reviewHabits: () => Promise<ReviewHabits>;
  /** Newest first. */
  readonly reviews: (query: ReviewQuery) => Promise<Page<Review>>;
  readonly review: (id: string) => Promise<ReviewPage | null>;
  /** The new source of a package against the one before it, or against its tag; null where there is nothing to compare. */
  readonly sourceDiff: (query: SourceDiffQuery) => Promise<SourceDiff | null>;
  /** Every release of the public channels, newest first. */
  readonly releases: () => Promise<readonly Release[]>;
  /** Of a flake that everybody may see. */
  readonly release: (uuid: string) => Promise<ReleasePage | null>;
  readonly feeds: () => Promise<readonly FeedState[]>;
  readonly quarantined: (query: QuarantineQuery) => Promise<Page<QuarantinedRow>>;
  /** By what they run where they told it, which is not for strangers; else by their locks alone. */
  readonly consumers: (given: { readonly byClosures: boolean }) => Promise<ConsumerBoard>;
  /** What the feed with that key tells of its consumer; null: there is no such feed. */
  readonly consumerNews: (key: string) => Promise<ConsumerNews | null>;
  /** All that a consumer needs to answer alone; `server` is the public address. */
  readonly facts: (server: string) => Promise<SetFacts>;
  /** Advisories that touch what we carry, for a published feed; last changed first, at most 50. */
  readonly syndicatedAdvisories: (subject: FeedSubject) => Promise<readonly SyndicatedAdvisory[]>;
  /** Where these inputs of a lock would stand; nothing is stored. */
  readonly standingOfInputs: (inputs: readonly ConsumerInput[]) => Promise<ConsumerBoard>;
}

export interface RegistryReads {
  /** All that is published now; who may see what is decided by who asks (registry/view.ts). */
  readonly current: () => Promise<RegistryIndex>;
  /** What came with an uploaded release; null of a channel's. */
  readonly textOf: (uuid: string) => Promise<ReleaseText | null>;
  /** A release with its changes, for whoever was found to be allowed to see it. */
  readonly pageOf: (uuid: string) => Promise<ReleasePage | null>;
  /** The store path that an attribute of a release builds, as far as it was evaluated here or told with the upload. */
  readonly outputOf: (release: Release, attributePath: string) => Promise<string | null>;
  /** `owner/repository` on GitHub that the release's channel follows; null where it is none or not known. */
  readonly sourceOf: (release: Release) => string | null;
  /** The blob key of a release's tarball. */
  readonly tarballKey: (release: Release) => string;
}

export interface ReadinessCheck {
  readonly name: string;
  readonly ready: boolean;
  readonly message: string;
}

export interface Health {
  readonly version: string;
  readonly ready: () => Promise<readonly ReadinessCheck[]>;
}
