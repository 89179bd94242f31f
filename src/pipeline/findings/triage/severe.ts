import type { FindingRow } from '../rows.ts';

/** Whether dismissing it takes two people: critical, high, not rated or known exploited. */
export function isSevere(row: Pick<FindingRow, 'band' | 'known_exploited'>): boolean {
  return row.known_exploited === 1 || row.band === 'critical' || row.band === 'high' || row.band === 'unknown';
}
