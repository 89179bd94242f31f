import type { EpochMs } from '../../../foundation/clock.ts';

/** What we say to the world of one vulnerability in one package, on every line, under an id of our own. */
export interface Publication {
  /** `XSP-2026-00001`. */
  readonly id: string;
  readonly attr: string;
  /** When a person first set a public state, or a release first carried the fix. */
  readonly publishedAt: EpochMs;
  /** Two became one when their vulnerabilities turned out to be the same; the older id stands. */
  readonly replaced: { readonly by: string; readonly at: EpochMs } | null;
  /** Every name of the vulnerability, sorted. */
  readonly names: readonly string[];
}

/** A place that findings of every line share. */
export interface Place {
  readonly attr: string;
  readonly advisoryId: string;
}
