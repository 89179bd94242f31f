import type { Generated } from 'kysely';

export interface SeriesTables {
  readonly series_patch: {
    readonly id: Generated<number>;
    readonly channel: string;
    readonly commit_id: string;
    readonly subject: string;
    readonly author: string;
    readonly facts: string;
    readonly added_at: number;
    readonly dropped_at: number | null;
    readonly proof: string | null;
  };
  /** The one patch of a channel that stands in the way; gone when the series applies again. */
  readonly series_conflict: {
    readonly channel: string;
    readonly patch_id: number;
    readonly onto: string;
    readonly upstream: string;
    readonly paths: string;
    readonly at: number;
  };
}
