import { parse } from 'smol-toml';
import { z } from 'zod';
import { AppError, messageOf } from '../../foundation/errors.ts';

const version = z.string().trim().min(1).max(200);
const text = (most: number) => z.string().trim().max(most);
// What TOML gives without a zone is written without one again, and refused.
const instant = z
  .preprocess(
    (value) => (value instanceof Date ? value.toISOString() : value),
    z.iso.datetime({ offset: true, error: 'an instant with its zone, such as 2026-12-01T14:00:00Z' }),
  )
  .transform((value) => Date.parse(value));

/** What the house was told in confidence. It becomes public as it stands when the embargo ends, but for where it came from. */
export const EmbargoReport = z.strictObject({
  summary: text(300).min(3),
  details: text(20_000).default(''),
  /** Ids that are reserved for it: any record of such an id ends the embargo. */
  ids: z
    .array(z.string().regex(/^(CVE-\d{4}-\d{4,}|GHSA(-[0-9a-z]{4}){3})$/, 'a CVE or GHSA id'))
    .max(20)
    .default([]),
  /** Addresses that are about this flaw alone: any record that names one ends the embargo. */
  references: z
    .array(z.url({ protocol: /^https?$/ }).max(2000))
    .max(50)
    .default([]),
  /** A CVSS vector; null: not rated so far. */
  severity: z
    .string()
    .regex(/^CVSS:(3\.[01]|4\.0)\//, 'a CVSS 3 or 4 vector')
    .max(300)
    .nullable()
    .default(null),
  /** Where it was told, and by whom. */
  reported_to: text(500).min(3),
  public_at: instant,
  /** Who may see it, beside who opens it. */
  people: z.array(z.string().trim().min(1).max(100)).max(100).default([]),
  affected: z
    .array(
      z.strictObject({
        attr: z.string().trim().min(1).max(300),
        ranges: z
          .array(
            z
              .strictObject({
                introduced: version.default('0'),
                fixed: version.optional(),
                last_affected: version.optional(),
              })
              .refine(
                ({ fixed, last_affected: last }) => (fixed === undefined) !== (last === undefined),
                'give fixed, or last_affected: the newest version that is known to be affected',
              ),
          )
          .min(1)
          .max(50),
      }),
    )
    .min(1)
    .max(100),
});
export type EmbargoReport = z.infer<typeof EmbargoReport>;

/** Shown wherever a report is asked for. */
export const reportExample = `summary = "Heap overflow in the parser of names"
details = "A long name overwrites what lies behind it."
ids = ["CVE-2026-12345"]           # reserved for it
severity = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
reported_to = "the distros list, by the project's security team"
references = []                    # addresses about this flaw alone
public_at = 2026-12-01T14:00:00Z
people = ["bob", "carol"]

[[affected]]
attr = "openssl"
ranges = [{ introduced = "3.0.0", fixed = "3.0.15" }]
`;

/** A report as TOML, or as JSON. */
export function readReport(given: string): EmbargoReport {
  let value: unknown;
  try {
    value = given.trimStart().startsWith('{') ? JSON.parse(given) : parse(given);
  } catch (error) {
    throw unreadable(messageOf(error).split('\n')[0] ?? '', error);
  }
  const read = EmbargoReport.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw unreadable(`${issue?.path.join('.') || 'the report'}: ${issue?.message ?? 'not readable'}`, read.error);
}

function unreadable(why: string, cause: unknown): AppError {
  return new AppError(
    { code: 'embargo.unreadable', retryable: false },
    `the report cannot be read: ${why.slice(0, 500)}`,
    {
      cause,
      hint: 'See how one is written: snowguard embargo open --help',
    },
  );
}
