import { createHash } from 'node:crypto';
import type { EpochMs } from '../../foundation/clock.ts';
import { type RandomBytes, uuidV7 } from '../../foundation/ids.ts';
import { canonicalJson } from '../../foundation/json.ts';
import { appendEvent, type JournalTables } from '../../journal/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { addressedTargets, askAddress, dropLinks, hasAgreed, noteAgreed, waitingByToken } from './confirmation.ts';
import type { AlertsTransaction } from './plan-messages.ts';
import type { StoredSubscription, Subscription } from './subscription.ts';
import { activeSubscriptions, subscriptionOfRow } from './subscription-rows.ts';
import type { AlertsTables } from './tables.ts';
import type { AlertTarget } from './target.ts';

export const configuredBy = 'configuration';

export type StopOutcome =
  | { readonly kind: 'stopped'; readonly subscription: StoredSubscription }
  /** It was stopped before: again changes nothing. */
  | { readonly kind: 'was-stopped'; readonly subscription: StoredSubscription }
  | { readonly kind: 'unknown' };

export interface SubscriptionStore {
  /** The active ones, oldest first. */
  readonly subscriptions: () => Promise<readonly StoredSubscription[]>;
  readonly subscriptionByToken: (token: string) => Promise<StoredSubscription | null>;
  readonly subscribe: (given: {
    readonly subscription: Subscription;
    readonly by: string;
    readonly at: EpochMs;
    /** Somebody answers for the address: it is not asked whether it agrees. */
    readonly isVouched?: boolean;
  }) => Promise<StoredSubscription>;
  /** Mails the question again to an address that has not agreed yet. */
  readonly askAgain: (given: {
    readonly id: string;
    readonly by: string;
    readonly at: EpochMs;
  }) => Promise<'asked' | 'not-waiting'>;
  /** What the link of such a mail is about; null: it was used, is too old, or never was. */
  readonly waitingByToken: (token: string, at: EpochMs) => Promise<StoredSubscription | null>;
  /** The address agrees, once; null as above. */
  readonly confirm: (token: string, at: EpochMs) => Promise<StoredSubscription | null>;
  /** Ends those whose address did not agree in time; gives how many there were. */
  readonly endUnconfirmed: (at: EpochMs) => Promise<number>;
  readonly stop: (given: { readonly id: string; readonly by: string; readonly at: EpochMs }) => Promise<StopOutcome>;
  /** Makes the configured ones what the configuration says; one that its subscriber stopped stays stopped. */
  readonly adoptConfigured: (subscriptions: readonly Subscription[], at: EpochMs) => Promise<void>;
}

export function createSubscriptionStore({
  db,
  random,
  targets,
}: {
  readonly db: Database<AlertsTables & JournalTables>;
  readonly random: RandomBytes;
  readonly targets: readonly AlertTarget[];
}): SubscriptionStore {
  const ask = (
    trx: AlertsTransaction,
    given: {
      readonly id: string;
      readonly subscription: Subscription;
      readonly by: string;
      readonly at: EpochMs;
    },
  ) => askAddress(trx, { ...given, targets, random });
  const mustAgree = async (trx: AlertsTransaction, subscription: Subscription, by: string) => {
    const { address } = subscription;
    if (address === null || addressedTargets(subscription, targets).length === 0) return false;
    return !(await hasAgreed(trx, { address, by }));
  };
  const add = async (
    trx: AlertsTransaction,
    {
      id,
      subscription,
      by,
      at,
      isVouched = false,
    }: { id: string; subscription: Subscription; by: string; at: EpochMs; isVouched?: boolean },
  ): Promise<StoredSubscription> => {
    const { last } = await trx
      .selectFrom('journal_event')
      .select(({ fn }) => fn.max('sequence').as('last'))
      .executeTakeFirstOrThrow();
    const row = {
      id,
      subscriber: subscription.subscriber,
      body: JSON.stringify(subscription),
      stop_token: Buffer.from(random(24)).toString('base64url'),
      since: last ?? 0,
      created_at: at,
      created_by: by,
      stopped_at: null,
      stopped_by: null,
      confirm_by:
        !isVouched && (await mustAgree(trx, subscription, by)) ? await ask(trx, { id, subscription, by, at }) : null,
      confirmed_at: null,
    };
    await trx.insertInto('alert_subscription').values(row).execute();
    await announce(trx, 'subscription.added', { id, subscription, by, at });
    return subscriptionOfRow(row);
  };
  const stopIn = async (
    trx: AlertsTransaction,
    {
      id,
      by,
      at,
      kind = 'subscription.stopped',
    }: { readonly id: string; readonly by: string; readonly at: EpochMs; readonly kind?: string },
  ): Promise<StopOutcome> => {
    const row = await trx.selectFrom('alert_subscription').selectAll().where('id', '=', id).executeTakeFirst();
    if (row === undefined) return { kind: 'unknown' };
    const known = subscriptionOfRow(row);
    if (known.stoppedAt !== null) return { kind: 'was-stopped', subscription: known };
    await trx.updateTable('alert_subscription').set({ stopped_at: at, stopped_by: by }).where('id', '=', id).execute();
    await trx
      .updateTable('alert_delivery')
      .set({ state: 'stopped', ended_at: at })
      .where('subscription_id', '=', id)
      .where('state', 'in', ['waiting', 'held', 'dead'])
      .execute();
    await dropLinks(trx, id);
    await announce(trx, kind, { id, subscription: known.subscription, by, at });
    return { kind: 'stopped', subscription: { ...known, stoppedAt: at, stoppedBy: by } };
  };

  return {
    subscriptions: () => activeSubscriptions(db.read),
    subscriptionByToken: async (token) => {
      const row = await db.read
        .selectFrom('alert_subscription')
        .selectAll()
        .where('stop_token', '=', token)
        .executeTakeFirst();
      return row === undefined ? null : subscriptionOfRow(row);
    },
    subscribe: (given) => db.write((trx) => add(trx, { id: uuidV7(given.at, random), ...given })),
    askAgain: ({ id, by, at }) =>
      db.write(async (trx) => {
        const row = await trx
          .selectFrom('alert_subscription')
          .selectAll()
          .where('id', '=', id)
          .where('stopped_at', 'is', null)
          .where('confirm_by', 'is not', null)
          .executeTakeFirst();
        if (row === undefined) return 'not-waiting';
        const { subscription } = subscriptionOfRow(row);
        if (addressedTargets(subscription, targets).length === 0) return 'not-waiting';
        const confirmBy = await ask(trx, { id, subscription, by, at });
        await trx.updateTable('alert_subscription').set({ confirm_by: confirmBy }).where('id', '=', id).execute();
        await announce(trx, 'subscription.asked-again', { id, subscription, by, at });
        return 'asked';
      }),
    waitingByToken: async (token, at) => {
      const row = await waitingByToken(db.read, { token, at });
      return row === undefined ? null : subscriptionOfRow(row);
    },
    confirm: (token, at) =>
      db.write(async (trx) => {
        const row = await waitingByToken(trx, { token, at });
        return row === undefined ? null : noteAgreed(trx, subscriptionOfRow(row), at);
      }),
    endUnconfirmed: async (at) => {
      const over = await db.read
        .selectFrom('alert_subscription')
        .select('id')
        .where('stopped_at', 'is', null)
        .where('confirm_by', '<=', at)
        .execute();
      if (over.length === 0) return 0;
      return db.write(async (trx) => {
        for (const { id } of over) await stopIn(trx, { id, by: 'robot', at, kind: 'subscription.expired' });
        return over.length;
      });
    },
    stop: (given) => db.write((trx) => stopIn(trx, given)),
    adoptConfigured: async (subscriptions, at) => {
      const wanted = new Map(subscriptions.map((subscription) => [configuredId(subscription), subscription]));
      const known = await db.read
        .selectFrom('alert_subscription')
        .select(['id', 'stopped_at'])
        .where('created_by', '=', configuredBy)
        .execute();
      const ids = new Set(known.map(({ id }) => id));
      const missing = [...wanted].filter(([id]) => !ids.has(id));
      const gone = known.filter(({ id, stopped_at: stoppedAt }) => stoppedAt === null && !wanted.has(id));
      if (missing.length + gone.length === 0) return;
      await db.write(async (trx) => {
        for (const [id, subscription] of missing)
          await add(trx, { id, subscription, by: configuredBy, at, isVouched: true });
        for (const { id } of gone) await stopIn(trx, { id, by: configuredBy, at });
      });
    },
  };
}

/** The same words, the same subscription: who stopped it is not subscribed again by a restart. */
function configuredId(subscription: Subscription): string {
  return `configured-${createHash('sha256').update(canonicalJson(subscription)).digest('hex').slice(0, 24)}`;
}

async function announce(
  trx: AlertsTransaction,
  kind: string,
  given: {
    readonly id: string;
    readonly subscription: Subscription;
    readonly by: string;
    readonly at: EpochMs;
  },
): Promise<void> {
  const { subscriber, targets } = given.subscription;
  await appendEvent(trx, {
    at: given.at,
    kind,
    subject: given.id,
    actor: given.by,
    payload: { subscriber, targets },
  });
}
