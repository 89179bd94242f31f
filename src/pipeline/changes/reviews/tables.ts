import type { Generated } from 'kysely';

export interface ReviewTables {
  readonly review: {
    readonly id: Generated<number>;
    readonly channel: string;
    readonly base: string | null;
    readonly candidate: string;
    readonly tree_id: string;
    readonly how: string;
    readonly author: string;
    readonly opened_at: number;
    readonly state: string;
    /** JSON; null until it was examined. */
    readonly examination: string | null;
    readonly decided_at: number | null;
    /** JSON; why it could not be examined. */
    readonly trouble: string | null;
    /** Equal where the same patches are to go onto several lines; null for steps of upstream. */
    readonly patch_key: string | null;
    /** Where a step of upstream came from when it was first let in; stays when it is opened again. */
    readonly source: string | null;
  };
  readonly review_act: {
    readonly id: Generated<number>;
    readonly review_id: number;
    readonly kind: string;
    readonly by: string;
    readonly roles: string;
    readonly tree_id: string;
    readonly reason: string;
    readonly at: number;
    readonly until: number | null;
  };
  /** Who had which part in what came in, so that one query answers for an account and a time. */
  readonly review_person: {
    readonly review_id: number;
    readonly commit_id: string;
    readonly account: string;
    readonly role: string;
    readonly at: number;
  };
  readonly review_window: {
    readonly id: Generated<number>;
    readonly accounts: string;
    readonly from_at: number;
    readonly to_at: number | null;
    readonly reason: string;
    readonly by: string;
    readonly at: number;
  };
  /** Tags as they were when a source was looked at: one that moves shows, and who has signed before is known. */
  readonly review_tag: {
    readonly repository: string;
    readonly name: string;
    readonly commit_id: string;
    readonly signer: string | null;
    readonly seen_at: number;
  };
  /** What Scorecard gave a repository at each scan that was seen. */
  readonly review_scorecard: {
    readonly repository: string;
    readonly scanned_at: number;
    /** In tenths: 0 to 100. */
    readonly score: number;
  };
  /** Files of sources that a person allowed by their digest, for a time. */
  readonly review_allowed_file: {
    readonly sha256: string;
    readonly until_at: number;
    readonly reason: string;
    readonly by: string;
    readonly at: number;
  };
}
