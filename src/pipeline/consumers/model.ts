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
      readonly yanked: boolean;
      readonly exposures: readonly KnownExposure[];
    }
  | {
      readonly kind: 'behind';
      readonly input: ConsumerInput;
      /** The version and uuid to move to: the newest release that is not yanked; an older one when the locked one was. */
      readonly targetVersion: string;
      readonly targetUuid: string;
      /** Whether the input's range admits the target, so that `nix flake update` reaches it. */
      readonly reachable: boolean;
      readonly yanked: boolean;
      readonly missing: readonly MissingFix[];
      readonly exposures: readonly KnownExposure[];
    };

export interface Standing {
  readonly consumer: Consumer;
  readonly inputs: readonly InputStanding[];
}
