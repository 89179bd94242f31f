import type { EpochMs } from '../../foundation/clock.ts';
import type { Match } from '../matching/index.ts';
import type { EmbargoReport } from './report.ts';

export type EndedHow =
  /** At the agreed instant. */
  | 'planned'
  /** A lead ended it. */
  | 'lifted'
  /** Somebody else published it. */
  | 'public';

export type EmbargoEventKind =
  | { readonly kind: 'opened' }
  | { readonly kind: 'let-in'; readonly person: string }
  /** A channel carries the package in an affected version. */
  | { readonly kind: 'matched'; readonly match: Match }
  /** It does not any more. */
  | { readonly kind: 'unmatched'; readonly channel: string; readonly attr: string; readonly version: string | null }
  | { readonly kind: 'noted'; readonly text: string }
  /** A fix that is proposed when the embargo ends; a later one for the channel stands in for it. */
  | { readonly kind: 'fix'; readonly channel: string; readonly patch: string }
  /** What became of it then; `reviewId` null: it could not be proposed. */
  | { readonly kind: 'proposed'; readonly channel: string; readonly reviewId: string | null; readonly why: string }
  | { readonly kind: 'claimed' }
  | { readonly kind: 'released' }
  /** `attr` null: of every package. */
  | {
      readonly kind: 'determined';
      readonly as: 'affected' | 'not_affected';
      readonly attr: string | null;
      readonly statement: string;
    }
  /** Somebody knows of attacks, since then. */
  | { readonly kind: 'aware'; readonly since: EpochMs; readonly evidence: string }
  | { readonly kind: 'moved'; readonly from: EpochMs; readonly to: EpochMs; readonly reason: string }
  | { readonly kind: 'ended'; readonly how: EndedHow; readonly reason: string }
  /** No channel of communication reaches a person. */
  | { readonly kind: 'untold'; readonly person: string };

export type EmbargoEvent = EmbargoEventKind & {
  readonly at: EpochMs;
  /** A person's name, or `robot`. */
  readonly actor: string;
};

/** A package of a channel that is, or was, affected. */
export interface EmbargoCase {
  readonly channel: string;
  readonly attr: string;
  readonly since: EpochMs;
  /** As it was last seen affected. */
  readonly match: Match;
  /** What the channel carries now; null: the package no more. */
  readonly version: string | null;
  readonly isAffected: boolean;
}

export interface Insider {
  readonly person: string;
  readonly letInAt: EpochMs;
  readonly letInBy: string;
}

export interface Embargo {
  readonly id: string;
  readonly report: EmbargoReport;
  readonly openedAt: EpochMs;
  readonly openedBy: string;
  readonly endsAt: EpochMs;
  readonly ended: {
    readonly at: EpochMs;
    readonly how: EndedHow;
    readonly by: string;
    readonly reason: string;
    /** The advisory that it became part of; null: not yet. */
    readonly advisoryId: string | null;
  } | null;
  readonly circle: readonly Insider[];
  readonly claimedBy: string | null;
  readonly cases: readonly EmbargoCase[];
  /** Oldest first. */
  readonly history: readonly EmbargoEvent[];
}
