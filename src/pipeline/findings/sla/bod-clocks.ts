import { toIso } from '../../../foundation/clock.ts';
import { adoptionOf } from './adopted-at.ts';
import { type BodReading, type BodRow, type BodState, bodReadings } from './bod2604.ts';
import { type CaseClock, type ClocksOf, plainState } from './case-clock.ts';
import { type Fact, factsOf } from './facts.ts';

/** One clock for every row that ever held of a closure; both rows where its exposure is not known. */
export function bodClocks({ facts, now }: Pick<ClocksOf, 'facts' | 'now'>): readonly CaseClock[] {
  const matched = factsOf(facts, 'matched').map(({ at }) => at);
  if (matched.length === 0) return [];
  const matchedAt = Math.min(...matched);
  const closures = [...new Set(factsOf(facts, 'exposure').map(({ closure }) => closure))].sort();
  return (closures.length === 0 ? [null] : closures).flatMap((closure) => {
    const states = bodStates(facts, closure, matchedAt);
    const readings = bodReadings(matchedAt, states);
    const stoppedAt = adoptionOf(facts, closure)?.at ?? null;
    return readings.flatMap((reading, index) =>
      clocksOfReading(reading, { closure, now, stoppedAt, until: readings[index + 1]?.from ?? null, matchedAt }),
    );
  });
}

/** The rows that hold of one closure now. */
export function bodRowsNow(facts: readonly Fact[], closure: string): readonly BodRow[] {
  const matched = factsOf(facts, 'matched').map(({ at }) => at);
  if (matched.length === 0) return [];
  const matchedAt = Math.min(...matched);
  return bodReadings(matchedAt, bodStates(facts, closure, matchedAt)).at(-1)?.rows ?? [];
}

interface Around {
  readonly closure: string | null;
  readonly now: number;
  readonly matchedAt: number;
  readonly stoppedAt: number | null;
  /** When other inputs came to hold. */
  readonly until: number | null;
}

function clocksOfReading(reading: BodReading, around: Around): readonly CaseClock[] {
  const { closure, until, now, stoppedAt, matchedAt } = around;
  const assigned = reading.assignedDueDate === null ? '' : `; CISA itself gave ${reading.assignedDueDate}`;
  const replaced = until === null ? '' : `; replaced ${toIso(until)}`;
  const clock = (row: BodRow | null): CaseClock => {
    const instants = { startAt: matchedAt, dueAt: row?.dueAt ?? null, stoppedAt };
    const because =
      row === null
        ? 'It is listed, and its SSVC decision points are missing: only the date that CISA gave holds'
        : `Row ${row.row}, ${row.timeline}${row.dueDate === null ? ', with the next system upgrade' : `, the end of ${row.dueDate} in New York`}${reading.inputMissing ? '; an input is missing' : ''}`;
    const exposed = row === null ? '' : row.exposed ? 'exposed' : 'not exposed';
    return {
      name: 'bod2604',
      of: [closure ?? 'any closure', exposed].filter((part) => part !== '').join(', '),
      force: 'customer',
      ...instants,
      state: until === null ? plainState({ ...instants, now }) : 'void',
      because: `${because}${assigned}${replaced}.`,
    };
  };
  return reading.rows.length === 0 ? [clock(null)] : reading.rows.map(clock);
}

/** The inputs as they came to hold, one after the other; several at one instant make one state. */
function bodStates(facts: readonly Fact[], closure: string | null, matchedAt: number): readonly BodState[] {
  let state: BodState = {
    from: matchedAt,
    // Nobody has decided: the directive's defaults for what is not listed.
    inputs: { exposed: null, knownExploited: false, automatable: null, technicalImpact: null },
    kev: null,
  };
  const states = new Map<number, BodState>([[matchedAt, state]]);
  for (const fact of facts.toSorted((a, b) => a.at - b.at)) {
    const next = withFact(state, fact, closure);
    if (next === null) continue;
    state = { ...next, from: Math.max(fact.at, matchedAt) };
    states.set(state.from, state);
  }
  return [...states.values()];
}

function withFact(state: BodState, fact: Fact, closure: string | null): BodState | null {
  const { inputs } = state;
  switch (fact.kind) {
    case 'exposure':
      return fact.closure === closure ? { ...state, inputs: { ...inputs, exposed: fact.exposed } } : null;
    case 'decision_points': {
      const { automatable, technicalImpact } = fact;
      return { ...state, inputs: { ...inputs, automatable, technicalImpact } };
    }
    case 'kev_entry': {
      const { dateAdded, dueDate } = fact;
      return { ...state, inputs: { ...inputs, knownExploited: true }, kev: { dateAdded, dueDate } };
    }
    case 'kev_removed':
      return { ...state, inputs: { ...inputs, knownExploited: false }, kev: null };
    default:
      return null;
  }
}
