import type { ColumnType, Generated } from 'kysely';
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
    /** When what the world is told of it last changed. */
    readonly changed_at: number;
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
    /** When the initial response was complete, and the deadline of it that passed. */
    readonly responded_at: number | null;
    readonly response_breached_at: number | null;
    /** The verdict in force. */
    readonly verdict: string | null;
    /** Who signed it: names, as JSON. */
    readonly verdict_by: string | null;
    /** A `Stage`: finer than the state. */
    readonly stage: ColumnType<string, string | undefined>;
    readonly claimed_by: string | null;
    readonly claim_until: number | null;
    /** When people were promised to hear more. */
    readonly next_update_at: number | null;
    /** The git tree of the fix that is in review. */
    readonly fix_tree: string | null;
    /** A `Lowering` that waits for its second person, as JSON. */
    readonly lowering: string | null;
    /** How it is or was fixed: `update`, `patch`, `backport` … */
    readonly fix_kind: ColumnType<string | null, string | null | undefined>;
    /** Since when the forecast lies beyond the deadline; null while it does not. */
    readonly likely_late_since: ColumnType<number | null, number | null | undefined>;
    /** Since when a broken promise asks for a word on what went wrong; null while none does. */
    readonly review_owed_since: ColumnType<number | null, number | null | undefined>;
    /** When somebody else agreed that it was rightly dismissed. */
    readonly rechecked_at: ColumnType<number | null, number | null | undefined>;
    /** An `AskedRisk` that waits for its second person, and an `AcceptedRisk` in force, as JSON. */
    readonly risk_asked: ColumnType<string | null, string | null | undefined>;
    readonly risk_accepted: ColumnType<string | null, string | null | undefined>;
    /** When somebody is reminded of it next, or it ends. */
    readonly risk_look_at: ColumnType<number | null, number | null | undefined>;
    /** A `Rejection` that waits for an analyst, as JSON. */
    readonly rejection: ColumnType<string | null, string | null | undefined>;
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
  /** What is published of a case, and up to where people were told: an index, made anew when its facts change. */
  readonly finding_clock: {
    readonly finding_id: number;
    readonly figures: string;
    readonly response_due_at: number | null;
    /** The planned instant of the last alert about this deadline. */
    readonly response_told_at: number | null;
    readonly remediation_due_at: number | null;
    readonly remediation_told_at: number | null;
    /** The escalation that called for a person and was passed on. */
    readonly paged_for_at: number | null;
    /** Far away when nothing is planned. */
    readonly next_alert_at: number;
    /** The facts as one text, and the last of them; null: as yet only in rows. */
    readonly packed: string | null;
    readonly packed_upto: number | null;
  };
  /** The first forecast of each stage of a case: it is held against how it came. */
  readonly finding_forecast: {
    readonly finding_id: number;
    readonly stage: string;
    readonly made_at: number;
    readonly done_by: number;
  };
  /** A person was called, and until somebody answers the next one is. */
  readonly sla_page: {
    readonly id: Generated<number>;
    readonly finding_id: number;
    readonly clock: string;
    readonly reason: string;
    readonly band: string;
    readonly opened_at: number;
    /** Place in the line of those who are called. */
    readonly step: number;
    readonly person: string | null;
    readonly asked_at: number;
    readonly answer_by: number;
    readonly acknowledged_at: number | null;
    readonly acknowledged_by: string | null;
  };
  /** Who approved the tree of a fix. */
  readonly finding_signature: {
    readonly finding_id: number;
    readonly content: string;
    readonly person: string;
    readonly at: number;
  };
  /** Decisions of other tools, as they were read: what could not be mapped is kept too. */
  readonly finding_import: {
    /** Of source and entry: the same file again adds nothing. */
    readonly digest: string;
    readonly source: string;
    readonly entry: string;
    readonly outcome: string;
    readonly detail: string;
    readonly imported_by: string;
    readonly imported_at: number;
  };
  /** Every text of the policy that was put in force, in that order. Only ever added to. */
  readonly finding_terms: {
    readonly id: Generated<number>;
    readonly content: string;
    readonly body: string;
    readonly basis: string;
    readonly proposed_by: string | null;
    readonly taken_by: string;
    readonly taken_at: number;
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
