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
