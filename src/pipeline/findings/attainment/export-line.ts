import { z } from 'zod';
import { bands, KeptPolicy } from '../policy.ts';

const text = z.string().max(10_000);
/** Figures are made for every month in between. */
const instant = z.int().min(0).max(Date.UTC(2200));
/** Longer histories than this are none. */
const maxFacts = 10_000;

const fact = z.looseObject({
  kind: text,
  at: instant,
  recordedAt: instant,
  precision: z.enum(['instant', 'day']),
  source: text,
  evidence: text.nullable(),
  actor: text,
  // What is reckoned with, where it is not the instants of the fact itself.
  until: instant.optional(),
  score: z.number().min(0).max(10).optional(),
});
const name = z.strictObject({ id: text, advisoryId: text, attr: text, channel: text });
/** In the one spelling that its bytes have. */
const base64 = z
  .string()
  .max(200)
  .refine((value) => Buffer.from(value, 'base64').toString('base64') === value, 'not base64');
const month = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/);

/** One line of an export, as far as its shape goes; what it says is recomputed. */
export const ExportLine = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('header'),
    schema: z.literal('snowguard-sla-export/1'),
    asOf: instant,
    month: month.nullable(),
  }),
  z.strictObject({ kind: z.literal('policy'), id: text, version: z.int(), policy: KeptPolicy }),
  z.strictObject({
    kind: z.literal('release'),
    flake: text,
    channel: text,
    version: text,
    publishedAt: instant,
    band: z.enum(bands),
  }),
  z.strictObject({ kind: z.literal('lock'), consumer: text, flake: text, version: text, at: instant }),
  z.strictObject({
    kind: z.literal('runs'),
    consumer: text,
    flake: text,
    lacks: z.array(text).max(10_000),
    at: instant,
  }),
  z.strictObject({
    kind: z.literal('case'),
    name,
    facts: z.array(fact).min(1).max(maxFacts),
    figures: z.looseObject({ policy: text }),
  }),
  z.looseObject({ kind: z.literal('row'), month, channel: text.nullable(), band: text }),
  z.looseObject({ kind: z.literal('miss'), month, name, clock: text }),
  z.strictObject({ kind: z.literal('end'), lines: z.int(), sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  z.strictObject({
    kind: z.literal('signature'),
    algorithm: z.literal('ed25519'),
    publicKey: base64,
    signature: base64,
  }),
]);
export type ExportLine = z.infer<typeof ExportLine>;
export type LineOf<Kind extends ExportLine['kind']> = Extract<ExportLine, { readonly kind: Kind }>;
