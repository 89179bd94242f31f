import type { Person } from '../accounts/index.ts';
import type { EpochMs } from '../foundation/clock.ts';
import type { CoverageNotice, CoveredState, NoticeOutcome } from '../pipeline/catalog/index.ts';
import type { Page } from './ports.ts';

export const standings = ['carried', 'partly', 'renamed', 'gone', 'broken', 'unknown'] as const;
export type Standing = (typeof standings)[number];

export interface CoveredRow extends CoveredState {
  readonly notice: CoverageNotice | null;
}

export interface CoveredQuery {
  readonly category: string | null;
  readonly standing: Standing | null;
  readonly text: string;
  readonly after: string | null;
  readonly limit: number;
}

export interface CoveredPage extends Page<CoveredRow> {
  readonly categories: readonly { readonly name: string; readonly packages: number }[];
  /** Of the whole set, by standing. */
  readonly counts: Readonly<Record<Standing, number>>;
}

/** Who added, took out or announced what. */
export interface CoveredEvent {
  readonly at: EpochMs;
  readonly kind: string;
  readonly actor: string;
  readonly subject: string;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly altered: readonly string[];
  readonly reason: string | null;
}

export type CoverOutcome =
  | { readonly kind: 'written'; readonly file: string; readonly text: string }
  | { readonly kind: 'by-hand'; readonly what: string }
  | {
      readonly kind: 'refused';
      readonly why: 'role_missing' | 'not_an_attr' | 'bad_category' | 'already' | 'reason_missing';
    };

/** `would`: what would have been done, on a dry run. */
export type EndOutcome = NoticeOutcome | CoverOutcome | { readonly kind: 'would'; readonly what: string };

/** The covered set as people see and edit it. */
export interface CoveredPort {
  readonly list: (query: CoveredQuery) => Promise<CoveredPage>;
  readonly history: (limit: number) => Promise<readonly CoveredEvent[]>;
  /** Writes the attribute into the category's file and takes it up; with `dryRun` it only says what it would write. */
  readonly add: (given: {
    readonly attr: string;
    readonly category: string;
    readonly reason: string;
    readonly by: Person;
    readonly dryRun: boolean;
  }) => Promise<CoverOutcome>;
  /** Proposes the end of coverage, agrees to another's proposal, or after the notice takes the attribute out of its file. */
  readonly end: (given: {
    readonly attr: string;
    readonly reason: string;
    readonly by: Person;
    readonly dryRun: boolean;
  }) => Promise<EndOutcome>;
  readonly keep: (given: { readonly attr: string; readonly by: Person }) => Promise<EndOutcome>;
}

/** Why it was not done, for people. */
export function coverRefusal(why: Extract<CoverOutcome | EndOutcome, { readonly kind: 'refused' }>['why']): string {
  switch (why) {
    case 'role_missing':
      return 'It takes the role policy_admin or security_lead.';
    case 'not_an_attr':
      return 'That is no attribute path; python3Packages.requests is one.';
    case 'bad_category':
      return 'A category is small letters, digits and dashes.';
    case 'already':
      return 'That is so already.';
    case 'reason_missing':
      return 'It needs a reason.';
    case 'not_covered':
      return 'That package is not covered.';
    case 'same_person':
      return 'You proposed it yourself: a second person has to agree.';
    case 'no_notice':
      return 'Nobody has proposed to end it.';
    default:
      return 'It was not done.';
  }
}
