import { z } from 'zod';
import { toIso } from '../../foundation/clock.ts';
import { AppError } from '../../foundation/errors.ts';
import { jsonOrNull } from '../../foundation/json.ts';
import { type Embargo, EmbargoAct, readReport, refusalWords } from '../../pipeline/embargoes/index.ts';
import type { EmbargoPage, EmbargoPort } from '../embargo-port.ts';
import { embargoEventText, embargoEventWords, openedWords } from '../embargo-words.ts';
import { readerOf } from '../principal.ts';
import { type Problem, problems } from '../problem.ts';
import { type Endpoint, endpoint } from './endpoint.ts';
import { band, instant } from './schemas.ts';
import { strangers } from './sign-in-first.ts';

const path = '/api/v1/embargoes';
const none = z.object({});
const maxReportBytes = 256 * 1024;
const maxActBytes = 1024 * 1024;

const embargoSchema = z
  .object({
    id: z.string(),
    summary: z.string(),
    openedAt: instant,
    endsAt: instant,
    ended: z
      .object({ at: instant, how: z.enum(['planned', 'lifted', 'public']), by: z.string(), reason: z.string() })
      .nullable(),
    advisoryId: z.string().nullable(),
    claimedBy: z.string().nullable(),
    cases: z.array(
      z.object({
        channel: z.string(),
        attr: z.string(),
        version: z.string().nullable(),
        since: instant,
        isAffected: z.boolean(),
      }),
    ),
  })
  .meta({ id: 'Embargo' });

const pageSchema = embargoSchema
  .extend({
    report: z.looseObject({}),
    band,
    circle: z.array(z.object({ person: z.string(), letInAt: instant, letInBy: z.string() })),
    clocks: z.array(
      z.object({
        channel: z.string(),
        attr: z.string(),
        name: z.string(),
        dueAt: instant.nullable(),
        state: z.string(),
      }),
    ),
    history: z.array(z.looseObject({ at: instant, actor: z.string(), kind: z.string(), text: z.string() })),
  })
  .meta({ id: 'EmbargoPage' });

/** What is under embargo, for those who were let in. */
export function embargoEndpoints({ embargoes }: { readonly embargoes: EmbargoPort }): readonly Endpoint[] {
  return [
    endpoint({
      path,
      id: 'listEmbargoes',
      summary: 'What you were let into before it is public',
      query: none,
      response: z.object({ items: z.array(embargoSchema) }),
      isPersonal: true,
      handle: async ({ principal }) => {
        const person = readerOf(principal);
        if (person === null) return { problem: strangers };
        return { items: (await embargoes.seenBy(person)).map(presentEmbargo) };
      },
    }),
    endpoint({
      path: `${path}/{id}`,
      id: 'getEmbargo',
      summary: 'Everything about one that you were let into',
      query: none,
      response: pageSchema,
      isPersonal: true,
      handle: async ({ params, principal }) => {
        const person = readerOf(principal);
        if (person === null) return { problem: strangers };
        const page = await embargoes.page(person, params.id ?? '');
        return page === null ? { problem: noEmbargo } : presentEmbargoPage(page);
      },
    }),
    endpoint({
      method: 'post',
      path,
      id: 'openEmbargo',
      summary: 'Post a report in confidence, as TOML or JSON; only a security lead opens an embargo',
      query: none,
      response: z.object({ id: z.string() }),
      status: 201,
      maxBodyBytes: maxReportBytes,
      bodyTypes: ['application/toml', 'application/json'],
      handle: async ({ body, person }) => {
        if (person === null) return { problem: strangers };
        const report = reportOf(body);
        if ('detail' in report) return { problem: report };
        const outcome = await embargoes.open({ report, by: person });
        if (outcome.kind === 'opened') return { id: outcome.id };
        return { problem: refused(outcome.kind === 'refused' ? outcome.why : outcome.kind, openedWords(outcome)) };
      },
    }),
    endpoint({
      method: 'post',
      path: `${path}/{id}/acts`,
      id: 'actOnEmbargo',
      summary: 'Post one act of somebody who was let in, such as {"kind":"claim"}',
      query: none,
      response: z.object({ kind: z.literal('done') }),
      maxBodyBytes: maxActBytes,
      handle: async ({ params, body, person }) => {
        if (person === null) return { problem: strangers };
        const act = EmbargoAct.safeParse(jsonOrNull(body));
        if (!act.success) {
          const [issue] = act.error.issues;
          const detail = `${issue?.path.join('.') || 'the body'}: ${issue?.message ?? 'not readable'}`;
          return { problem: problems.badRequest(detail.slice(0, 300)) };
        }
        const outcome = await embargoes.act({ id: params.id ?? '', act: act.data, by: person });
        if (outcome.kind === 'unknown') return { problem: noEmbargo };
        return outcome.kind === 'done' ? outcome : { problem: refused(outcome.why, refusalWords(outcome)) };
      },
    }),
  ];
}

/** The same whether there is none, or not for who asks. */
const noEmbargo = problems.notFound('There is no such embargo that you were let into. See /api/v1/embargoes.');

function refused(why: string, detail: string): Problem {
  const code = why.replaceAll('_', '-');
  return why === 'role_missing' || why === 'not_a_person'
    ? { status: 403, code, title: 'You may not do that', detail }
    : { status: 409, code, title: 'That is refused as things stand', detail };
}

function reportOf(body: string) {
  try {
    return readReport(body);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return problems.badRequest(error.message);
  }
}

export function presentEmbargo(embargo: Embargo): z.input<typeof embargoSchema> {
  const { id, report, openedAt, endsAt, ended, claimedBy, cases } = embargo;
  return {
    id,
    summary: report.summary,
    openedAt: toIso(openedAt),
    endsAt: toIso(endsAt),
    ended: ended === null ? null : { at: toIso(ended.at), how: ended.how, by: ended.by, reason: ended.reason },
    advisoryId: ended?.advisoryId ?? null,
    claimedBy,
    cases: cases.map(({ channel, attr, version, since, isAffected }) => ({
      channel,
      attr,
      version,
      since: toIso(since),
      isAffected,
    })),
  };
}

export function presentEmbargoPage({ embargo, band: rated, clocks }: EmbargoPage): z.input<typeof pageSchema> {
  const { report, circle, history } = embargo;
  return {
    ...presentEmbargo(embargo),
    report: { ...report, public_at: toIso(report.public_at) },
    band: rated,
    circle: circle.map((one) => ({ ...one, letInAt: toIso(one.letInAt) })),
    clocks: clocks.flatMap(({ of: { channel, attr }, clocks: own }) =>
      own.map(({ name, dueAt, state }) => ({
        channel,
        attr,
        name,
        dueAt: dueAt === null ? null : toIso(dueAt),
        state,
      })),
    ),
    history: history.map((event) => ({
      at: toIso(event.at),
      actor: event.actor,
      kind: event.kind,
      text: embargoEventText(event) ?? embargoEventWords(event),
    })),
  };
}
