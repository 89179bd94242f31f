import { parse } from 'smol-toml';
import { z } from 'zod';
import { AppError, messageOf } from '../../../foundation/errors.ts';
import { parseDuration } from '../duration.ts';

export const dutyRoles = ['primary', 'second', 'release'] as const;
export type DutyRole = (typeof dutyRoles)[number];
export const weekDays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

const date = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'a date such as "2027-03-31"');
const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'a time such as "08:00"');
const personName = z.string().min(1).max(100);
const zone = z.string().refine(isZone, 'a time zone such as "Europe/Berlin"');
const duration = z.string().transform((text, context) => {
  const ms = parseDuration(text);
  if (ms !== null && ms > 0) return ms;
  context.addIssue('a duration such as "PT15M" or "P1D"');
  return z.NEVER;
});

const rotaSchema = z
  .strictObject({
    schema: z.literal('rota/1'),
    lead: z.array(personName).max(20).default([]),
    ack_within: z
      .strictObject({
        critical: duration.prefault('PT15M'),
        high: duration.prefault('PT30M'),
        medium: duration.prefault('PT4H'),
        low: duration.prefault('P1D'),
      })
      .prefault({}),
    person: z
      .array(
        z.strictObject({
          name: personName,
          zone: zone.default('UTC'),
          reviewer: z.boolean().default(false),
          holidays: z.string().max(100).optional(),
          absences: z
            .array(z.strictObject({ from: date, until: date }))
            .max(500)
            .default([]),
        }),
      )
      .min(1)
      .max(1000),
    duty: z
      .array(
        z.strictObject({
          role: z.enum(dutyRoles),
          people: z.array(personName).min(1).max(100),
          starts: date,
          turn_days: z.int().min(1).max(366).default(7),
          days: z
            .array(z.enum(weekDays))
            .min(1)
            .default([...weekDays]),
          from: time.default('00:00'),
          until: time.default('24:00'),
          zone: zone.default('UTC'),
        }),
      )
      .min(1)
      .max(100),
  })
  .superRefine((rota, context) => {
    const known = new Set(rota.person.map(({ name }) => name));
    const named = [...rota.lead, ...rota.duty.flatMap(({ people }) => people)];
    for (const name of new Set(named)) if (!known.has(name)) context.addIssue(`${name} is no [[person]]`);
  });

/** Who is called when. Durations in milliseconds. */
export type Rota = z.output<typeof rotaSchema>;

/** Reads a rota file; unknown keys and unknown people are errors. */
export function parseRota(text: string, file: string): Rota {
  let data: unknown;
  try {
    data = parse(text);
  } catch (cause) {
    throw invalid(file, messageOf(cause), cause);
  }
  const read = rotaSchema.safeParse(data);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw invalid(file, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not a rota'}`, read.error);
}

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== null;
  } catch {
    return false;
  }
}

function invalid(file: string, message: string, cause: unknown): AppError {
  return new AppError({ code: 'findings.bad-rota', retryable: false }, `${file} cannot be used: ${message}`, {
    cause,
    hint: 'docs/operating/sla.md shows a rota with everything that can stand in it.',
  });
}
