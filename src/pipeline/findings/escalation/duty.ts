import { type EpochMs, toIsoDay } from '../../../foundation/clock.ts';
import { AppError } from '../../../foundation/errors.ts';
import type { Calendars } from '../sla/calendar.ts';
import { dateIn, wallClock } from '../sla/zone.ts';
import { type DutyRole, type Rota, weekDays } from './rota.ts';

/** By role: who is on duty, then who would step in, in the order in which they are called. */
export type Duty = Readonly<Record<DutyRole, readonly string[]>>;

export interface People {
  readonly rota: Rota;
  /** By the name under which the people of the rota refer to them. */
  readonly holidays: Calendars;
}

const dayMs = 86_400_000;

/** Who is on duty at an instant. A holiday file that does not reach so far is an error, never a guess. */
export function dutyAt({ rota, holidays }: People, at: EpochMs): Duty {
  const present = new Set(rota.person.filter((person) => !isAway(person, holidays, at)).map(({ name }) => name));
  const found: Record<DutyRole, string[]> = { primary: [], second: [], release: [] };
  for (const duty of rota.duty) {
    if (!isOn(duty, at)) continue;
    const days = Math.floor((Date.parse(dateIn(at, duty.zone)) - Date.parse(duty.starts)) / dayMs);
    if (days < 0) continue;
    const turn = Math.floor(days / duty.turn_days) % duty.people.length;
    const inTurn = [...duty.people.slice(turn), ...duty.people.slice(0, turn)];
    found[duty.role].push(...inTurn.filter((name) => present.has(name)));
  }
  return { primary: unique(found.primary), second: unique(found.second), release: unique(found.release) };
}

/** Who is called about a case, one after the other: the primary, the next person, then the leads. */
export function callLine(duty: Duty, { lead }: Rota): readonly string[] {
  const [first, next] = unique([...duty.primary, ...duty.second]);
  return unique([first, next, ...lead].filter((name) => name !== undefined));
}

/** Hours in which somebody is missing; both instants on the hour. */
export interface RotaGap {
  readonly missing: 'primary' | 'qualified second reviewer';
  readonly from: EpochMs;
  readonly until: EpochMs;
}

const hourMs = 3_600_000;

/** The hours of the next days without a primary, or without a second who is a reviewer and somebody else. */
export function rotaGaps(people: People, now: EpochMs, days = 14): readonly RotaGap[] {
  const reviewers = new Set(people.rota.person.filter(({ reviewer }) => reviewer).map(({ name }) => name));
  const gaps: { missing: RotaGap['missing']; from: EpochMs; until: EpochMs }[] = [];
  const first = Math.ceil(now / hourMs) * hourMs;
  for (let hour = first; hour < first + days * dayMs; hour += hourMs) {
    const duty = dutyAt(people, hour);
    const [primary] = duty.primary;
    const missing: RotaGap['missing'][] = primary === undefined ? ['primary'] : [];
    if (!duty.second.some((name) => name !== primary && reviewers.has(name))) missing.push('qualified second reviewer');
    for (const what of missing) {
      const last = gaps.findLast((gap) => gap.missing === what);
      if (last?.until === hour) last.until = hour + hourMs;
      else gaps.push({ missing: what, from: hour, until: hour + hourMs });
    }
  }
  return gaps;
}

function isOn(duty: Rota['duty'][number], at: EpochMs): boolean {
  const [date = '', clock = ''] = wallClock(at, duty.zone).split(' ');
  const time = clock.slice(0, 5);
  const isToday = (day: string) => duty.days.includes(weekDays[new Date(`${day}T00:00:00Z`).getUTCDay()] ?? 'sun');
  // A night that ends the next morning belongs to the day on which it began.
  if (duty.from < duty.until) return isToday(date) && time >= duty.from && time < duty.until;
  const yesterday = toIsoDay(Date.parse(date) - dayMs);
  return (isToday(date) && time >= duty.from) || (isToday(yesterday) && time < duty.until);
}

function isAway(person: Rota['person'][number], holidays: Calendars, at: EpochMs): boolean {
  const date = dateIn(at, person.zone);
  if (person.absences.some(({ from, until }) => from <= date && date <= until)) return true;
  if (person.holidays === undefined) return false;
  const calendar = holidays.get(person.holidays);
  if (calendar === undefined) throw unusable(`there is no holiday file ${person.holidays}, which ${person.name} has`);
  if (date > calendar.validUntil) throw unusable(`the holiday file ${calendar.id} ends on ${calendar.validUntil}`);
  return calendar.dates.has(date);
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}

function unusable(message: string): AppError {
  return new AppError({ code: 'findings.no-holidays', retryable: false }, message, {
    hint: 'Add the file, or renew it beyond the next 14 days: snowguard config check.',
  });
}
