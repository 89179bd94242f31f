import { z } from 'zod';
import { apartLists } from '../../pipeline/matching/index.ts';
import type { PortalReads, UnboundedRow } from '../ports.ts';
import { type Endpoint, endpoint } from './endpoint.ts';
import { band, pageQuery } from './schemas.ts';

const unboundedSchema = z
  .object({
    advisoryId: z.string(),
    title: z.string(),
    band,
    score: z.number().nullable(),
    packages: z.array(
      z.object({
        channel: z.string(),
        attr: z.string(),
        version: z.string(),
        fixedIn: z.string().nullable().describe('The upstream version that the fix came with, where one is named'),
        explanation: z.string(),
      }),
    ),
  })
  .meta({ id: 'Unbounded' });

/** What no record ends, or only another distribution's fix tells of: apart from the findings, until a person takes it on. */
export function unboundedEndpoints(reads: Pick<PortalReads, 'unbounded'>): readonly Endpoint[] {
  return [
    endpoint({
      path: '/api/v1/unbounded',
      id: 'listUnbounded',
      summary:
        'Vulnerabilities that may concern packages: their records name no version in which they end, or only another distribution fixed them',
      query: pageQuery.extend({
        channel: z.string().max(200).optional().describe('Only this channel'),
        kind: z
          .enum(apartLists)
          .default('unbounded')
          .describe(
            '`unbounded`: no record says where it ends. `elsewhere`: another distribution fixed it, and no record tells of our version',
          ),
      }),
      response: z.object({
        items: z.array(unboundedSchema),
        next: z.string().nullable(),
        total: z.number().int().nullable(),
      }),
      handle: async ({ query: { after, limit, channel, kind } }) => {
        const page = await reads.unbounded({ list: kind, channel: channel ?? null, after: after ?? null, limit });
        return { ...page, items: page.items.map(presentUnbounded) };
      },
    }),
  ];
}

export function presentUnbounded({ packages, ...row }: UnboundedRow): z.input<typeof unboundedSchema> {
  return { ...row, packages: packages.map((one) => ({ ...one })) };
}
