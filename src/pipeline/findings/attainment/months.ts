import type { EpochMs } from '../../../foundation/clock.ts';

/** `2027-03`, in UTC. */
export function monthOf(at: EpochMs): string {
  return new Date(at).toISOString().slice(0, 7);
}

export function startOfMonth(month: string): EpochMs {
  return Date.parse(`${month}-01T00:00:00Z`);
}

export function nextMonth(month: string): string {
  return monthOf(startOfMonth(month) + 32 * 86_400_000);
}

/** Both ends included. */
export function monthsBetween(first: string, last: string): readonly string[] {
  const months: string[] = [];
  for (let month = first; month <= last; month = nextMonth(month)) months.push(month);
  return months;
}
