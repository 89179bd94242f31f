import { canonicalJson } from '../../foundation/json.ts';
import type { Calendar, SlaPolicy } from './policy.ts';
import { type Calendars, noHolidays } from './sla/calendar.ts';

/** The policy with the holidays that its business days pass over: kept with it, both say when a case is due. */
export function withCalendar(policy: SlaPolicy, calendars: Calendars): SlaPolicy {
  const { day, holidays } = policy.clock;
  if (day !== 'business') return policy;
  const known = calendars.get(holidays ?? '');
  if (known === undefined) throw noHolidays(`there is no holiday file ${holidays ?? ''}, which the SLA policy names`);
  const { id, validUntil, dates } = known;
  return { ...policy, clock: { ...policy.clock, calendar: { id, validUntil, dates: [...dates].sort() } } };
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
