import type { SeverityBand } from '../advisories/index.ts';
import type { ConsumerInput, KnownExposure, MissingFix } from '../consumers/index.ts';

/** What one consumer has to do about one input, and why. */
export interface MustAct {
  readonly consumerId: string;
  readonly consumer: string;
  readonly input: string;
  readonly flake: string;
  readonly fromVersion: string;
  readonly toVersion: string;
  readonly band: SeverityBand;
  readonly yanked: boolean;
  readonly fixes: readonly MissingFix[];
  readonly packages: readonly string[];
  readonly advisoryIds: readonly string[];
  /** What to run in the consumer's repository. */
  readonly command: string;
  /** Set when the input's range shuts out the fixed release: what to change before the command. */
  readonly firstChange: string | null;
}

/** What one input of a consumer holds that no release fixes yet. */
export interface Exposed {
  readonly consumerId: string;
  readonly consumer: string;
  readonly input: ConsumerInput;
  readonly exposures: readonly KnownExposure[];
}
