import { type EpochMs, toIsoDay } from '../../../foundation/clock.ts';
import type { SlaPolicy } from '../policy.ts';
import { dateIn, startOfDate } from './zone.ts';

/** Days on which the offices of a region are closed, from a named source; nothing is known after `validUntil`. */
export interface HolidayCalendar {
  readonly id: string;
  readonly region: string;
  readonly source: string;
  /** `2027-12-31`. */
  readonly validUntil: string;
  readonly dates: ReadonlySet<string>;
}

export type Calendars = ReadonlyMap<string, HolidayCalendar>;

const dayMs = 86_400_000;

/**
 * Where a window ends. `elapsed` adds hours whatever the wall clock does; `calendar` and `business` end with the last
 * day in the policy's zone, the first business day being the one after the start. Null: the holidays are not known so far.
 */
export function addWindow(start: EpochMs, windowMs: number, clock: SlaPolicy['clock']): EpochMs | null {
  if (clock.day === 'elapsed') return start + windowMs;
  const days = Math.ceil(windowMs / dayMs);
  const startDate = dateIn(start, clock.zone);
  if (clock.day === 'calendar') return startOfDate(addDays(startDate, days + 1), clock.zone);
  const holidays = clock.calendar;
  if (holidays === undefined) return null;
  let date = startDate;
  for (let counted = 0; counted < days; ) {
    date = addDays(date, 1);
    if (date > holidays.validUntil) return null;
    if (!isWeekend(date) && !holidays.dates.includes(date)) counted += 1;
  }
  return startOfDate(addDays(date, 1), clock.zone);
}

/** `2027-02-28` and 1 give `2027-03-01`. */
export function addDays(date: string, days: number): string {
  return toIsoDay(Date.parse(`${date}T00:00:00Z`) + days * dayMs);
}

function isWeekend(date: string): boolean {
  const day = new Date(`${date}T00:00:00Z`).getUTCDay();
  return day === 0 || day === 6;
}

/** Why a window of a policy has no end. */
export function notComputedBecause({ holidays, calendar }: SlaPolicy['clock']): string {
  const what = calendar === undefined ? 'is not there' : `ends on ${calendar.validUntil}`;
  return `cannot be computed: the holiday file ${calendar?.id ?? holidays ?? ''} ${what}; renew it`;
}
