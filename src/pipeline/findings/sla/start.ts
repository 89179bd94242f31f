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
  let first: Fact | undefined = corrected;
  for (const fact of facts) {
    if (fact.kind !== 'first_public' || (corrected !== undefined && fact.recordedAt <= corrected.recordedAt)) continue;
    if (first === undefined || fact.at < first.at || (fact.at === first.at && first === corrected)) first = fact;
  }
  const matched = earliest(facts, 'matched') ?? openedAt(facts);
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
  let first: EpochMs | undefined;
  for (const fact of facts) if (fact.kind === kind && (first === undefined || fact.at < first)) first = fact.at;
  return first;
}

/** When the case was opened: its first fact was recorded, and where it was under embargo, that it ended. */
export function openedAt(facts: readonly Fact[]): EpochMs {
  let opened = Number.POSITIVE_INFINITY;
  let disclosed = Number.NEGATIVE_INFINITY;
  for (const { kind, recordedAt } of facts) {
    opened = Math.min(opened, recordedAt);
    if (kind === 'embargoed') disclosed = Math.max(disclosed, recordedAt);
  }
  return Math.max(opened, disclosed);
}
