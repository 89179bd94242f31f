import type { Generated } from 'kysely';

export interface MatchingTables {
  readonly matching_match: {
    readonly channel: string;
    readonly attr: string;
    readonly advisory_id: string;
    /** That of the match, or `gone` for one that is no more. */
    readonly status: string;
    readonly route: string;
    readonly digest: string;
    readonly body: string;
    /** Grows with every change of any row. */
    readonly change: number;
    readonly at: number;
  };
  readonly matching_mapping: {
    readonly id: Generated<number>;
    readonly pname: string;
    readonly vendor: string;
    readonly product: string;
    readonly verdict: string;
    readonly reason: string;
    readonly author: string;
    readonly at: number;
  };
  /** What the commits that fix vulnerabilities change, as their forges tell it. */
  readonly matching_fix: {
    readonly commit_id: string;
    readonly url: string;
    /** JSON; null where it could not be read. */
    readonly changes: string | null;
    readonly failure: string | null;
    readonly read_at: number;
  };
  /** What a person put into the queue although no record says where it ends. */
  readonly matching_taken: {
    readonly attr: string;
    readonly advisory_id: string;
    readonly actor: string;
    readonly at: number;
  };
  readonly matching_run: {
    readonly channel: string;
    readonly evaluation_id: string;
    readonly algorithm: number;
    readonly at: number;
    /** Set while what a newer algorithm would change waits for a person. */
    readonly newer_algorithm: number | null;
    readonly compared_at: number | null;
    /** The last change of an advisory that the run knew; null when it was told of none. */
    readonly advisory_change: number | null;
  };
  /** The answers of the newer algorithm where they differ, as rows of `matching_match`; `gone` where it gives none. */
  readonly matching_difference: {
    readonly channel: string;
    readonly attr: string;
    readonly advisory_id: string;
    readonly kind: string;
    readonly status: string;
    readonly route: string;
    readonly digest: string;
    readonly body: string;
  };
}
