import { z } from 'zod';
import type { Person } from '../../accounts/index.ts';
import type { Clock } from '../../foundation/clock.ts';
import { jsonOrNull } from '../../foundation/json.ts';
import { mostActs, refusalWords, stages, TriageAct } from '../../pipeline/findings/index.ts';
import { type Problem, problems } from '../problem.ts';
import type { TriagePort } from '../triage-port.ts';
import { validationSchema } from './channel-endpoints.ts';
import { type Endpoint, endpoint } from './endpoint.ts';
import { presentAwaited, presentFindingPage, presentTriaged, presentWorkItem } from './present-triage.ts';
import { band, findingSchema, instant, pageQuery } from './schemas.ts';

const none = z.object({});
const stage = z.enum(stages);
const maxActBytes = 64 * 1024;
const maxBulkBytes = 1024 * 1024;

const queueQuery = pageQuery.extend({
  band: band.optional(),
  stage: stage.optional(),
  channel: z.string().max(100).optional(),
  attr: z.string().max(200).optional(),
  claimedBy: z.string().max(100).optional(),
});

const triagedSchema = findingSchema
  .extend({
    stage,
    claim: z.object({ by: z.string(), until: instant }).nullable(),
    nextUpdateAt: instant.nullable(),
    verdict: z.looseObject({ reason: z.string(), statement: z.string(), signedBy: z.array(z.string()) }).nullable(),
    patches: z.array(z.string()),
    acceptedRisk: z
      .object({
        owner: z.string(),
        reason: z.string(),
        control: z.string(),
        until: z.string(),
        customer: z.string().nullable(),
        approvedBy: z.array(z.string()),
      })
      .nullable(),
    rejection: z.object({ at: z.string(), records: z.array(z.string()) }).nullable(),
  })
  .meta({ id: 'TriagedFinding' });

const awaitedSchema = z.object({
  kind: z.enum(['verdict', 'lowering', 'fix', 'risk', 'recheck', 'rejection']),
  by: z.string(),
  at: instant,
  /** What a second person signs. */
  content: z.string().nullable(),
  said: z.looseObject({}).nullable(),
});

const queueSchema = z.object({
  items: z.array(z.object({ count: z.number().int(), findings: z.array(triagedSchema) })),
  next: z.string().nullable(),
});

const findingPageSchema = triagedSchema
  .extend({
    facts: z.array(z.looseObject({ kind: z.string() })),
    clock: z.array(z.object({ at: instant, text: z.string() })),
    attributions: z.array(
      z.object({
        source: z.string(),
        recordId: z.string(),
        outcome: z.string(),
        since: instant,
        until: instant.nullable(),
      }),
    ),
    awaits: z.array(awaitedSchema),
    validated: z.array(
      validationSchema.extend({
        leaving: z.string().nullable().describe('What the fix would do to it; null: nothing'),
      }),
    ),
    siblings: z.array(z.string()),
    elsewhere: z.array(z.string()),
    history: z.array(z.object({ at: instant, kind: z.string(), actor: z.string(), payload: z.looseObject({}) })),
  })
  .meta({ id: 'FindingPage' });

const outcomeSchema = z
  .object({ kind: z.literal('done'), stage: z.string(), awaits: z.string().nullable() })
  .meta({ id: 'TriageDone' });

const bulkBody = z.strictObject({
  findings: z
    .array(z.string().regex(/^\d{1,15}$/))
    .min(1)
    .max(mostActs),
  act: TriageAct,
  dryRun: z.boolean().default(false),
});

/** What people do in the queue, for scripts: the same acts, the same refusals, by a person's token. */
export function triageEndpoints({
  triage,
  clock,
}: {
  readonly triage: TriagePort;
  readonly clock: Clock;
}): readonly Endpoint[] {
  return [
    endpoint({
      path: '/api/v1/queue',
      id: 'getQueue',
      summary: 'What is to be decided: a piece of work for each version of a package',
      query: queueQuery,
      response: queueSchema,
      handle: async ({ query }) => {
        const page = await triage.queue({
          band: query.band ?? null,
          stage: query.stage ?? null,
          channel: query.channel ?? null,
          attr: query.attr ?? null,
          claimedBy: query.claimedBy ?? null,
          after: query.after ?? null,
          limit: query.limit,
        });
        return { items: page.items.map(presentWorkItem), next: page.next };
      },
    }),
    endpoint({
      path: '/api/v1/awaited',
      id: 'listAwaited',
      summary: 'What waits for a second person, the oldest first',
      query: none,
      response: z.object({ items: z.array(awaitedSchema.extend({ finding: triagedSchema })) }),
      handle: async () => {
        const found = await triage.awaited({ findingId: null, limit: 100 });
        return {
          items: found.map(({ finding, awaited }) => ({
            ...presentAwaited(awaited),
            finding: presentTriaged(finding),
          })),
        };
      },
    }),
    endpoint({
      path: '/api/v1/findings/{id}',
      id: 'getFinding',
      summary: 'Everything needed to decide about one finding',
      query: none,
      response: findingPageSchema,
      handle: async ({ params }) => {
        const page = await triage.findingPage(params.id ?? '');
        return page === null ? { problem: noFinding } : presentFindingPage(page);
      },
    }),
    endpoint({
      method: 'post',
      path: '/api/v1/findings/{id}/acts',
      id: 'actOnFinding',
      summary: 'Post one decision of a person, such as {"kind":"claim"}; some wait for a second person',
      query: none,
      response: outcomeSchema,
      maxBodyBytes: maxActBytes,
      handle: async ({ params, body, person }) => {
        const read = readBody(TriageAct, body, person);
        if (read.kind === 'problem') return read;
        const outcome = await triage.act({
          findingId: params.id ?? '',
          act: read.value,
          by: read.person,
          at: clock.now(),
        });
        return outcome.kind === 'refused' ? { problem: refused(outcome.why) } : outcome;
      },
    }),
    endpoint({
      method: 'post',
      path: '/api/v1/triage',
      id: 'actInBulk',
      summary: 'Post one decision on several findings; with dryRun it only says what would come of it',
      query: none,
      response: z.object({
        dryRun: z.boolean(),
        results: z.array(
          z.object({
            findingId: z.string(),
            outcome: z.union([outcomeSchema, z.object({ kind: z.literal('refused'), why: z.string() })]),
          }),
        ),
      }),
      maxBodyBytes: maxBulkBytes,
      handle: async ({ body, person }) => {
        const read = readBody(bulkBody, body, person);
        if (read.kind === 'problem') return read;
        const { findings, act, dryRun } = read.value;
        const acts = findings.map((findingId) => ({ findingId, act }));
        const results = await triage.actInBulk({ acts, by: read.person, at: clock.now(), dryRun });
        return { dryRun, results: results.map(({ findingId, outcome }) => ({ findingId, outcome })) };
      },
    }),
  ];
}

const noFinding = problems.notFound('There is no finding of that number. See /api/v1/queue and /api/v1/findings.');

function readBody<Schema extends z.ZodType>(schema: Schema, body: string, person: Person | null) {
  if (person === null) {
    const problem: Problem = {
      status: 401,
      code: 'no-person',
      title: 'This is done in a person’s name',
      detail: 'Send the token of a person with the scope "act": Authorization: Bearer sg_…',
    };
    return { kind: 'problem', problem } as const;
  }
  const read = schema.safeParse(jsonOrNull(body));
  if (read.success) return { kind: 'read', value: read.data, person } as const;
  const [issue] = read.error.issues;
  const detail = `${issue?.path.join('.') || 'body'}: ${issue?.message ?? 'not a decision'}`.slice(0, 500);
  return { kind: 'problem', problem: problems.badRequest(detail) } as const;
}

function refused(why: string): Problem {
  if (why === 'no_finding') return noFinding;
  const detail = refusalWords[why] ?? why;
  const code = why.replaceAll('_', '-');
  return why === 'role_missing' || why === 'not_a_person'
    ? { status: 403, code, title: 'You may not do that', detail }
    : { status: 409, code, title: 'That is refused as things stand', detail };
}
