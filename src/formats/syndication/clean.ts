import type { EpochMs } from '../../foundation/clock.ts';

const latest = Date.UTC(9999, 11, 31, 23, 59, 59);

/** Text that every format can carry: no control characters but tab and line ends, no half of a character. */
export function cleanText(text: string): string {
  return text.toWellFormed().replaceAll(/[\p{Cc}\uFFFE\uFFFF]/gu, (found) => (/[\t\n\r]/.test(found) ? found : ''));
}

/** An instant between 1970 and 9999, where the formats end. */
export function cleanDate(instant: EpochMs): Date {
  return new Date(Number.isNaN(instant) ? 0 : Math.min(Math.max(instant, 0), latest));
}
