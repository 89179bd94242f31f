import type { EpochMs } from '../../../foundation/clock.ts';
import { clockedOf, type FindingRow } from '../rows.ts';

/** Whether dismissing it takes two people: critical, high, not rated or known exploited. */
export function isSevere(row: Pick<FindingRow, 'band' | 'known_exploited'>): boolean {
  return row.known_exploited === 1 || row.band === 'critical' || row.band === 'high' || row.band === 'unknown';
}

/** SLA-12: a deadline that passed stays broken. One person's dismissal, which counts for nothing, would take it out of the published figures. */
export function isBroken(row: FindingRow, at: EpochMs): boolean {
  const { state, response } = clockedOf(row, at).deadlines;
  return state === 'breached' || response === 'breached' || response === 'met_late';
}
