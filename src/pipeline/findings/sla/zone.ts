import type { EpochMs } from '../../../foundation/clock.ts';

const formats = new Map<string, Intl.DateTimeFormat>();

/** The date on the wall in a zone, `2027-03-31`. */
export function dateIn(instant: EpochMs, zone: string): string {
  return wallClock(instant, zone).slice(0, 10);
}

/** The instant at which a date begins in a zone; where midnight is skipped, the first instant after the gap. */
export function startOfDate(date: string, zone: string): EpochMs {
  const asUtc = Date.parse(`${date}T00:00:00Z`);
  // Zones lie within 14 hours of UTC: the date begins somewhere in between.
  let before = asUtc - 15 * 3_600_000;
  let at = asUtc + 15 * 3_600_000;
  while (at - before > 1) {
    const middle = Math.floor((before + at) / 2);
    if (dateIn(middle, zone) < date) before = middle;
    else at = middle;
  }
  return at;
}

/** `2027-03-31 14:00:00`. */
export function wallClock(instant: EpochMs, zone: string): string {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
    formats.set(zone, format);
  }
  return format.format(instant);
}
