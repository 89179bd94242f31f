import type { EpochMs } from '../foundation/clock.ts';
import type { ChannelLine, ChannelStep, Support, Validation } from '../pipeline/changes/index.ts';
import type { Release } from '../pipeline/releases/index.ts';

/** Where a channel stands: what it is, what it follows, and what waits in between. */
export interface ChannelRow {
  readonly id: string;
  readonly flake: string;
  readonly line: Pick<ChannelLine, 'kind' | 'minor' | 'over' | 'cooldownMs'>;
  readonly support: Support;
  /** The line to move to when this one ends. */
  readonly successor: string | null;
  readonly head: string | null;
  /** The newest commit known of what it follows: upstream, or the channel that it stands over. */
  readonly source: { readonly commitId: string; readonly committedAt: EpochMs } | null;
  /** How many commits of the source the channel does not have. */
  readonly behind: number | null;
  /** Ids of reviews that wait for people, newest first; at most 50. */
  readonly waitingReviews: readonly string[];
  readonly patches: number;
  /** A patch of ours that does not apply to the source, and where. */
  readonly conflict: { readonly patchId: string; readonly paths: readonly string[] } | null;
  /** Why it does not go on; empty when it does. */
  readonly troubles: readonly {
    readonly step: ChannelStep | 'review';
    readonly says: string;
    /** What to do about it. */
    readonly hint: string | null;
    readonly at: EpochMs;
  }[];
  readonly evaluated: { readonly packages: number; readonly failures: number; readonly evaluatedAt: EpochMs | null };
  /** The newest that everybody may see. */
  readonly latestRelease: Release | null;
  readonly validations: readonly Validation[];
}
