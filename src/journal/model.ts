/** One fact that happened. The journal is append-only: audit trail, outbox, and the source of every published feed. */
export interface JournalEvent {
  /** Strictly increasing in commit order. */
  readonly sequence: number;
  readonly at: number;
  /** `stage.fact`, for example `release.published`. */
  readonly kind: string;
  /** What it is about: an attribute path, a finding id, a release uuid … */
  readonly subject: string;
  /** A person's name, or `robot`. */
  readonly actor: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

export type NewEvent = Omit<JournalEvent, 'sequence'>;

export interface JournalTables {
  readonly journal_event: {
    readonly sequence: import('kysely').Generated<number>;
    readonly at: number;
    readonly kind: string;
    readonly subject: string;
    readonly actor: string;
    readonly payload: string;
  };
  readonly journal_cursor: { readonly reader: string; readonly sequence: number };
}
