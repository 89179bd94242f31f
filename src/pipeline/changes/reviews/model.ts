import type { Role } from '../../../accounts/index.ts';
import type { EpochMs } from '../../../foundation/clock.ts';
import type { Hit } from '../detectors/detector.ts';
import type { Effect } from '../model.ts';
import type { ReviewedSource } from '../sources/compare-source.ts';

/** `observe`: steps go in and are examined beside it. `enforce`: a step waits until it may go in. */
export type ReviewMode = 'observe' | 'enforce';

/** A step that wants into a channel, from the commit that the channel was on to the candidate. */
export interface Review {
  readonly id: string;
  readonly channel: string;
  /** Null: the channel's first tree. */
  readonly base: string | null;
  readonly candidate: string;
  /** What an approval is for; another tree needs its own. */
  readonly treeId: string;
  readonly how: 'upstream' | 'fix' | 'rollback' | 'found';
  /** Who brought it: `robot`, or the author of a proposal. */
  readonly author: string;
  readonly openedAt: EpochMs;
  readonly state: ReviewState;
  /** Null until it was examined. */
  readonly examination: Examination | null;
  /** Why it could not be examined the last time that it was tried, or no longer merges; null when nothing is wrong. */
  readonly trouble: ReviewTrouble | null;
  /** Equal where the same patches are to go onto several lines, or onto a newer head; null for steps of upstream. */
  readonly patchKey: string | null;
}

export interface ReviewTrouble {
  readonly says: string;
  /** What to do about it. */
  readonly hint: string | null;
  readonly at: EpochMs;
}

export type ReviewState = 'examining' | 'waiting' | 'held' | 'rejected' | 'accepted' | 'superseded';

/** Where people have to look. */
export type ReviewClass =
  /** No covered derivation changed on any system, and nothing that builds or checks everything did. */
  | 'proof'
  /** A covered package's file changed and no derivation did, with no detector hit. */
  | 'robot'
  | 'people';

export interface Examination {
  readonly class: ReviewClass;
  /** The branch of upstream that it came from, or the channel below; absent in what is not from there. */
  readonly source?: string;
  /** The newest commit before that was approved, where the base was not: all since then was looked at together. */
  readonly since?: string | null;
  readonly hits: readonly DetectorHit[];
  /** Detectors that could not look, and what they lacked. */
  readonly notExamined: readonly {
    readonly detector: string;
    readonly lacks: readonly string[];
    /** Sentences; absent in what was examined before reasons were kept. */
    readonly why?: readonly string[];
  }[];
  /** Why the proof alone lets nothing in; absent where it could. */
  readonly unproven?: readonly string[];
  readonly proof: DerivationProof;
  readonly packages: readonly ReviewedPackage[];
  /** What the matcher says of the changed packages then and now. */
  readonly vulnerabilities: VulnerabilityChange;
  readonly commits: readonly ReviewedCommit[];
  /** All of them; `commits` holds at most the newest 500. */
  readonly commitCount: number;
  /** New sources as they were fetched and compared; absent in what was examined before they were. */
  readonly sources?: readonly ReviewedSource[];
  /** What a change of ours is measured by; absent in steps of upstream, and in what was examined before there were gates. */
  readonly gates?: readonly Gate[];
}

export interface Gate {
  readonly name: 'evaluates' | 'claims' | 'builds' | 'tests' | 'resolves' | 'rebuild';
  /** One that could not run says why, and keeps nothing out. */
  readonly outcome: 'passed' | 'failed' | 'not-run';
  /** One sentence for the reviewer. */
  readonly says: string;
}

export type DetectorHit = Hit & { readonly detector: string; readonly title: string };

/** The covered set before and after as one digest each, over attribute, system and derivation. */
export interface DerivationProof {
  readonly systems: readonly string[];
  readonly before: string;
  readonly after: string;
  readonly evaluator: string;
}

export interface ReviewedPackage {
  readonly attr: string;
  readonly effects: readonly Effect[];
  /** Commits that touched its file; empty where only its dependencies changed. */
  readonly commits: readonly string[];
}

export interface VulnerabilityChange {
  readonly resolved: readonly { readonly attr: string; readonly advisoryId: string }[];
  /** A reason to look twice: the step brings them in. */
  readonly opened: readonly { readonly attr: string; readonly advisoryId: string }[];
}

export interface ReviewedCommit {
  readonly id: string;
  readonly subject: string;
  readonly committedAt: EpochMs;
  /** Covered packages whose file it touched. */
  readonly attrs: readonly string[];
  readonly people: readonly { readonly account: string; readonly role: string; readonly at: EpochMs }[];
}

export const reviewActKinds = [
  'opened',
  'approved',
  /** By the robot, in the name of who approved the same patches on another line or an older head (REV-11). */
  'carried',
  'withdrawn',
  'held',
  'released',
  'rejected',
  'broke-glass',
  'reopened',
] as const;

/** What a person did about a review. Append-only. */
export interface ReviewAct {
  readonly kind: (typeof reviewActKinds)[number];
  readonly by: string;
  /** The roles held then. */
  readonly roles: readonly Role[];
  readonly treeId: string;
  readonly reason: string;
  readonly at: EpochMs;
  /** Of a hold. */
  readonly until: EpochMs | null;
}
