export interface LineTables {
  readonly channel_notice: {
    readonly channel: string;
    readonly ends_at: number;
    /** `6`, `3` and `1` month before, and `ended`. */
    readonly step: string;
    readonly at: number;
  };
}
