import { z } from 'zod';
import { toIso } from '../../foundation/clock.ts';
import type { MatchDifference, Shadow, StoredMatch } from '../../pipeline/matching/index.ts';
import type { PortalReads } from '../ports.ts';
import { problems } from '../problem.ts';
import { type Endpoint, endpoint } from './endpoint.ts';
import { pageQuery } from './schemas.ts';

const count = z.number().int();

const shadowSchema = z
  .object({
    channel: z.string(),
    algorithm: count.describe('Whose answers are live'),
    newerAlgorithm: count,
    comparedAt: z.iso.datetime({ offset: true }),
    appeared: count,
    vanished: count,
    changed: count,
    held: count.describe('What stays open only because the newer answer is not adopted'),
  })
  .meta({ id: 'Rescore' });

const answerSchema = z
  .object({ version: z.string(), status: z.string(), route: z.string(), score: z.number(), explanation: z.string() })
  .nullable();

const differenceSchema = z
  .object({
    kind: z.enum(['appeared', 'vanished', 'changed']),
    attr: z.string(),
    advisoryId: z.string(),
    held: z.boolean(),
    before: answerSchema,
    after: answerSchema,
  })
  .meta({ id: 'MatchDifference' });

/** What a newer matching algorithm would change, until a person adopts it. */
export function rescoreEndpoints(reads: Pick<PortalReads, 'rescores' | 'rescore'>): readonly Endpoint[] {
  return [
    endpoint({
      path: '/api/v1/rescore',
      id: 'listRescores',
      summary: 'Channels in which a newer matching algorithm waits to be adopted',
      query: z.object({}),
      response: z.object({ items: z.array(shadowSchema) }),
      handle: async () => ({ items: (await reads.rescores()).map(presentShadow) }),
    }),
    endpoint({
      path: '/api/v1/rescore/{channel}',
      id: 'getRescore',
      summary:
        'What the newer algorithm would change in a channel: what appears, vanishes, or is scored or routed anew',
      query: pageQuery,
      response: shadowSchema.extend({
        items: z.array(differenceSchema),
        next: z.string().nullable(),
        total: count.nullable(),
      }),
      handle: async ({ params, query: { after, limit } }) => {
        const read = await reads.rescore({ channel: params.channel ?? '', after: after ?? null, limit });
        return read === null
          ? { problem: problems.notFound('No newer algorithm waits in that channel. See /api/v1/rescore.') }
          : {
              ...presentShadow(read.shadow),
              items: read.items.map(presentDifference),
              next: read.next,
              total: read.total,
            };
      },
    }),
  ];
}

export function presentShadow(shadow: Shadow) {
  return { ...shadow, comparedAt: toIso(shadow.comparedAt) };
}

export function presentDifference({ kind, attr, advisoryId, isHeld, before, after }: MatchDifference) {
  return { kind, attr, advisoryId, held: isHeld, before: presentAnswer(before), after: presentAnswer(after) };
}

function presentAnswer(found: StoredMatch | null) {
  if (found === null) return null;
  const { version, status, score, explanation } = found.match;
  return { version, status, route: found.route, score, explanation };
}
