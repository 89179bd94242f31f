import type { Kysely, Selectable } from 'kysely';
import type { JournalTables } from '../../journal/index.ts';
import type { StoredSubscription, Subscription } from './subscription.ts';
import type { AlertsTables } from './tables.ts';

export async function activeSubscriptions(
  db: Kysely<AlertsTables & JournalTables>,
): Promise<readonly StoredSubscription[]> {
  const rows = await db
    .selectFrom('alert_subscription')
    .selectAll()
    .where('stopped_at', 'is', null)
    .orderBy('id')
    .execute();
  return rows.map(subscriptionOfRow);
}

export function subscriptionOfRow(row: Selectable<AlertsTables['alert_subscription']>): StoredSubscription {
  return {
    id: row.id,
    subscription: JSON.parse(row.body) as Subscription,
    stopToken: row.stop_token,
    since: row.since,
    createdAt: row.created_at,
    createdBy: row.created_by,
    stoppedAt: row.stopped_at,
    stoppedBy: row.stopped_by,
    confirmBy: row.confirm_by,
    confirmedAt: row.confirmed_at,
  };
}
