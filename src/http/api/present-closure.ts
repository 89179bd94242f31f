import { z } from 'zod';
import { toIso } from '../../foundation/clock.ts';
import type { ClosureUpload } from '../../pipeline/consumers/index.ts';
import type { ConsumerBoard } from '../ports.ts';
import { presentMustAct, presentUpload } from './present.ts';
import { closureUploadSchema, instant, mustActSchema } from './schemas.ts';

const fixSchema = z.object({
  advisoryId: z.string(),
  attr: z.string(),
  band: z.string(),
  input: z.string(),
});

export const closureToldSchema = z.object({
  name: z.string(),
  changed: z.boolean(),
  source: z.string().nullable(),
  packages: z.number().int(),
});

export const closureSchema = z
  .object({
    name: z.string(),
    closure: closureUploadSchema.nullable(),
    mustAct: z.array(mustActSchema).describe('What it holds that a release fixes'),
    exposures: z.array(fixSchema).describe('What it holds that no release fixes yet'),
    notHeld: z.array(fixSchema).describe('Fixes that its lock lacks, of packages that it does not hold'),
    refused: z
      .object({ at: instant, by: z.string().nullable(), reason: z.string(), raw: z.string() })
      .nullable()
      .describe('The last upload, when it could not be read; what was known before stays'),
    history: z.array(closureUploadSchema.extend({ endedAt: instant, state: z.enum(['replaced', 'removed']) })),
  })
  .meta({ id: 'ConsumerClosure' });

export function presentClosure(
  name: string,
  uploads: readonly ClosureUpload[],
  board: ConsumerBoard,
): z.input<typeof closureSchema> {
  const refused = uploads.find(({ state }) => state === 'refused');
  const current = uploads.find(({ state }) => state === 'current');
  const standing = board.standings.find(({ consumer }) => consumer.name === name);
  const inputs = current === undefined ? [] : (standing?.inputs ?? []);
  return {
    name,
    closure: current === undefined ? null : presentUpload(current),
    mustAct: current === undefined ? [] : board.mustAct.filter(({ consumer }) => consumer === name).map(presentMustAct),
    exposures: inputs.flatMap((one) =>
      one.kind === 'unknown' ? [] : one.exposures.map((exposure) => presentFix(one.input.input, exposure)),
    ),
    notHeld: inputs.flatMap((one) =>
      one.kind === 'behind' ? (one.notHeld ?? []).map((fix) => presentFix(one.input.input, fix)) : [],
    ),
    refused:
      refused?.refused == null ? null : { ...refused.refused, at: toIso(refused.uploadedAt), by: refused.uploadedBy },
    history: uploads.flatMap((upload) =>
      upload.state === 'replaced' || upload.state === 'removed'
        ? [{ ...presentUpload(upload), state: upload.state, endedAt: toIso(upload.endedAt ?? upload.seenAt) }]
        : [],
    ),
  };
}

function presentFix(
  input: string,
  { advisoryId, attr, band }: Pick<z.input<typeof fixSchema>, 'advisoryId' | 'attr' | 'band'>,
) {
  return { input, advisoryId, attr, band };
}
