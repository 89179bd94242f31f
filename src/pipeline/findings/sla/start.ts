import type { EpochMs } from '../../../foundation/clock.ts';
import { type Fact, factsOf, isPerson } from './facts.ts';

export interface ClockStart {
  readonly at: EpochMs;
  readonly because: 'first_public' | 'coverage_started' | 'line_first_shipped' | 'matched';
  readonly firstPublic: EpochMs;
  readonly precision: Fact['precision'];
  /** Covered after the flaw was public: the promise could not begin earlier. */
  readonly inherited: boolean;
}

/**
 * The contract clocks start at the latest of first publication, start of coverage, and the first shipping of the flaw.
 * A flaw that nobody has published starts with its match.
 */
export function startOf(facts: readonly Fact[], approvals: number): ClockStart {
  const corrected = factsOf(facts, 'first_public_corrected')
    .filter((fact) => new Set(fact.approvedBy.filter(isPerson)).size >= approvals)
    .toSorted((a, b) => a.recordedAt - b.recordedAt)
    .at(-1);
  const [first] = factsOf(facts, 'first_public')
    .filter((fact) => corrected === undefined || fact.recordedAt > corrected.recordedAt)
    .map((fact): Fact => fact)
    .concat(corrected ?? [])
    .sort((a, b) => a.at - b.at);
  const matched = earliest(facts, 'matched') ?? Math.min(...facts.map((fact) => fact.recordedAt));
  const firstPublic = first?.at ?? matched;
  const covered = earliest(facts, 'coverage_started') ?? Number.NEGATIVE_INFINITY;
  const shipped = earliest(facts, 'line_first_shipped') ?? Number.NEGATIVE_INFINITY;
  const at = Math.max(firstPublic, covered, shipped);
  const inherited = covered > firstPublic && covered >= shipped;
  const published = first === undefined ? 'matched' : 'first_public';
  const because = at === firstPublic ? published : at === covered ? 'coverage_started' : 'line_first_shipped';
  return { at, because, firstPublic, precision: first?.precision ?? 'instant', inherited };
}

function earliest(facts: readonly Fact[], kind: Fact['kind']): EpochMs | undefined {
  const instants = factsOf(facts, kind).map((fact) => fact.at);
  return instants.length === 0 ? undefined : Math.min(...instants);
}
