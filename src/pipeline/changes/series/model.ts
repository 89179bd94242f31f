import type { EpochMs } from '../../../foundation/clock.ts';

/** Where a patch came from. */
export type PatchOrigin = 'upstream' | 'distribution' | 'own' | 'unknown';

/** How far a patch is on its way into upstream. */
export type UpstreamStatus = 'not_sent' | 'sent' | 'accepted' | 'released' | 'rejected' | 'not_applicable';

/** A commit that a channel carries over upstream, in the order of the series. */
export interface SeriesPatch {
  readonly id: string;
  readonly channel: string;
  /** As it was handed in; it is replayed from here onto every newer upstream. */
  readonly commitId: string;
  readonly subject: string;
  readonly author: string;
  readonly facts: PatchFacts;
  readonly addedAt: EpochMs;
  /** Null while it is carried. */
  readonly dropped: { readonly at: EpochMs; readonly proof: DropProof } | null;
}

/** What the trailers of the commit say; a person may say it anew. */
export interface PatchFacts {
  readonly fixes: readonly string[];
  readonly origin: PatchOrigin;
  readonly originUrl: string | null;
  readonly upstreamStatus: UpstreamStatus;
  readonly upstreamUrl: string | null;
  readonly reason: string | null;
  /** Upstream's version from which it is not needed. */
  readonly dropWhen: string | null;
}

/** Why a patch is not carried any more. */
export type DropProof =
  /** On the newer upstream it changes nothing. */
  | { readonly kind: 'identical-result'; readonly upstream: string }
  /** Upstream has a commit with the same patch-id. */
  | { readonly kind: 'same-patch'; readonly upstream: string; readonly commitId: string; readonly patchId: string }
  | { readonly kind: 'person'; readonly by: string; readonly reason: string };

/** A patch that does not apply to the newer upstream: somebody has to write it anew or drop it. */
export interface SeriesConflict {
  readonly channel: string;
  readonly patchId: string;
  /** What it was to be put on. */
  readonly onto: string;
  readonly upstream: string;
  readonly paths: readonly string[];
  readonly at: EpochMs;
}
