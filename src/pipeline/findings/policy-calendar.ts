import { type EpochMs, toIsoDay } from '../../foundation/clock.ts';
import { AppError } from '../../foundation/errors.ts';
import { canonicalJson } from '../../foundation/json.ts';
import type { Calendar, SlaPolicy } from './policy.ts';
import { addDays, addWindow, type Calendars } from './sla/calendar.ts';

/** The policy with the holidays that its business days pass over: kept with it, both say when a case is due. */
export function withCalendar(policy: SlaPolicy, calendars: Calendars): SlaPolicy {
  const { day, holidays } = policy.clock;
  if (day !== 'business') return policy;
  const known = calendars.get(holidays ?? '');
  if (known === undefined)
    throw new AppError(
      { code: 'findings.no-holidays', retryable: false },
      `there is no holiday file ${holidays ?? ''}, which the SLA policy names`,
      { hint: 'Business days are computed only from a holiday file that reaches far enough: add or renew it.' },
    );
  const { id, validUntil, dates } = known;
  return { ...policy, clock: { ...policy.clock, calendar: { id, validUntil, dates: [...dates].sort() } } };
}

const warnAheadMs = 60 * 86_400_000;

/** That the holidays of a policy end so soon that cases opened within 60 days would have no deadline. */
export interface CalendarEnd {
  readonly policy: string;
  readonly holidays: string;
  /** `2027-12-31`. */
  readonly validUntil: string;
  /** Cases opened from this day on have none. */
  readonly missingFrom: string;
}

export function calendarEnd({ id, clock, windows }: SlaPolicy, now: EpochMs): CalendarEnd | null {
  const longest = Math.max(...Object.values(windows).map(({ remediation }) => remediation));
  const isMissing = (date: string) => addWindow(Date.parse(`${date}T12:00:00Z`), longest, clock) === null;
  const last = toIsoDay(now + warnAheadMs);
  if (clock.calendar === undefined || !isMissing(last)) return null;
  let missingFrom = toIsoDay(now);
  while (!isMissing(missingFrom)) missingFrom = addDays(missingFrom, 1);
  return { policy: id, holidays: clock.calendar.id, validUntil: clock.calendar.validUntil, missingFrom };
}

/** In words, for whoever renews the file. */
export function calendarEndText({ holidays, validUntil, missingFrom }: CalendarEnd): string {
  return `the holiday file ${holidays} ends on ${validUntil}: findings opened from ${missingFrom} on may have no deadline; renew it`;
}

/** Whether they differ in nothing but later years of holidays: a deadline that was computed stays what it was. */
export function isRenewal(before: SlaPolicy, after: SlaPolicy): boolean {
  const [old, renewed] = [before.clock.calendar, after.clock.calendar];
  if (old === undefined || renewed === undefined || renewed.validUntil <= old.validUntil) return false;
  return (
    canonicalJson(before) === canonicalJson({ ...after, clock: { ...after.clock, calendar: until(renewed, old) } })
  );
}

function until(calendar: Calendar, { validUntil }: Calendar): Calendar {
  return { ...calendar, validUntil, dates: calendar.dates.filter((date) => date <= validUntil) };
}
