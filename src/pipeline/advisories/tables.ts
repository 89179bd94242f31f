export interface AdvisoriesTables {
  /** One row: how far the records were read, the last change number, and changes not announced yet. */
  readonly advisory_progress: {
    readonly id: number;
    readonly records: number;
    readonly change: number;
    readonly pending: number;
  };
  /** What lists and searches need; the rest is merged from the records when an advisory is read. */
  readonly advisory: {
    readonly id: string;
    readonly state: string;
    readonly title: string;
    /** `published_at`, or 0; below that when it is no advisory any more. */
    readonly sort_at: number;
    readonly published_at: number | null;
    readonly modified_at: number | null;
    readonly band: string;
    readonly score: string | null;
    readonly known_exploited: number;
    /** Ids, title, products and the beginning of the text, lower case. */
    readonly search: string;
    readonly digest: string;
    /** Counts changes of meaning. */
    readonly revision: number;
    readonly change: number;
    /** The advisory that has this id among its aliases now. */
    readonly replaced_by: string | null;
  };
  /** `own`: the same vulnerability; `bundle`: an id for several at once; `linked`: of a record that builds on it. */
  readonly advisory_alias: { readonly alias: string; readonly kind: string; readonly advisory_id: string };
  readonly advisory_member: {
    readonly advisory_id: string;
    readonly record_key: number;
    readonly is_linked: number;
  };
  readonly advisory_mention: {
    readonly vulnerability_id: string;
    readonly kind: string;
    readonly record_key: number;
  };
}
