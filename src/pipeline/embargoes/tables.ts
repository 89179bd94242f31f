import type { Generated } from 'kysely';
import type { JournalTables } from '../../journal/index.ts';

/** All that is known of embargoes: no other stage reads these, and nothing of them is in the journal before they end. */
export interface EmbargoTables {
  readonly embargo: {
    readonly id: string;
    /** An `EmbargoReport` as JSON. */
    readonly report: string;
    readonly opened_at: number;
    readonly opened_by: string;
    /** The agreed instant of publication. */
    readonly ends_at: number;
    readonly ended_at: number | null;
    readonly ended_how: string | null;
    readonly ended_by: string | null;
    readonly ended_reason: string | null;
    /** When it became findings, and of which advisory. */
    readonly disclosed_at: number | null;
    readonly advisory_id: string | null;
    /** The last change of an advisory that was looked at for signs of it. */
    readonly watched: number;
  };
  /** Who may see it. Nobody is taken out: what one knows, one knows. */
  readonly embargo_person: {
    readonly embargo_id: string;
    readonly person: string;
    readonly let_in_at: number;
    readonly let_in_by: string;
  };
  /** What happened, in order; only ever added to. */
  readonly embargo_event: {
    readonly id: Generated<number>;
    readonly embargo_id: string;
    readonly at: number;
    readonly actor: string;
    /** What an `EmbargoEvent` says, as JSON. */
    readonly body: string;
  };
  /** That somebody is to be told that there is something to see. */
  readonly embargo_notice: {
    readonly id: Generated<number>;
    readonly embargo_id: string;
    readonly person: string;
    readonly made_at: number;
    readonly due_at: number;
    readonly attempts: number;
    readonly ended_at: number | null;
  };
}

export type Tables = EmbargoTables & JournalTables;
