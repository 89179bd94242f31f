/** What the pages about the promise and its clocks read, and the one thing they do. */
import type { Person } from '../accounts/index.ts';
import type {
  AcknowledgeOutcome,
  Attainment,
  CaseClock,
  ClockedFinding,
  ExplainedStep,
  Fact,
  Outlook,
  SlaPage,
} from '../pipeline/findings/index.ts';

/** A case with all its clocks, and why each instant is what it is. */
export interface CaseRead {
  readonly finding: ClockedFinding['finding'];
  readonly policy: string;
  readonly clocks: readonly CaseClock[];
  readonly flags: readonly string[];
  readonly steps: readonly ExplainedStep[];
  /** In the order in which they were recorded. */
  readonly facts: readonly Fact[];
}

export interface SlaPort {
  readonly attainment: () => Promise<Attainment>;
  /** Remediations due in the next seven days. */
  readonly forecast: () => Promise<Outlook>;
  readonly caseOf: (id: string) => Promise<CaseRead | null>;
  /** Those that wait first. */
  readonly pages: () => Promise<readonly SlaPage[]>;
  readonly acknowledge: (given: { readonly pageId: string; readonly by: Person }) => Promise<AcknowledgeOutcome>;
}
