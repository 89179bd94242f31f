import type { Person } from '../accounts/index.ts';
import type { SeverityBand } from '../pipeline/advisories/index.ts';
import type {
  Embargo,
  EmbargoAct,
  EmbargoCase,
  EmbargoOutcome,
  EmbargoReport,
  OpenOutcome,
} from '../pipeline/embargoes/index.ts';
import type { CaseClock } from '../pipeline/findings/index.ts';

/** An embargo with what follows from it now. */
export interface EmbargoPage {
  readonly embargo: Embargo;
  readonly band: SeverityBand;
  readonly score: number | null;
  /** What runs although nothing is public; none once it has ended, when the findings have their own. */
  readonly clocks: readonly { readonly of: EmbargoCase; readonly clocks: readonly CaseClock[] }[];
}

export type EmbargoOpened =
  | OpenOutcome
  /** No channel carries these. */
  | { readonly kind: 'not-carried'; readonly attrs: readonly string[] };

/** What a few know. To whoever was not let in there is nothing: every question is asked by somebody. */
export interface EmbargoPort {
  readonly seenBy: (person: Pick<Person, 'name'>) => Promise<readonly Embargo[]>;
  readonly page: (person: Pick<Person, 'name'>, id: string) => Promise<EmbargoPage | null>;
  readonly open: (given: { readonly report: EmbargoReport; readonly by: Person }) => Promise<EmbargoOpened>;
  readonly act: (given: {
    readonly id: string;
    readonly act: EmbargoAct;
    readonly by: Person;
  }) => Promise<EmbargoOutcome>;
}
