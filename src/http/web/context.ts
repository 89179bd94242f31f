import type { EpochMs } from '../../foundation/clock.ts';

/** What every page knows beside its own reads. */
export interface PageContext {
  readonly now: EpochMs;
  readonly publicUrl: string;
  readonly organisation: string;
  readonly flake: string;
  /** `acme/secure`. */
  readonly name: string;
}
