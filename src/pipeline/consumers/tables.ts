export interface ConsumersTables {
  readonly consumer: { readonly id: string; readonly name: string; readonly seen_at: number };
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
}
