import type { ReleaseFix } from '../releases/index.ts';

/** A flake somewhere that consumes our releases, known by its lock. */
export interface Consumer {
  readonly id: string;
  readonly name: string;
  readonly inputs: readonly ConsumerInput[];
  readonly seenAt: number;
}

/** One locked input of ours: which release a consumer stands on. */
export interface ConsumerInput {
  /** The name to give to `nix flake update`; deeper inputs as `parent/child`. */
  readonly input: string;
  readonly releaseUuid: string;
  readonly version: string;
  readonly organisation: string;
  readonly flake: string;
  /** The version range of the input's URL, or null when it names a pinned release. */
  readonly requirement: string | null;
}

/** A fix the consumer's locked release lacks and `target` carries. */
export interface MissingFix extends ReleaseFix {
  readonly releasedIn: string;
}

/** What a consumer said that it runs, and what became of it. */
export interface ClosureUpload {
  readonly id: string;
  readonly consumerId: string;
  /** `refused`: it could not be read, and what was known before stays. */
  readonly state: 'current' | 'replaced' | 'removed' | 'refused';
  /** `closure`, `CycloneDX`, …; null of a refused one. */
  readonly source: string | null;
  readonly packages: number;
  readonly uploadedAt: number;
  /** Null: an operator. */
  readonly uploadedBy: string | null;
  /** When the same was last sent again. */
  readonly seenAt: number;
  readonly endedAt: number | null;
  readonly refused: { readonly reason: string; readonly raw: string } | null;
}

/** A known vulnerability of the newest release too: nothing to run yet. */
export interface KnownExposure {
  readonly findingId: string;
  readonly advisoryId: string;
  readonly attr: string;
  readonly band: string;
}

export type InputStanding =
  /** The locked release is not one of ours. */
  | { readonly kind: 'unknown'; readonly input: ConsumerInput }
  | {
      readonly kind: 'current';
      readonly input: ConsumerInput;
      /** Of the locked release. */
      readonly channel: string;
      readonly yanked: boolean;
      readonly exposures: readonly KnownExposure[];
      /** Fixes that the locked release has and what runs lacks; absent where only the lock is known. */
      readonly undeployed?: readonly MissingFix[];
    }
  | {
      readonly kind: 'behind';
      readonly input: ConsumerInput;
      readonly channel: string;
      /** The version and uuid to move to: the newest release that is not yanked; an older one when the locked one was. */
      readonly targetVersion: string;
      readonly targetUuid: string;
      /** Whether the input's range admits the target, so that `nix flake update` reaches it. */
      readonly reachable: boolean;
      readonly yanked: boolean;
      /** Where it is known what runs, only for packages that do. */
      readonly missing: readonly MissingFix[];
      readonly exposures: readonly KnownExposure[];
      /** As above. */
      readonly undeployed?: readonly MissingFix[];
      /** Fixes that the lock lacks, for packages that do not run; absent where only the lock is known. */
      readonly notHeld?: readonly MissingFix[];
    };

export interface Standing {
  readonly consumer: Consumer;
  readonly inputs: readonly InputStanding[];
  /** What it says that it runs; absent where only its lock is known. */
  readonly closure?: ClosureUpload;
  /** What it said since, and nobody could read. */
  readonly refused?: ClosureUpload;
}
