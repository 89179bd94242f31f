import { type Context, Hono } from 'hono';
import { type Clock, toIso } from '../../foundation/clock.ts';
import {
  type ConsumerStore,
  type CoverageRequest,
  CoverageWish,
  maxLockBytes,
} from '../../pipeline/consumers/index.ts';
import type { CachePorts } from '../cache/ports.ts';
import { principalOf } from '../principal.ts';
import { type Problem, problemJson, problems } from '../problem.ts';
import { pathSegments } from '../registry/segments.ts';
import { textBody } from './text-body.ts';

export type ConsumerPort = Pick<ConsumerStore, 'registerLock' | 'remove' | 'requests'>;

const maxWishBytes = 2 * 1024 * 1024;

/** What a consumer with a token tells a set: whose lock this is, and what more should be covered. */
export function consumerRoutes(given: {
  readonly consumers: ConsumerPort;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly cache: Pick<CachePorts, 'keys'>;
  readonly publicUrl: string;
}): Hono {
  const { consumers, clock, newId, cache, publicUrl } = given;
  const app = new Hono();

  // What "snowguard login" writes into the settings of Nix.
  app.get('/api/v1/client-settings', async (c) => {
    const keys = (await cache.keys()).filter(({ retiredAt }) => retiredAt === null);
    return c.json({ substituter: `${publicUrl}/cache`, trustedPublicKeys: keys.map(({ publicKey }) => publicKey) });
  });

  app.put('/api/v1/consumers/:name', async (c) => {
    const by = nameOf(c);
    if (by === null) return problemJson(c, strangers);
    const text = await textBody(c, maxLockBytes);
    if (typeof text !== 'string') return problemJson(c, text);
    const name = consumerName(c);
    const outcome = await consumers.registerLock({ name, text, at: clock.now(), id: newId(), by });
    switch (outcome.kind) {
      case 'registered':
        return c.json({ name, changed: outcome.changed, inputs: outcome.consumer.inputs.length });
      case 'taken':
        return problemJson(c, {
          status: 409,
          code: 'taken',
          title: 'That name is taken',
          detail: 'Somebody else has registered a lock under that name. Choose another.',
        });
      case 'malformed':
        return problemJson(c, {
          status: 422,
          code: 'malformed-lock',
          title: 'This cannot be registered',
          detail: outcome.reason.slice(0, 500),
        });
    }
  });

  app.delete('/api/v1/consumers/:name', async (c) => {
    const by = nameOf(c);
    if (by === null) return problemJson(c, strangers);
    const removed = await consumers.remove({ name: consumerName(c), at: clock.now(), by });
    return removed
      ? c.json({ removed })
      : problemJson(c, problems.notFound('You have registered no lock of that name.'));
  });

  app.get('/api/v1/coverage-requests', async (c) => {
    const own = nameOf(c);
    if (own === null) return problemJson(c, strangers);
    const isOperator = isOperatorOf(c);
    const all = await consumers.requests.requests({ state: null });
    const shown = isOperator ? all : all.filter(({ askedBy }) => askedBy.some(({ requester }) => requester === own));
    return c.json({ items: shown.map((request) => presentRequest(request, isOperator ? null : own)) });
  });

  app.post('/api/v1/coverage-requests', async (c) => {
    const requester = nameOf(c);
    if (requester === null) return problemJson(c, strangers);
    const text = await textBody(c, maxWishBytes);
    if (typeof text !== 'string') return problemJson(c, text);
    const wish = CoverageWish.safeParse(parsed(text));
    if (!wish.success) {
      const [issue] = wish.error.issues;
      return problemJson(
        c,
        problems.badRequest(
          `${issue?.path.join('.') || 'the body'}: ${issue?.message ?? 'not readable'}`.slice(0, 300),
        ),
      );
    }
    const asked = await consumers.requests.ask({ wish: wish.data, requester, at: clock.now() });
    return c.json({ items: asked.map((request) => presentRequest(request, requester)) }, 201);
  });
  return app;
}

/** `only`: what the others say is not for everybody. */
function presentRequest(request: CoverageRequest, only: string | null) {
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

const strangers: Problem = {
  status: 401,
  code: 'sign-in',
  title: 'Say who you are',
  detail: 'Send a token of this server: Authorization: Bearer TOKEN. "snowguard login" keeps one for you.',
};

function nameOf(c: Context): string | null {
  const principal = principalOf(c);
  if (principal === null) return null;
  return principal.kind === 'person' ? principal.person.name : principal.name;
}

/** Who may see what everyone asks for, and decide it. */
export function isOperatorOf(c: Context): boolean {
  const principal = principalOf(c);
  return (
    principal?.kind === 'person' &&
    principal.person.roles.some((role) => role === 'policy_admin' || role === 'security_lead' || role === 'auditor')
  );
}

function consumerName(c: Context): string {
  return pathSegments(c.req.url)?.[3] ?? '';
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
