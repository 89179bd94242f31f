import type { EpochMs } from '../../foundation/clock.ts';

/** What a feed says, whichever format it is written in. Texts may come from anywhere; addresses are ours and absolute. */
export interface SyndicationChannel {
  readonly title: string;
  readonly description: string;
  readonly homeUrl: string;
  readonly selfUrl: string;
  readonly updatedAt: EpochMs;
  /** In the order to be shown. */
  readonly items: readonly SyndicationItem[];
}

export interface SyndicationItem {
  /** A URL or URN that stays the same when the item changes. */
  readonly id: string;
  readonly url: string;
  readonly title: string;
  readonly text: string;
  /** The same with markup; the caller has escaped what is not markup. */
  readonly html: string;
  readonly publishedAt: EpochMs;
  readonly updatedAt: EpochMs;
  readonly categories: readonly string[];
}
