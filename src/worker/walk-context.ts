import type { KnownPerson } from '../accounts/index.ts';
import type { Clock, EpochMs } from '../foundation/clock.ts';
import type { RandomBytes } from '../foundation/ids.ts';
import type { AdvisoryStore } from '../pipeline/advisories/index.ts';
import type { Alerts } from '../pipeline/alerts/index.ts';
import type { CatalogStore, Channel } from '../pipeline/catalog/index.ts';
import type {
  ChangeStore,
  ChannelLine,
  ChannelTroubles,
  ForgeSettings,
  ReviewFactStore,
  ReviewMode,
  ReviewStore,
  ScorecardSettings,
  SeriesStore,
  SourceSettings,
  Upstream,
  ValidatedModule,
} from '../pipeline/changes/index.ts';
import type { ConsumerStore } from '../pipeline/consumers/index.ts';
import type { EmbargoKeeper } from '../pipeline/embargoes/index.ts';
import type { PublicationStore } from '../pipeline/evidence/index.ts';
import type { FeedLocation, FeedSource, FeedStore } from '../pipeline/feeds/index.ts';
import type { AttainmentStore, EscalationStore, FindingStore } from '../pipeline/findings/index.ts';
import type { FixStore, IdentityData, Matcher, MatchStore } from '../pipeline/matching/index.ts';
import type {
  CacheKeys,
  CacheStore,
  CoverageStore,
  ExceptionStore,
  GarbageReport,
  Pins,
  ReleaseStore,
} from '../pipeline/releases/index.ts';
import type { BlobStore } from '../platform/blobs/index.ts';
import type { Fetcher } from '../platform/fetcher/index.ts';
import type { GitRepository } from '../platform/git/index.ts';
import type { Log, Progress } from '../platform/log/index.ts';
import type { NixTool } from '../platform/nix-tool/index.ts';

/** A channel as it is kept: where it comes from and what stands in for Nix where there is none. */
export interface KeptChannel extends Channel {
  /** The name it is published under. */
  readonly flake: string;
  readonly line: ChannelLine;
  /** What its users may count on as validated cryptography. */
  readonly validated: readonly ValidatedModule[];
  /** Null: it stands over another channel, or is fed by imported inventories only. */
  readonly upstream: Upstream | null;
  /** Branches of the same upstream where fixes come earlier. */
  readonly newer: readonly string[];
  readonly everyMs: number;
  /** The inventory of a commit, as lines; null when there is none. */
  readonly inventory: (commitId: string) => Promise<AsyncIterable<string> | null>;
}

/** A feed that is switched on. */
export interface KeptFeed {
  readonly source: FeedSource;
  readonly location: FeedLocation;
  readonly everyMs: number;
  /** Read when it is needed, so that a key can be exchanged without a restart. */
  readonly secret: () => Promise<string | null>;
}

/** What a channel was last settled with. */
export interface Settled {
  readonly evaluationId: string;
  /** The team's reviewed mappings then, and what it had taken on, as JSON. */
  readonly mappings: string;
  /** How many changes of fixes were known. */
  readonly fixes: number;
  /** Whose answers were live before; adopting a newer one's makes them all count anew. */
  readonly algorithm: number | null;
  /** Of the last advisory change that was looked at. */
  readonly sequence: number;
  /** What fixes were looked for in; null: nothing was. */
  readonly proofs: string | null;
}

/** The binary caches as the walk uses them. */
export interface KeptCache {
  readonly store: CacheStore;
  readonly keys: CacheKeys;
  readonly pins: Pins;
  readonly coverage: CoverageStore;
  /** What two people let out although too little of it is there. */
  readonly exceptions: ExceptionStore;
  /** By system: how much of the covered packages must be there before a release goes out, from 0 to 1. */
  readonly minimum: Readonly<Record<string, number>>;
  readonly collect: (given: {
    readonly needed: ReadonlySet<string>;
    readonly now: number;
    readonly actor: string;
    readonly dryRun: boolean;
  }) => Promise<GarbageReport>;
}

/** What a review looks at beside the tree; what is null or false is off. */
export interface ReviewCollectors {
  readonly store: ReviewFactStore;
  readonly sources: { readonly git: GitRepository; readonly settings: SourceSettings } | null;
  readonly forge: ForgeSettings | null;
  readonly scorecard: ScorecardSettings | null;
  /** Whether what changes is built before and after, to compare the outputs. */
  readonly outputs: boolean;
  /** Whether the tests of what a proposal changes are built. */
  readonly tests: boolean;
}

/** Everything a job may use. `app` fills it in once. */
export interface WalkContext {
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: Log;
  readonly progress: Progress;
  readonly git: GitRepository;
  /** Where pushes arrive, before anybody looked at them. */
  readonly incoming: GitRepository;
  readonly nix: NixTool | null;
  readonly blobs: BlobStore;
  readonly fetcher: Fetcher;
  readonly catalog: CatalogStore;
  readonly feedStore: FeedStore;
  readonly advisories: AdvisoryStore;
  readonly matcher: Matcher;
  readonly matches: MatchStore;
  readonly fixes: FixStore;
  readonly findings: FindingStore;
  readonly embargoes: EmbargoKeeper;
  /** Everybody who is or was of the house. */
  readonly people: () => Promise<readonly KnownPerson[]>;
  /** Ends what two people were to decide and only one did. */
  readonly lapseProposals: (at: EpochMs) => Promise<number>;
  readonly attainment: AttainmentStore;
  readonly escalation: EscalationStore;
  /** Ids under which what was found is published. */
  readonly publications: PublicationStore;
  readonly changes: ChangeStore;
  readonly troubles: ChannelTroubles;
  /** Tells of channels whose support is ending. */
  readonly announceSupport: () => Promise<void>;
  readonly reviews: ReviewStore;
  readonly series: SeriesStore;
  readonly releases: ReleaseStore;
  readonly cache: KeptCache;
  readonly consumers: ConsumerStore;
  readonly alerts: Alerts;
  readonly organisation: string;
  readonly systems: readonly string[];
  readonly channels: readonly KeptChannel[];
  readonly feeds: readonly KeptFeed[];
  readonly identity: IdentityData;
  readonly automaticReleases: boolean;
  readonly reviewMode: ReviewMode;
  readonly reviewFacts: ReviewCollectors;
  /** Whether what a proposal changes is built. */
  readonly reviewBuilds: boolean;
  /** Whether each new finding gets a proposal without being asked. */
  readonly proposes: boolean;
  /** Whether forges are asked for the commits of fixes. */
  readonly readsFixes: boolean;
  /** By channel, for the life of this process: afterwards only what changed is looked at. Empty, everything is. */
  readonly settled: Map<string, Settled>;
}
