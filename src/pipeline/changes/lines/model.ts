import type { EpochMs } from '../../../foundation/clock.ts';

/** What a channel is besides its branch: where it comes from, how its releases are numbered, how long it is supported. */
export interface ChannelLine {
  /**
   * `rolling` and `stable` follow upstream; `variant` is another channel with patches of its own on top, `cooldown` is another
   * channel as it was some days ago.
   */
  readonly kind: 'rolling' | 'stable' | 'variant' | 'cooldown';
  /** Releases are `0.MINOR.N`: 1 rolling, 2605 for the line 26.05. A variant counts as what it stands over. */
  readonly minor: number;
  /** The channel that this one stands over; null: it follows upstream itself. */
  readonly over: string | null;
  /** How old a revision of that channel has to be; 0: none. */
  readonly cooldownMs: number;
  readonly support: SupportWindow;
}

/** Null: not said. */
export interface SupportWindow {
  readonly from: EpochMs | null;
  /** The first instant without support. */
  readonly until: EpochMs | null;
}

export interface NamedLine {
  readonly id: string;
  readonly line: ChannelLine;
}
