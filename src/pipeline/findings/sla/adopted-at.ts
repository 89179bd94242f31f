import type { EpochMs } from '../../../foundation/clock.ts';
import { type Fact, factsOf } from './facts.ts';

/** After this an adoption counts: the finding was opened again, or what the closure runs denied what its lock had said. */
export function adoptionCountsAfter(facts: readonly Fact[], closure: string | null): EpochMs {
  const reopened = factsOf(facts, 'reopened').map(({ at }) => at);
  const denied = factsOf(facts, 'adoption_denied').filter((fact) => fact.closure === closure);
  return Math.max(Number.NEGATIVE_INFINITY, ...reopened, ...denied.map(({ at }) => at));
}

/** The adoption that counts: the first one. Null: it has not the fix, as far as is known. */
export function adoptionOf(facts: readonly Fact[], closure: string | null) {
  const after = adoptionCountsAfter(facts, closure);
  const adopted = factsOf(facts, 'adopted').filter((fact) => fact.closure === closure && fact.at > after);
  return adopted.toSorted((a, b) => a.at - b.at)[0] ?? null;
}
