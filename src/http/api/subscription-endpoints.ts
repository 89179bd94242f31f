import { z } from 'zod';
import type { Person, Principal } from '../../accounts/index.ts';
import { type Clock, toIso } from '../../foundation/clock.ts';
import { AppError } from '../../foundation/errors.ts';
import { jsonOrNull } from '../../foundation/json.ts';
import { type StoredSubscription, Subscription } from '../../pipeline/alerts/index.ts';
import type { AlertPort } from '../alert-port.ts';
import { mayEnd } from '../may-end.ts';
import { isOfTheHouse } from '../principal.ts';
import { type Problem, problems } from '../problem.ts';
import { type Endpoint, endpoint } from './endpoint.ts';
import { instant } from './schemas.ts';
import { strangers } from './sign-in-first.ts';

const path = '/api/v1/subscriptions';
const none = z.object({});
/** As asked for here: it is for who asks, and flakes that are not public are subscribed to by the operator. */
const Wanted = Subscription.omit({ subscriber: true, flakes: true });

const subscriptionSchema = z
  .object({
    id: z.string(),
    subscription: z.looseObject({ subscriber: z.string(), targets: z.array(z.string()) }),
    createdAt: instant,
    createdBy: z.string(),
    confirmBy: instant
      .nullable()
      .describe('Until then its mail address may agree, and is told nothing; null: it need not'),
    confirmedAt: instant.nullable(),
  })
  .meta({ id: 'Subscription' });

const notYours: Problem = {
  status: 403,
  code: 'not-yours',
  title: 'Not for you',
  detail:
    'Only people of the organisation see and make subscriptions, with a token that may act; its subscriber, or who is on duty, ends one.',
};

/** Who hears what, read and changed by people of the house. */
export function subscriptionEndpoints({
  alerts,
  clock,
  organisation,
}: {
  readonly alerts: Pick<AlertPort, 'subscriptions' | 'subscribe' | 'askAgain' | 'stop'>;
  readonly clock: Clock;
  readonly organisation: string;
}): readonly Endpoint[] {
  const refusal = (principal: Principal | null) =>
    principal === null ? strangers : isOfTheHouse(principal, organisation) ? null : notYours;
  const actingOn = async (
    { principal, person }: { readonly principal: Principal | null; readonly person: Person | null },
    id: string,
  ): Promise<{ readonly by: string; readonly found: StoredSubscription } | { readonly problem: Problem }> => {
    const refused = refusal(principal);
    if (refused !== null) return { problem: refused };
    const found = (await alerts.subscriptions()).find((one) => one.id === id);
    if (found === undefined) return { problem: problems.notFound(`There is no such subscription. See ${path}.`) };
    if (person === null || !mayEnd(person, found)) return { problem: notYours };
    return { by: person.name, found };
  };
  return [
    endpoint({
      path,
      id: 'listSubscriptions',
      summary: 'Who hears what, and whose address has not agreed yet',
      query: none,
      response: z.object({ items: z.array(subscriptionSchema) }),
      isPersonal: true,
      handle: async ({ principal }) => {
        const refused = refusal(principal);
        return refused === null ? { items: (await alerts.subscriptions()).map(present) } : { problem: refused };
      },
    }),
    endpoint({
      method: 'post',
      path,
      id: 'subscribe',
      summary: 'Hear something: {targets, address, kinds, packages, severity, digest …}; a mail address is asked first',
      query: none,
      response: subscriptionSchema,
      status: 201,
      isPersonal: true,
      maxBodyBytes: 100_000,
      handle: async ({ principal, person, body }) => {
        const refused = refusal(principal);
        if (refused !== null || person === null) return { problem: refused ?? notYours };
        const wanted = Wanted.safeParse(jsonOrNull(body));
        if (!wanted.success)
          return { problem: problems.badRequest(wanted.error.issues.slice(0, 5).map(wordsOf).join('; ')) };
        const subscription = { ...wanted.data, subscriber: person.name };
        return orRefused(async () =>
          present(await alerts.subscribe({ subscription, by: person.name, at: clock.now() })),
        );
      },
    }),
    endpoint({
      method: 'post',
      path: `${path}/{subscription}/ask`,
      id: 'askAgain',
      summary: 'Mail the question again to an address that has not agreed yet',
      query: none,
      response: z.object({ asked: z.boolean().describe('False: nobody is waited for') }),
      isPersonal: true,
      handle: async ({ params, ...asker }) => {
        const acting = await actingOn(asker, params.subscription ?? '');
        if ('problem' in acting) return acting;
        const { by, found } = acting;
        return orRefused(async () => ({
          asked: (await alerts.askAgain({ id: found.id, by, at: clock.now() })) === 'asked',
        }));
      },
    }),
    endpoint({
      method: 'delete',
      path: `${path}/{subscription}`,
      id: 'stopSubscription',
      summary: 'End a subscription; what still waits is not sent',
      query: none,
      response: z.object({ stopped: z.boolean() }),
      isPersonal: true,
      handle: async ({ params, ...asker }) => {
        const acting = await actingOn(asker, params.subscription ?? '');
        if ('problem' in acting) return acting;
        const { by, found } = acting;
        return { stopped: (await alerts.stop({ id: found.id, by, at: clock.now() })).kind === 'stopped' };
      },
    }),
  ];
}

/** What a person asked for that cannot be is said; what else goes wrong is not theirs. */
async function orRefused<Body extends object>(
  work: () => Promise<Body>,
): Promise<Body | { readonly problem: Problem }> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AppError) || !error.code.startsWith('usage.')) throw error;
    if (error.code !== 'usage.too-many-mails') return { problem: problems.badRequest(`${error.message}.`) };
    return { problem: { status: 429, code: 'too-many-mails', title: 'Too many mails', detail: `${error.message}.` } };
  }
}

function wordsOf({ path: at, message }: z.core.$ZodIssue): string {
  return `${at.join('.') || 'body'}: ${message}`;
}

/** Without the key that stops it: that is for its subscriber alone. */
function present({ id, subscription, createdAt, createdBy, confirmBy, confirmedAt }: StoredSubscription) {
  return {
    id,
    subscription: { ...subscription, targets: [...subscription.targets] },
    createdAt: toIso(createdAt),
    createdBy,
    confirmBy: confirmBy === null ? null : toIso(confirmBy),
    confirmedAt: confirmedAt === null ? null : toIso(confirmedAt),
  };
}
