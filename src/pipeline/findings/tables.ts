import type { Generated } from 'kysely';
import type { JournalTables } from '../../journal/index.ts';

export interface FindingsTables {
  readonly finding: {
    readonly id: Generated<number>;
    readonly advisory_id: string;
    readonly attr: string;
    readonly channel: string;
    /** The affected version last seen; kept when a fix comes. */
    readonly version: string;
    readonly state: string;
    readonly band: string;
    readonly score_tenths: number | null;
    readonly known_exploited: number;
    readonly epss_millionths: number | null;
    readonly risk_hundredths: number;
    readonly disclosed_at: number;
    readonly opened_at: number;
    readonly fixed_at: number | null;
    readonly fixed_version: string | null;
    readonly released_at: number | null;
    readonly explanation: string;
    /** The patches of the package, and what the advisory said, when last looked at: a difference is news. */
    readonly patches: string;
    readonly attributions: string;
    readonly advisory_say: string;
    readonly policy_id: string;
    readonly policy_version: number;
    /** An index over the facts, so that lists can sort; replaying the facts gives the same. */
    readonly start_at: number;
    readonly response_due_at: number | null;
    readonly remediation_due_at: number;
    readonly stopped_at: number | null;
    readonly breached_at: number | null;
    readonly void_at: number | null;
    /** `remediation_due_at` while the clock runs; else far away. */
    readonly breach_at: number;
    /** The verdict in force. */
    readonly verdict: string | null;
  };
  /** What every clock is computed from. Only ever added to. */
  readonly finding_fact: {
    readonly id: Generated<number>;
    readonly finding_id: number;
    readonly recorded_at: number;
    readonly body: string;
  };
  /** Which source says so, since when and until when. */
  readonly finding_attribution: {
    readonly finding_id: number;
    readonly source: string;
    readonly record_id: string;
    readonly outcome: string;
    readonly since: number;
    readonly until: number | null;
  };
  /** What people proposed to sign; one that ended must be proposed anew. */
  readonly finding_verdict: {
    readonly finding_id: number;
    /** The digest that two people sign. */
    readonly content: string;
    readonly body: string;
    readonly proposed_by: string;
    readonly proposed_at: number;
    readonly ended_at: number | null;
  };
  /** Each policy version as it was when the first finding was opened under it. */
  readonly finding_policy: {
    readonly id: string;
    readonly version: number;
    readonly body: string;
    readonly first_used_at: number;
  };
}

/** What the store writes: its own rows and the journal. */
export type StoreTables = FindingsTables & JournalTables;
