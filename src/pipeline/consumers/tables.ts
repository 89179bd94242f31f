export interface ConsumersTables {
  readonly consumer: {
    readonly id: string;
    readonly name: string;
    readonly seen_at: number;
    /** Who may replace or remove it; null: an operator. */
    readonly registered_by: string | null;
  };
  readonly consumer_input: {
    readonly consumer_id: string;
    readonly position: number;
    readonly input: string;
    readonly release_uuid: string;
    readonly version: string;
    readonly organisation: string;
    readonly flake: string;
    readonly requirement: string | null;
  };
  /** Feeds of one consumer's own, by the hash of the key in their address. */
  readonly consumer_feed: {
    readonly token_hash: string;
    readonly consumer_id: string;
    readonly made_at: number;
    readonly made_by: string;
  };
  /** Each time that a consumer said what it runs. */
  readonly consumer_closure: {
    readonly id: string;
    readonly consumer_id: string;
    /** `current`, `replaced`, `removed` or `refused`. */
    readonly state: string;
    readonly source: string | null;
    readonly packages: number;
    /** Of what was sent. */
    readonly digest: string;
    readonly uploaded_at: number;
    readonly uploaded_by: string | null;
    /** When the same was last sent again. */
    readonly seen_at: number;
    readonly ended_at: number | null;
    /** Of a refused one: why, and how it begins. */
    readonly reason: string | null;
    readonly raw: string | null;
  };
  /** What the current closures hold. */
  readonly consumer_package: {
    readonly closure_id: string;
    readonly position: number;
    /** As names are compared. */
    readonly name: string;
    readonly version: string | null;
    /** Store paths of outputs and of the derivation, as a JSON list. */
    readonly places: string;
  };
  readonly coverage_request: {
    readonly package: string;
    readonly requester: string;
    readonly version: string | null;
    readonly attr: string | null;
    readonly reason: string;
    readonly asked_at: number;
  };
  readonly coverage_decision: {
    readonly package: string;
    readonly answer: string;
    readonly reason: string;
    readonly decided_by: string;
    readonly decided_at: number;
  };
}
