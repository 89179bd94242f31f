/**
 * The federal patching timelines of CISA BOD 26-04, for a closure whose owner says whether it is exposed. For example:
 * exposed, in KEV, automatable, total impact: row 1, three days and a forensic triage.
 * https://github.com/CERTCC/SSVC data/csv/cisa/cisa_bod_26_04_1_0_0.csv
 */
import type { EpochMs } from '../../../foundation/clock.ts';
import { addDays } from './calendar.ts';
import { dateIn, startOfDate } from './zone.ts';

export type BodTimeline = '3DF' | '3D' | '14D' | '60D' | 'FSU';

/** Null: not known. */
export interface BodInputs {
  readonly exposed: boolean | null;
  readonly knownExploited: boolean;
  readonly automatable: boolean | null;
  readonly technicalImpact: 'partial' | 'total' | null;
}

export interface BodRow {
  /** The row of the directive's table, 1 to 16. */
  readonly row: number;
  readonly exposed: boolean;
  readonly timeline: BodTimeline;
  /** The last day, `2027-03-25`; null: with the next system upgrade. */
  readonly dueDate: string | null;
  /** The end of that day in the zone. */
  readonly dueAt: EpochMs | null;
}

export interface BodReading {
  /** When these inputs came to hold. */
  readonly from: EpochMs;
  /** Both rows where exposure is not known; none where a listed flaw lacks its decision points. */
  readonly rows: readonly BodRow[];
  readonly inputMissing: boolean;
  /** The date CISA itself gave, kept beside the computed one: they often differ. */
  readonly assignedDueDate: string | null;
}

export interface BodState {
  readonly from: EpochMs;
  readonly inputs: BodInputs;
  /** The day it was listed, and the due date that CISA gave it; null while it is not. */
  readonly kev: { readonly dateAdded: string; readonly dueDate: string | null } | null;
}

const timelines: readonly BodTimeline[] = [
  '3DF',
  '3D',
  '3DF',
  '14D',
  '3D',
  '14D',
  '14D',
  '60D',
  '3DF',
  '14D',
  '14D',
  '14D',
  '60D',
  '60D',
  'FSU',
  'FSU',
];
const daysOf = { '3DF': 3, '3D': 3, '14D': 14, '60D': 60, FSU: null } as const;

/** One reading for every state the inputs were in, oldest first: nothing is overwritten. */
export function bodReadings(
  matchedAt: EpochMs,
  states: readonly BodState[],
  zone = 'America/New_York',
): readonly BodReading[] {
  return states.toSorted((a, b) => a.from - b.from).map((state) => readingOf(matchedAt, state, zone));
}

function readingOf(matchedAt: EpochMs, { from, inputs, kev }: BodState, zone: string): BodReading {
  const { exposed, knownExploited, automatable, technicalImpact } = inputs;
  const decisionMissing = automatable === null || technicalImpact === null;
  const common = { from, inputMissing: decisionMissing || exposed === null, assignedDueDate: kev?.dueDate ?? null };
  if (knownExploited && decisionMissing) return { ...common, rows: [] };
  const matchedDate = dateIn(matchedAt, zone);
  const startDate = kev !== null && kev.dateAdded < matchedDate ? kev.dateAdded : matchedDate;
  const rows = (exposed === null ? [true, false] : [exposed]).map((isExposed): BodRow => {
    const row =
      1 +
      (isExposed ? 0 : 8) +
      (knownExploited ? 0 : 4) +
      (automatable === true ? 0 : 2) +
      (technicalImpact === 'partial' ? 1 : 0);
    const timeline = timelines[row - 1] ?? 'FSU';
    const days = daysOf[timeline];
    const dueDate = days === null ? null : addDays(startDate, days);
    const dueAt = dueDate === null ? null : startOfDate(addDays(dueDate, 1), zone);
    return { row, exposed: isExposed, timeline, dueDate, dueAt };
  });
  return { ...common, rows };
}
