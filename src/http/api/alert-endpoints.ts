import { z } from 'zod';
import type { Principal } from '../../accounts/index.ts';
import { isoOrNull, toIso } from '../../foundation/clock.ts';
import type { Delivery, TargetHealth } from '../../pipeline/alerts/index.ts';
import type { AlertPort } from '../alert-port.ts';
import { isOfTheHouse } from '../principal.ts';
import type { Problem } from '../problem.ts';
import { type Endpoint, endpoint } from './endpoint.ts';
import { instant, pageQuery } from './schemas.ts';

const none = z.object({});
const state = z.enum(['waiting', 'held', 'folded', 'sent', 'dead', 'diverted', 'stopped']);

const targetSchema = z
  .object({
    name: z.string(),
    channel: z.string(),
    state: z.enum(['untried', 'ok', 'failing', 'paused', 'disabled']),
    failures: z.number().int(),
    pausedUntil: instant.nullable(),
    lastSentAt: instant.nullable(),
    lastFailedAt: instant.nullable(),
    lastError: z.string().nullable(),
    waiting: z.number().int(),
    dead: z.number().int(),
  })
  .meta({ id: 'AlertTarget' });

const deliverySchema = z
  .object({
    id: z.string().describe('The idempotency key that the receiver sees'),
    subscriptionId: z.string().nullable(),
    subscriber: z.string().nullable().describe('Null: a test'),
    target: z.string(),
    state,
    message: z.object({ kind: z.string(), subject: z.string(), urgency: z.enum(['urgent', 'normal']) }),
    dueAt: instant,
    attempts: z.number().int(),
    createdAt: instant,
    endedAt: instant.nullable(),
    detail: z.string().nullable(),
  })
  .meta({ id: 'Delivery' });

const attemptSchema = z.object({
  attempt: z.number().int(),
  at: instant,
  tookMs: z.number().int(),
  outcome: z.enum(['sent', 'refused']),
  detail: z.string(),
});

const signInFirst: Problem = {
  status: 401,
  code: 'sign-in',
  title: 'Sign in first',
  detail: 'Who is told what is shown to people of the organisation only.',
};

const notOfTheHouse: Problem = {
  status: 403,
  code: 'not-of-the-house',
  title: 'Not for you',
  detail: 'Who is told what is shown to people of the organisation only, and not to robots.',
};

/** Who was told what and whether it arrived, for people of the house. */
export function alertEndpoints({
  alerts,
  organisation,
}: {
  readonly alerts: Pick<AlertPort, 'targetHealth' | 'deliveries' | 'attemptsOf'>;
  readonly organisation: string;
}): readonly Endpoint[] {
  const toTheHouse = async <Body extends object>(principal: Principal | null, read: () => Promise<Body>) => {
    if (principal === null) return { problem: signInFirst };
    return isOfTheHouse(principal, organisation) ? read() : { problem: notOfTheHouse };
  };
  return [
    endpoint({
      path: '/api/v1/targets',
      id: 'listTargets',
      summary: 'Where messages go, and how each target does',
      query: none,
      response: z.object({ items: z.array(targetSchema) }),
      isPersonal: true,
      handle: ({ principal }) =>
        toTheHouse(principal, async () => ({ items: (await alerts.targetHealth()).map(presentTarget) })),
    }),
    endpoint({
      path: '/api/v1/deliveries',
      id: 'listDeliveries',
      summary: 'What was sent, waits or was given up, newest first',
      query: pageQuery.extend({ state: state.optional(), target: z.string().max(200).optional() }),
      response: z.object({ items: z.array(deliverySchema), next: z.string().nullable() }),
      isPersonal: true,
      handle: ({ principal, query }) =>
        toTheHouse(principal, async () => {
          const page = await alerts.deliveries({
            state: query.state ?? null,
            target: query.target ?? null,
            after: query.after ?? null,
            limit: query.limit,
          });
          return { items: page.items.map(presentDelivery), next: page.next };
        }),
    }),
    endpoint({
      path: '/api/v1/deliveries/{delivery}/attempts',
      id: 'listAttempts',
      summary: 'Every try of one delivery',
      query: none,
      response: z.object({ items: z.array(attemptSchema) }),
      isPersonal: true,
      handle: ({ principal, params }) =>
        toTheHouse(principal, async () => {
          const attempts = await alerts.attemptsOf(params.delivery ?? '');
          return { items: attempts.map(({ at, ...attempt }) => ({ ...attempt, at: toIso(at) })) };
        }),
    }),
  ];
}

function presentTarget({
  pausedUntil,
  lastSentAt,
  lastFailedAt,
  ...target
}: TargetHealth): z.input<typeof targetSchema> {
  return {
    ...target,
    pausedUntil: isoOrNull(pausedUntil),
    lastSentAt: isoOrNull(lastSentAt),
    lastFailedAt: isoOrNull(lastFailedAt),
  };
}

function presentDelivery({ dueAt, createdAt, endedAt, ...delivery }: Delivery): z.input<typeof deliverySchema> {
  return { ...delivery, dueAt: toIso(dueAt), createdAt: toIso(createdAt), endedAt: isoOrNull(endedAt) };
}
