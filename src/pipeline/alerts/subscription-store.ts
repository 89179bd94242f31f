import { createHash } from 'node:crypto';
import type { EpochMs } from '../../foundation/clock.ts';
import { type RandomBytes, uuidV7 } from '../../foundation/ids.ts';
import { canonicalJson } from '../../foundation/json.ts';
import { appendEvent, type JournalTables } from '../../journal/index.ts';
import type { Database } from '../../platform/database/index.ts';
import type { AlertsTransaction } from './plan-messages.ts';
import type { StoredSubscription, Subscription } from './subscription.ts';
import { activeSubscriptions, subscriptionOfRow } from './subscription-rows.ts';
import type { AlertsTables } from './tables.ts';

const configuredBy = 'configuration';

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
  }) => Promise<StoredSubscription>;
  readonly stop: (given: { readonly id: string; readonly by: string; readonly at: EpochMs }) => Promise<StopOutcome>;
  /** Makes the configured ones what the configuration says; one that its subscriber stopped stays stopped. */
  readonly adoptConfigured: (subscriptions: readonly Subscription[], at: EpochMs) => Promise<void>;
}

export function createSubscriptionStore({
  db,
  random,
}: {
  readonly db: Database<AlertsTables & JournalTables>;
  readonly random: RandomBytes;
}): SubscriptionStore {
  const add = async (
    trx: AlertsTransaction,
    { id, subscription, by, at }: { id: string; subscription: Subscription; by: string; at: EpochMs },
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
    };
    await trx.insertInto('alert_subscription').values(row).execute();
    await announce(trx, 'subscription.added', { id, subscription, by, at });
    return subscriptionOfRow(row);
  };
  const stopIn = async (
    trx: AlertsTransaction,
    { id, by, at }: { readonly id: string; readonly by: string; readonly at: EpochMs },
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
      .where('state', 'in', ['waiting', 'held'])
      .execute();
    await announce(trx, 'subscription.stopped', { id, subscription: known.subscription, by, at });
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
        for (const [id, subscription] of missing) await add(trx, { id, subscription, by: configuredBy, at });
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
