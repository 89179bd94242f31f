import type { FlakeWords, Place, Release, ReleaseNote, ReleaseText } from '../model.ts';

/** What is said of a release before its tarball is sent. */
export interface Announcement extends Place, Omit<ReleaseNote, 'description'>, ReleaseText, FlakeWords {
  /** Full SemVer, without a leading `v`. */
  readonly version: string;
  readonly commitId: string;
  readonly commitCount: number;
  readonly sizeBytes: number;
  /** Of the packed bytes, hexadecimal. */
  readonly sha256: string;
}

export type BeginOutcome =
  | { readonly kind: 'begun'; readonly uuid: string; readonly secret: string }
  /** The very version is published. */
  | { readonly kind: 'existing'; readonly release: Release }
  | { readonly kind: 'refused'; readonly reason: string };

export type ReceiveOutcome =
  | { readonly kind: 'stored' }
  /** No such upload, not its secret, or too late. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'refused'; readonly reason: string };

export type FinishOutcome =
  | { readonly kind: 'published'; readonly release: Release }
  | { readonly kind: 'existing'; readonly release: Release }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'refused'; readonly reason: string };
