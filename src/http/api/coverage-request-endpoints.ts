import { z } from 'zod';
import { type Clock, toIso } from '../../foundation/clock.ts';
import { jsonOrNull } from '../../foundation/json.ts';
import { type CoverageRequest, CoverageWish } from '../../pipeline/consumers/index.ts';
import type { ConsumerPort } from '../consumer-port.ts';
import { isOperator, nameOf } from '../principal.ts';
import { problems } from '../problem.ts';
import { type Endpoint, endpoint } from './endpoint.ts';
import { instant } from './schemas.ts';
import { strangers } from './sign-in-first.ts';

const path = '/api/v1/coverage-requests';
const maxWishBytes = 2 * 1024 * 1024;
const none = z.object({});

const requestSchema = z
  .object({
    package: z.string(),
    attr: z.string().nullable(),
    state: z.enum(['open', 'accepted', 'declined']),
    decision: z.object({ reason: z.string(), by: z.string(), at: instant }).nullable(),
    askedBy: z.array(
      z.object({ requester: z.string(), version: z.string().nullable(), reason: z.string(), askedAt: instant }),
    ),
  })
  .meta({ id: 'CoverageRequest' });
const response = z.object({ items: z.array(requestSchema) });

/** What consumers ask to have covered. */
export function coverageRequestEndpoints(given: {
  readonly consumers: Pick<ConsumerPort, 'requests'>;
  readonly clock: Clock;
}): readonly Endpoint[] {
  const { requests } = given.consumers;
  return [
    endpoint({
      path,
      id: 'listCoverageRequests',
      summary: 'What you asked to have covered, and how it stands; operators see what everybody asked for',
      query: none,
      response,
      isPersonal: true,
      handle: async ({ principal }) => {
        if (principal === null) return { problem: strangers };
        const own = isOperator(principal) ? null : nameOf(principal);
        const all = await requests.requests({ state: null });
        const shown = all.filter(({ askedBy }) => own === null || askedBy.some(({ requester }) => requester === own));
        return { items: shown.map((request) => presentRequest(request, own)) };
      },
    }),
    endpoint({
      method: 'post',
      path,
      id: 'requestCoverage',
      summary: 'Ask to have packages covered: {reason, packages: [{name, version, attr}]}',
      query: none,
      response,
      status: 201,
      maxBodyBytes: maxWishBytes,
      handle: async ({ principal, body }) => {
        if (principal === null) return { problem: strangers };
        const requester = nameOf(principal);
        const wish = CoverageWish.safeParse(jsonOrNull(body));
        if (!wish.success) {
          const [issue] = wish.error.issues;
          const detail = `${issue?.path.join('.') || 'the body'}: ${issue?.message ?? 'not readable'}`;
          return { problem: problems.badRequest(detail.slice(0, 300)) };
        }
        const asked = await requests.ask({ wish: wish.data, requester, at: given.clock.now() });
        return { items: asked.map((request) => presentRequest(request, requester)) };
      },
    }),
  ];
}

/** `only`: what the others say is not for everybody. */
function presentRequest(request: CoverageRequest, only: string | null): z.input<typeof requestSchema> {
  const { package: name, attr, state, decision, askedBy } = request;
  return {
    package: name,
    attr,
    state,
    decision: decision === null ? null : { ...decision, at: toIso(decision.at) },
    askedBy: askedBy
      .filter(({ requester }) => only === null || requester === only)
      .map(({ askedAt, ...asked }) => ({ ...asked, askedAt: toIso(askedAt) })),
  };
}
