import { type EpochMs, toIsoDay } from '../../../foundation/clock.ts';
import type { NamedLine, SupportWindow } from './model.ts';

export type Support =
  /** No end is set. */
  | { readonly kind: 'open' }
  | { readonly kind: 'not-yet'; readonly from: EpochMs }
  | { readonly kind: 'supported'; readonly until: EpochMs }
  /** `months`: which of the warnings holds. */
  | { readonly kind: 'ending'; readonly until: EpochMs; readonly months: WarningMonths }
  | { readonly kind: 'ended'; readonly since: EpochMs };

/** FIX-20 of the review reference: so many months before the end people are told. */
export const warningMonths = [6, 3, 1] as const;
export type WarningMonths = (typeof warningMonths)[number];

const overlapMonths = 2;

/** How a window stands at an instant. */
export function supportAt({ from, until }: SupportWindow, now: EpochMs): Support {
  if (until !== null && now >= until) return { kind: 'ended', since: until };
  if (from !== null && now < from) return { kind: 'not-yet', from };
  if (until === null) return { kind: 'open' };
  const months = warningMonths.findLast((each) => now >= monthsBefore(until, each));
  return months === undefined ? { kind: 'supported', until } : { kind: 'ending', until, months };
}

/** Lines whose successor does not begin two months before they end, each in words. */
export function overlapFaults(lines: readonly NamedLine[]): readonly string[] {
  return lines.flatMap((own) => {
    const { until } = own.line.support;
    const next = successorOf(own, lines);
    if (until === null || next === null) return [];
    const { from } = next.line.support;
    if (from === null)
      return [`${next.id} follows ${own.id}, which ends on ${lastDay(until)}, and has no supported_from`];
    return from <= monthsBefore(until, overlapMonths)
      ? []
      : [`${own.id} ends on ${lastDay(until)}, less than ${overlapMonths} months after ${next.id} begins`];
  });
}

/** The line that comes after one, of what stands over a line the same over the next; null where it is the newest. */
export function successorOf({ line }: NamedLine, lines: readonly NamedLine[]): NamedLine | null {
  if (line.over !== null) {
    const base = lines.find(({ id }) => id === line.over);
    const next = base === undefined ? null : successorOf(base, lines);
    return lines.find((other) => other.line.kind === line.kind && other.line.over === next?.id) ?? null;
  }
  if (line.kind !== 'stable') return null;
  const later = lines.filter((other) => other.line.kind === 'stable' && other.line.minor > line.minor);
  return later.sort((a, b) => a.line.minor - b.line.minor)[0] ?? null;
}

/** The last day of support, `2027-06-30`. */
export function lastDay(until: EpochMs): string {
  return toIsoDay(until - 1);
}

/** The same day so many months earlier, or the last day of a shorter month. */
function monthsBefore(instant: EpochMs, months: number): EpochMs {
  const given = new Date(instant);
  const day = given.getUTCDate();
  given.setUTCDate(1);
  given.setUTCMonth(given.getUTCMonth() - months);
  const longest = new Date(Date.UTC(given.getUTCFullYear(), given.getUTCMonth() + 1, 0)).getUTCDate();
  return given.setUTCDate(Math.min(day, longest));
}
