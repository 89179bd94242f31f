import { z } from 'zod';
import type { PortalReads, UnboundedRow } from '../ports.ts';
import { type Endpoint, endpoint } from './endpoint.ts';
import { pageQuery } from './schemas.ts';

const unboundedSchema = z
  .object({
    advisoryId: z.string(),
    title: z.string(),
    band: z.enum(['critical', 'high', 'medium', 'low', 'unknown']),
    score: z.number().nullable(),
    packages: z.array(
      z.object({ channel: z.string(), attr: z.string(), version: z.string(), explanation: z.string() }),
    ),
  })
  .meta({ id: 'Unbounded' });

/** What no record ends: kept apart from the findings, until a person takes it on. */
export function unboundedEndpoints(reads: Pick<PortalReads, 'unbounded'>): readonly Endpoint[] {
  return [
    endpoint({
      path: '/api/v1/unbounded',
      id: 'listUnbounded',
      summary: 'Vulnerabilities that may concern packages, but whose records name no version in which they end',
      query: pageQuery.extend({ channel: z.string().max(200).optional().describe('Only this channel') }),
      response: z.object({
        items: z.array(unboundedSchema),
        next: z.string().nullable(),
        total: z.number().int().nullable(),
      }),
      handle: async ({ query: { after, limit, channel } }) => {
        const page = await reads.unbounded({ channel: channel ?? null, after: after ?? null, limit });
        return { ...page, items: page.items.map(presentUnbounded) };
      },
    }),
  ];
}

export function presentUnbounded({ packages, ...row }: UnboundedRow): z.input<typeof unboundedSchema> {
  return { ...row, packages: packages.map((one) => ({ ...one })) };
}
