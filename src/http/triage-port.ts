import type { Person } from '../accounts/index.ts';
import type { EpochMs } from '../foundation/clock.ts';
import type { JournalEvent } from '../journal/index.ts';
import type { Advisory } from '../pipeline/advisories/index.ts';
import type { Validation } from '../pipeline/changes/index.ts';
import type {
  AwaitedAct,
  FindingCase,
  QueueQuery,
  TriageAct,
  TriagedFinding,
  TriageOutcome,
  WantedAct,
  WorkItem,
} from '../pipeline/findings/index.ts';
import type { ExplanationRead, FindingRow } from './ports.ts';

/** Everything that a person needs to decide about one finding. */
export interface FindingPage {
  readonly finding: TriagedFinding & FindingRow;
  readonly told: FindingCase;
  /** Null: no feed carries it any more. */
  readonly advisory: Advisory | null;
  /** Null where the matcher has nothing to hold it against. */
  readonly explanation: ExplanationRead | null;
  /** What else is open in the same version of the package. */
  readonly siblings: readonly TriagedFinding[];
  /** The same vulnerability in other packages and channels. */
  readonly elsewhere: readonly FindingRow[];
  readonly awaited: readonly AwaitedAct['awaited'][];
  /** Of the package in the channel, where it was validated as a cryptographic module. */
  readonly validations: readonly Validation[];
  /** Newest first. */
  readonly history: readonly JournalEvent[];
}

/** What the triage pages and endpoints read and do. */
export interface TriagePort {
  readonly queue: (query: QueueQuery) => Promise<{ readonly items: readonly WorkItem[]; readonly next: string | null }>;
  readonly findingPage: (id: string) => Promise<FindingPage | null>;
  readonly triaged: (id: string) => Promise<TriagedFinding | null>;
  readonly itemOf: (id: string) => Promise<readonly TriagedFinding[]>;
  readonly awaited: (query: {
    readonly findingId: string | null;
    readonly limit: number;
  }) => Promise<readonly AwaitedAct[]>;
  /** Fixed by itself, and the promised answer is missing. */
  readonly answersOwed: (limit: number) => Promise<readonly TriagedFinding[]>;
  /** A promise was broken, and nobody wrote yet what went wrong. */
  readonly reviewsOwed: (limit: number) => Promise<readonly TriagedFinding[]>;
  /** Puts what waits on a list beside the queue into it; `attrs` null: for every package that it waits for. */
  readonly takeUnbounded: (given: {
    readonly id: string;
    readonly channel: string | null;
    readonly attrs: readonly string[] | null;
    readonly by: Person;
    readonly at: EpochMs;
  }) => Promise<
    | { readonly kind: 'taken'; readonly advisoryId: string; readonly attrs: readonly string[] }
    | { readonly kind: 'refused'; readonly why: 'not_a_person' | 'role_missing' | 'nothing_waits' }
  >;
  readonly act: (given: {
    readonly findingId: string;
    readonly act: TriageAct;
    readonly by: Person;
    readonly at: EpochMs;
  }) => Promise<TriageOutcome>;
  readonly actInBulk: (given: {
    readonly acts: readonly WantedAct[];
    readonly by: Person;
    readonly at: EpochMs;
    readonly dryRun: boolean;
  }) => Promise<readonly (WantedAct & { readonly outcome: TriageOutcome })[]>;
}
