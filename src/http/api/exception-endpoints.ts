import { z } from 'zod';
import type { Person } from '../../accounts/index.ts';
import { toIso } from '../../foundation/clock.ts';
import { jsonOrNull } from '../../foundation/json.ts';
import type { AskedException } from '../../pipeline/releases/index.ts';
import type { AskOutcome, ExceptionPort } from '../exception-port.ts';
import { askRefusal } from '../exception-words.ts';
import { type Problem, problems } from '../problem.ts';
import { type Endpoint, endpoint } from './endpoint.ts';
import { strangers } from './sign-in-first.ts';

const path = '/api/v1/release-exceptions';
const none = z.object({});
const exceptionSchema = z
  .object({
    content: z.string().describe('The hash that the second release manager signs'),
    channel: z.string(),
    commitId: z.string(),
    reason: z.string(),
    askedBy: z.string(),
    askedAt: z.iso.datetime({ offset: true }),
    expiresAt: z.iso.datetime({ offset: true }),
  })
  .meta({ id: 'ReleaseException' });
const response = z.object({ items: z.array(exceptionSchema) });
const Ask = z.strictObject({ channel: z.string().max(200), reason: z.string().max(2000) });
const Act = z.strictObject({ act: z.enum(['approve', 'refuse']) });

/** Releases below the minimum of what can be fetched: one release manager asks, another approves. */
export function exceptionEndpoints({ exceptions }: { readonly exceptions: ExceptionPort }): readonly Endpoint[] {
  const waiting = async () => ({ items: (await exceptions.waiting()).map(present) });
  const decided = async (person: Person | null, decide: (by: Person) => Promise<AskOutcome> | null) => {
    if (person === null) return { problem: strangers };
    const outcome = await decide(person);
    if (outcome === null) return { problem: problems.badRequest('The body is not what OpenAPI says.') };
    return outcome.kind === 'refused' ? { problem: refused(outcome) } : waiting();
  };
  return [
    endpoint({
      path,
      id: 'listReleaseExceptions',
      summary: 'Releases that wait for a second release manager, for people of the house',
      query: none,
      isPersonal: true,
      response,
      handle: async ({ principal }) => (principal?.kind === 'person' ? waiting() : { problem: strangers }),
    }),
    endpoint({
      method: 'post',
      path,
      id: 'askReleaseException',
      summary: 'Ask that the newest commit of a channel is released although too little of it can be fetched',
      query: none,
      response,
      maxBodyBytes: 10_000,
      handle: ({ body, person }) =>
        decided(person, (by) => {
          const asked = Ask.safeParse(jsonOrNull(body));
          return asked.success ? exceptions.ask({ ...asked.data, by }) : null;
        }),
    }),
    endpoint({
      method: 'post',
      path: `${path}/{content}`,
      id: 'decideReleaseException',
      summary: 'Approve what another release manager asked for, or refuse it: {"act": "approve"}',
      query: none,
      response,
      maxBodyBytes: 1_000,
      handle: ({ params: { content = '' }, body, person }) =>
        decided(person, (by) => {
          const act = Act.safeParse(jsonOrNull(body));
          return act.success ? exceptions[act.data.act]({ content, by }) : null;
        }),
    }),
  ];
}

function refused({ why }: Extract<AskOutcome, { readonly kind: 'refused' }>): Problem {
  const { message, hint } = askRefusal(why);
  return { status: 403, code: why, title: 'Nothing was done', detail: `${message}. ${hint}` };
}

function present({ askedAt, expiresAt, ...asked }: AskedException): z.input<typeof exceptionSchema> {
  return { ...asked, askedAt: toIso(askedAt), expiresAt: toIso(expiresAt) };
}
