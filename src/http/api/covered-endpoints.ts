import { z } from 'zod';
import { toIso } from '../../foundation/clock.ts';
import { type CoveredPort, standings } from '../covered-port.ts';
import { type Endpoint, endpoint } from './endpoint.ts';
import { pageQuery } from './schemas.ts';

const instant = z.iso.datetime({ offset: true });

const coveredSchema = z
  .object({
    attr: z.string(),
    category: z.string(),
    owner: z.string(),
    since: z.string(),
    askedBy: z.array(z.string()),
    tiers: z.record(z.string(), z.enum(['full', 'evaluates'])).describe('By system; full where nothing is said'),
    standing: z.enum(standings),
    says: z.string().nullable().describe('The version, or why there is none'),
    suggestion: z.string().nullable(),
    endsAt: instant.nullable().describe('When its announced notice ends'),
  })
  .meta({ id: 'CoveredPackage' });

/** The covered set, held against the newest evaluation. */
export function coveredEndpoints(covered: Pick<CoveredPort, 'list'>): readonly Endpoint[] {
  return [
    endpoint({
      path: '/api/v1/covered',
      id: 'listCovered',
      summary: 'Covered packages by category, and how each stands in the tree',
      query: pageQuery.extend({
        category: z.string().max(100).optional(),
        standing: z.enum(standings).optional(),
        q: z.string().max(200).default(''),
      }),
      response: z.object({
        items: z.array(coveredSchema),
        next: z.string().nullable(),
        total: z.number().int().nullable(),
      }),
      handle: async ({ query: { category, standing, q, after, limit } }) => {
        const page = await covered.list({
          category: category ?? null,
          standing: standing ?? null,
          text: q,
          after: after ?? null,
          limit,
        });
        return {
          items: page.items.map(({ package: { askedBy = [], tiers = {}, ...entry }, ...row }) => ({
            ...entry,
            askedBy: [...askedBy],
            tiers: { ...tiers },
            standing: row.standing.kind,
            says:
              'message' in row.standing
                ? row.standing.message
                : 'version' in row.standing
                  ? row.standing.version
                  : null,
            suggestion: row.suggestion,
            endsAt: row.notice?.endsAt == null ? null : toIso(row.notice.endsAt),
          })),
          next: page.next,
          total: page.total,
        };
      },
    }),
  ];
}
