import { parse } from 'smol-toml';
import { z } from 'zod';
import type { EpochMs } from '../../foundation/clock.ts';
import { AppError, messageOf } from '../../foundation/errors.ts';
import { parseDuration } from './duration.ts';

/** A severity that has windows; `unknown` counts as the policy says. */
export const bands = ['critical', 'high', 'medium', 'low'] as const;
export type Band = (typeof bands)[number];

/** Who rated a vulnerability, in the words of a policy's chain. */
export const raters = [
  'analyst',
  'project',
  'cna_v4',
  'cna_v31',
  'cisa_adp',
  'ecosystem',
  'nvd',
  'distribution',
] as const;
export type Rater = (typeof raters)[number];

export const escalations = [
  'kev_listed',
  'exploitation_confirmed',
  'ssvc_exploitation_active',
  'public_poc_network_noauth',
] as const;
export type Escalation = (typeof escalations)[number];

/** What must be true of a fix before its clock stops. */
export const doneSteps = ['released', 'cached', 'verified', 'advisory_published', 'vex_published'] as const;
export type DoneStep = (typeof doneSteps)[number];

const duration = z.string().transform((text, context) => {
  const ms = parseDuration(text);
  if (ms !== null) return ms;
  context.addIssue(`${JSON.stringify(text.slice(0, 40))} is no duration such as "P7D", "PT24H" or "P1DT12H"`);
  return z.NEVER;
});
const ofBands = <Schema extends z.ZodType>(schema: Schema) =>
  z.strictObject({ critical: schema, high: schema, medium: schema, low: schema });
const approvals = z.number().int().min(2).max(10);

/** The terms, with durations as the file writes them or as they are kept. */
const termsOf = <Duration extends z.ZodType<number>>(duration: Duration) => {
  const window = z.strictObject({ response: duration.nullable().default(null), remediation: duration });
  return z.strictObject({
    schema: z.literal('sla-policy/1'),
    id: z.string().min(1).max(100),
    version: z.number().int().positive(),
    approved_by: z.array(z.string().min(1)),
    channels: z.array(z.string().min(1)).default([]),
    clock: z.strictObject({
      day: z.enum(['elapsed', 'calendar', 'business']).default('elapsed'),
      zone: z.string().default('UTC'),
      holidays: z.string().nullable().default(null),
      late_after: duration,
    }),
    windows: ofBands(window),
    severity: z.strictObject({
      bands: ofBands(z.number().min(0).max(10)),
      mode: z.enum(['chain', 'max']),
      chain: z.array(z.enum(raters)).min(1),
      unknown_as: z.enum(bands),
      settle_once_from: z.array(z.enum(raters)),
    }),
    rerate: z.strictObject({
      response_grace: z.strictObject({ critical: duration, high: duration }),
      remediation_grace: z.strictObject({
        high_to_critical: duration,
        medium_to_critical: duration,
        low_to_critical: duration,
        medium_to_high: duration,
        low_to_high: duration,
        low_to_medium: duration,
      }),
      down: z.strictObject({ approvals, request_ttl: duration }),
    }),
    escalators: z.array(
      z.strictObject({
        when: z.array(z.enum(escalations)).min(1),
        at_least: z.enum(bands),
        page: z.boolean().default(false),
        end_pause: z.boolean().default(false),
      }),
    ),
    pause: z.strictObject({
      enabled: z.boolean(),
      reasons: z.array(z.string().min(1)),
      approvals,
      max_each: duration,
      max_total: duration,
    }),
    /** How long a finding is kept for who claimed it. Absent from what was pinned before there were claims. */
    claim_ttl: ofBands(duration).optional(),
    recovery: z.strictObject({ late_match_response: duration, reopen: ofBands(duration) }),
    done: z.strictObject({ systems: z.array(z.string().min(1)), require: z.array(z.enum(doneSteps)).min(1) }),
    alerts: z.strictObject({
      fractions: z.array(z.number().gt(0).max(1)),
      before_due: z.array(duration),
      merge_within: duration,
      /** The chance of an attack within 30 days (EPSS) that is told of when it is reached. */
      epss_at_least: z.number().gt(0).max(1).optional(),
    }),
  });
};

const policySchema = termsOf(duration)
  .extend({ effective_from: z.date() })
  .refine((policy) => policy.clock.day !== 'business' || policy.clock.holidays !== null, {
    message: 'business days need `holidays`, the name of a holiday file',
    path: ['clock', 'holidays'],
  })
  .transform(({ effective_from, ...policy }) => ({ ...policy, effectiveFrom: effective_from.getTime() }));

const keptTerms = termsOf(
  z
    .int()
    .min(0)
    .max(parseDuration('P99999DT99999H99999M') ?? 0),
);
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);

/** A policy as it was pinned, and is exported: an export comes from anywhere. */
export const KeptPolicy = keptTerms.extend({
  effectiveFrom: z.int(),
  clock: keptTerms.shape.clock.extend({
    calendar: z.strictObject({ id: z.string(), validUntil: day, dates: z.array(day).max(5_000) }).optional(),
  }),
});

type Written = z.output<typeof policySchema>;

/** The terms of the promise, as one version of the operator's policy file gives them. Durations in milliseconds. */
export type SlaPolicy = Omit<Written, 'clock'> & {
  readonly clock: Written['clock'] & { readonly calendar?: Calendar };
};

/** The holidays that business days pass over; nothing is known after `validUntil`. */
export interface Calendar {
  readonly id: string;
  /** `2027-12-31`. */
  readonly validUntil: string;
  /** Sorted. */
  readonly dates: readonly string[];
}

/** Reads a policy file; unknown keys are errors. */
export function parsePolicy(text: string): SlaPolicy {
  let data: unknown;
  try {
    data = parse(text);
  } catch (cause) {
    throw invalid(messageOf(cause), cause);
  }
  const read = policySchema.safeParse(data);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw invalid(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not a policy'}`, read.error);
}

/**
 * The version that holds for a case opened at `at` in a channel: the last to come into effect that names the channel, or all;
 * of two that came at once, the later one in the list.
 */
export function policyFor(policies: readonly SlaPolicy[], channel: string, at: EpochMs): SlaPolicy {
  const fitting = policies.filter(({ channels }) => channels.length === 0 || channels.includes(channel));
  const latest = fitting
    .filter((policy) => policy.effectiveFrom <= at)
    .sort((a, b) => a.effectiveFrom - b.effectiveFrom)
    .at(-1);
  if (latest !== undefined) return latest;
  throw new AppError(
    { code: 'findings.no-policy', retryable: false },
    `no SLA policy is in effect for the channel ${channel}`,
    { hint: 'Add a policy whose `channels` is empty or names the channel and whose `effective_from` is past.' },
  );
}

function invalid(message: string, cause: unknown): AppError {
  return new AppError({ code: 'findings.bad-policy', retryable: false }, `the SLA policy cannot be used: ${message}`, {
    cause,
    hint: 'Compare the file with the default that `snowguard init` writes.',
  });
}
