import type { EpochMs } from '../../../foundation/clock.ts';
import { type Fact, factsOf } from './facts.ts';

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
  const floor = Math.max(
    ...factsOf(facts, 'first_public_corrected')
      .filter((fact) => new Set(fact.approvedBy).size >= approvals)
      .map((fact) => fact.at),
    Number.NEGATIVE_INFINITY,
  );
  const published = factsOf(facts, 'first_public').toSorted((a, b) => a.at - b.at);
  const first = published.find((fact) => fact.at >= floor);
  const matched = earliest(facts, 'matched') ?? Math.min(...facts.map((fact) => fact.recordedAt));
  const firstPublic = first?.at ?? (Number.isFinite(floor) ? floor : matched);
  const covered = earliest(facts, 'coverage_started') ?? Number.NEGATIVE_INFINITY;
  const shipped = earliest(facts, 'line_first_shipped') ?? Number.NEGATIVE_INFINITY;
  const at = Math.max(firstPublic, covered, shipped);
  const inherited = covered > firstPublic && covered >= shipped;
  const because =
    at === firstPublic
      ? first === undefined && !Number.isFinite(floor)
        ? 'matched'
        : 'first_public'
      : at === covered
        ? 'coverage_started'
        : 'line_first_shipped';
  return { at, because, firstPublic, precision: first?.precision ?? 'instant', inherited };
}

function earliest(facts: readonly Fact[], kind: Fact['kind']): EpochMs | undefined {
  const instants = factsOf(facts, kind).map((fact) => fact.at);
  return instants.length === 0 ? undefined : Math.min(...instants);
}
