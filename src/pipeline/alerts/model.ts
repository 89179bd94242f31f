import type { SeverityBand } from '../advisories/index.ts';
import type { ConsumerInput, KnownExposure, MissingFix } from '../consumers/index.ts';

/** What one consumer has to do about one input, and why. */
export interface MustAct {
  readonly consumerId: string;
  readonly consumer: string;
  readonly input: string;
  /** `deploy`: the lock has every fix already, and what runs does not. */
  readonly step: 'update' | 'deploy';
  readonly flake: string;
  readonly channel: string;
  readonly fromVersion: string;
  readonly toVersion: string;
  readonly band: SeverityBand;
  readonly yanked: boolean;
  readonly fixes: readonly MissingFix[];
  readonly packages: readonly string[];
  readonly advisoryIds: readonly string[];
  /** Whether it is known what runs; else it is taken that everything of the lock does. */
  readonly isHeld: boolean;
  /** What to run in the consumer's repository. */
  readonly command: string;
  /** What to do before the command: change a range that shuts out the fixed release, or deploy. */
  readonly firstChange: string | null;
}

/** What a move to another release costs. */
export interface RebuildCost {
  /** Packages of the release that are built anew; where it is known what runs, of these. */
  readonly rebuilt: number;
  /** Packages that run; null where that is not known. */
  readonly running: number | null;
  /** How much of the covered packages the cache had when the release went out. */
  readonly cached: readonly { readonly system: string; readonly present: number; readonly wanted: number }[];
}

/** What one input of a consumer holds that no release fixes yet. */
export interface Exposed {
  readonly consumerId: string;
  readonly consumer: string;
  readonly input: ConsumerInput;
  readonly exposures: readonly KnownExposure[];
}

/** Fixes that the lock of a consumer lacks, for packages that it does not run. */
export interface NotHeld {
  readonly consumerId: string;
  readonly consumer: string;
  readonly input: ConsumerInput;
  readonly toVersion: string;
  readonly fixes: readonly MissingFix[];
}
