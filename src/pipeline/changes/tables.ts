import type { Generated } from 'kysely';

export interface ChangesTables {
  readonly channel_change: {
    readonly id: Generated<number>;
    readonly channel: string;
    /** The change before it in the channel, 0 for the first: two moves from the same place cannot both be stored. */
    readonly previous_id: number;
    readonly from_commit: string | null;
    readonly to_commit: string;
    readonly how: string;
    readonly at: number;
    readonly actor: string;
    readonly commit_count: number;
    readonly commits: string;
    readonly path_count: number;
    readonly paths: string;
  };
  readonly channel_effects: {
    readonly change_id: number;
    readonly before_evaluation: string | null;
    readonly after_evaluation: string;
    readonly effects: string;
  };
}
