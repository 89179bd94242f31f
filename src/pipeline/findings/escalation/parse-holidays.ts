import { parse } from 'smol-toml';
import { z } from 'zod';
import { AppError, messageOf } from '../../../foundation/errors.ts';
import type { HolidayCalendar } from '../sla/calendar.ts';

const date = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'a date such as "2027-03-26"');

const holidaySchema = z.strictObject({
  schema: z.literal('holidays/1'),
  region: z.string().min(1).max(100),
  source: z.string().min(1).max(1000),
  valid_until: date,
  dates: z.array(date).max(5_000),
});

/** Reads a file of the days on which people of a region do not work. */
export function parseHolidays(id: string, text: string): HolidayCalendar {
  let data: unknown;
  try {
    data = parse(text);
  } catch (cause) {
    throw invalid(id, messageOf(cause), cause);
  }
  const read = holidaySchema.safeParse(data);
  if (!read.success) {
    const [issue] = read.error.issues;
    throw invalid(id, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not a holiday file'}`, read.error);
  }
  const { region, source, valid_until: validUntil, dates } = read.data;
  return { id, region, source, validUntil, dates: new Set(dates) };
}

function invalid(id: string, message: string, cause: unknown): AppError {
  return new AppError(
    { code: 'findings.bad-holidays', retryable: false },
    `the holiday file ${id} cannot be used: ${message}`,
    { cause, hint: 'It needs schema = "holidays/1", region, source, valid_until and dates.' },
  );
}
