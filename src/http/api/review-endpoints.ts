import { z } from 'zod';
import { toIso } from '../../foundation/clock.ts';
import type { Review, ReviewAct } from '../../pipeline/changes/index.ts';
import type { PortalReads } from '../ports.ts';
import { problems } from '../problem.ts';
import { type Endpoint, endpoint } from './endpoint.ts';
import { pageQuery } from './schemas.ts';

const instant = z.iso.datetime({ offset: true });
const state = z.enum(['examining', 'waiting', 'held', 'rejected', 'accepted', 'superseded']);
const named = z.object({ attr: z.string(), advisoryId: z.string() });

const reviewSchema = z
  .object({
    id: z.string(),
    channel: z.string(),
    state,
    how: z.enum(['upstream', 'fix', 'rollback', 'found']),
    author: z.string(),
    openedAt: instant,
    base: z.string().nullable(),
    candidate: z.string(),
    treeId: z.string().describe('What an approval is for'),
    class: z.enum(['proof', 'robot', 'people']).nullable().describe('Who has to look; null until it was examined'),
    hits: z.array(
      z.object({
        detector: z.string(),
        severity: z.enum(['critical', 'high', 'info']),
        attr: z.string().nullable(),
        says: z.string(),
      }),
    ),
    packages: z.array(z.string()),
    resolved: z.array(named),
    opened: z.array(named),
    since: z
      .string()
      .nullable()
      .describe('What it was compared with: the base, or where that was not approved the newest before it that was'),
    unproven: z.array(z.string()).describe('Why it is for two people whatever it changes'),
    gates: z
      .array(z.object({ name: z.string(), outcome: z.enum(['passed', 'failed', 'not-run']), says: z.string() }))
      .describe('What a change of ours is measured by; empty for steps of upstream'),
    notExamined: z
      .array(z.object({ detector: z.string(), lacks: z.array(z.string()), why: z.array(z.string()) }))
      .describe('Detectors that could not look, or not at everything, and why'),
    sources: z
      .array(
        z.object({
          attr: z.string(),
          name: z.string(),
          declared: z.string(),
          places: z.array(z.object({ place: z.string(), agrees: z.boolean().nullable() })),
          tag: z.object({ repository: z.string(), name: z.string() }).nullable(),
        }),
      )
      .describe('New sources, where they were fetched anew, and whether each place gave what is declared'),
    trouble: z
      .object({ says: z.string(), hint: z.string().nullable(), at: instant })
      .nullable()
      .describe('Why it could not be examined, and what to do'),
  })
  .meta({ id: 'Review' });

const actSchema = z
  .object({ kind: z.string(), by: z.string(), at: instant, reason: z.string(), treeId: z.string() })
  .meta({ id: 'ReviewAct' });

/** What upstream wants to bring in, and who did what about it. */
export function reviewEndpoints(reads: Pick<PortalReads, 'reviews' | 'review' | 'sourceDiff'>): readonly Endpoint[] {
  return [
    endpoint({
      path: '/api/v1/reviews',
      id: 'listReviews',
      summary: 'Steps of upstream and proposals under review, newest first',
      query: pageQuery.extend({ state: state.optional() }),
      response: z.object({
        items: z.array(reviewSchema),
        next: z.string().nullable(),
        total: z.number().int().nullable(),
      }),
      handle: async ({ query }) => {
        const page = await reads.reviews({
          state: query.state ?? null,
          after: query.after ?? null,
          limit: query.limit,
        });
        return { ...page, items: page.items.map(presentReview) };
      },
    }),
    endpoint({
      path: '/api/v1/reviews/{review}',
      id: 'getReview',
      summary: 'One review with its acts and what it still lacks',
      query: z.object({}),
      response: reviewSchema.extend({
        acts: z.array(actSchema),
        decision: z.enum(['accepted', 'broken-glass', 'waiting', 'held', 'rejected']),
        lacks: z.array(z.string()),
      }),
      handle: async ({ params }) => {
        const page = await reads.review(params.review ?? '');
        if (page === null) return { problem: problems.notFound('There is no such review.') };
        const { review, acts, decision } = page;
        return {
          ...presentReview(review),
          acts: acts.map(presentAct),
          decision: decision.kind,
          lacks: decision.kind === 'waiting' ? [...decision.lacks] : [],
        };
      },
    }),
    endpoint({
      path: '/api/v1/reviews/{review}/sources/{attr}',
      id: 'getReviewSource',
      summary: 'The new source of a package against the one before it, or against its tag',
      query: z.object({ against: z.enum(['before', 'tag']).default('before') }),
      response: z.object({
        files: z.array(z.object({ status: z.enum(['added', 'modified', 'deleted']), path: z.string() })),
        fileCount: z.number().int(),
        text: z.string().describe('A unified diff, what a build reads first'),
        cut: z.boolean(),
      }),
      handle: async ({ params, query }) => {
        const { review = '', attr = '' } = params;
        const diff = await reads.sourceDiff({ review, attr, against: query.against });
        if (diff === null) return { problem: problems.notFound('There is no such source to compare.') };
        const { files, fileCount, text, cut } = diff;
        return { files: [...files], fileCount, text, cut };
      },
    }),
  ];
}

function presentReview(review: Review): z.input<typeof reviewSchema> {
  const { examination, openedAt, trouble, patchKey: _, ...said } = review;
  return {
    ...said,
    since: examination?.since === undefined ? review.base : examination.since,
    unproven: [...(examination?.unproven ?? [])],
    gates: [...(examination?.gates ?? [])],
    notExamined: (examination?.notExamined ?? []).map(({ detector, lacks, why = [] }) => ({
      detector,
      lacks: [...lacks],
      why: [...why],
    })),
    sources: (examination?.sources ?? []).map(({ attr, name, declared, places, tag }) => ({
      attr,
      name,
      declared,
      places: [...places],
      tag: tag === null ? null : { repository: tag.repository, name: tag.name },
    })),
    trouble: trouble === null ? null : { ...trouble, at: toIso(trouble.at) },
    openedAt: toIso(openedAt),
    class: examination?.class ?? null,
    hits: (examination?.hits ?? []).map(({ detector, severity, attr, says }) => ({ detector, severity, attr, says })),
    packages: (examination?.packages ?? []).map(({ attr }) => attr),
    resolved: [...(examination?.vulnerabilities.resolved ?? [])],
    opened: [...(examination?.vulnerabilities.opened ?? [])],
  };
}

function presentAct({ kind, by, at, reason, treeId }: ReviewAct): z.input<typeof actSchema> {
  return { kind, by, at: toIso(at), reason, treeId };
}
