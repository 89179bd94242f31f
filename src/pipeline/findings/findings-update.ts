import type { EpochMs } from '../../foundation/clock.ts';
import type { Advisory } from '../advisories/index.ts';
import type { Match } from '../matching/index.ts';

/** What the matches given are all of: the channel, some advisories in it, or some packages of it. */
export type Scope =
  | { readonly kind: 'channel' }
  | { readonly kind: 'advisories'; readonly ids: readonly string[] }
  | { readonly kind: 'packages'; readonly attrs: readonly string[] };

/** A package of the channel as it was last evaluated. */
export interface CarriedPackage {
  readonly version: string;
  /** Since when it is covered; null where that is not known or it is not. */
  readonly coveredSince: EpochMs | null;
  /** Since when the channel ships this version, where it did not from the start. */
  readonly shippedSince: EpochMs | null;
  /** What verdicts may hold on to beside version and patches; absent where it was not looked at. */
  readonly attributes?: Readonly<Record<string, string>>;
}

export interface FindingsUpdate {
  readonly channel: string;
  readonly scope: Scope;
  readonly matches: readonly Match[];
  /** At least those of the matches, and of the scope's findings where they still exist. */
  readonly advisories: ReadonlyMap<string, Advisory>;
  /** By attribute; a package that is absent did not evaluate: its findings stay as they are. */
  readonly packages: ReadonlyMap<string, CarriedPackage>;
  readonly at: EpochMs;
  /** The first instant at which the channel is not supported any more; absent: no end is set. */
  readonly supportEndsAt?: EpochMs;
}

export interface UpdateCounts {
  readonly opened: number;
  readonly changed: number;
}
