import type { EpochMs } from '../../foundation/clock.ts';
import { type RandomBytes, uuidV7 } from '../../foundation/ids.ts';
import { inParts } from '../../foundation/in-parts.ts';
import type { JournalTables } from '../../journal/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { addDelivery, addMessage } from './add-delivery.ts';
import { digestOf } from './digest.ts';
import type { Message } from './message.ts';
import { announcePlanned } from './plan-messages.ts';
import type { AlertsTables } from './tables.ts';

const subscribersTogether = 500;

/** What was held until now goes out: one message as it is, several to a subscriber as a digest. */
export async function foldHeld(
  db: Database<AlertsTables & JournalTables>,
  given: { readonly now: EpochMs; readonly random: RandomBytes },
): Promise<void> {
  while ((await foldSome(db, given)) === subscribersTogether);
}

async function foldSome(
  db: Database<AlertsTables & JournalTables>,
  { now, random }: { readonly now: EpochMs; readonly random: RandomBytes },
): Promise<number> {
  return db.write(async (trx) => {
    const due = await trx
      .selectFrom('alert_delivery')
      .select('subscription_id')
      .distinct()
      .where('state', '=', 'held')
      .where('due_at', '<=', now)
      .limit(subscribersTogether)
      .execute();
    const targets: string[] = [];
    for (const part of inParts(due.map(({ subscription_id: id }) => id ?? ''))) {
      const held = await trx
        .selectFrom('alert_delivery as delivery')
        .innerJoin('alert_message as message', 'message.id', 'delivery.message_id')
        .select(['delivery.id', 'delivery.subscription_id', 'delivery.target', 'message.body'])
        .where('delivery.state', '=', 'held')
        .where('delivery.due_at', '<=', now)
        .where('delivery.subscription_id', 'in', part)
        .orderBy('delivery.id')
        .execute();
      for (const [subscriptionId, own] of Map.groupBy(held, (row) => row.subscription_id)) {
        const target = own[0]?.target ?? '';
        const ids = own.map(({ id }) => id);
        targets.push(target);
        if (own.length === 1) {
          await trx.updateTable('alert_delivery').set({ state: 'waiting' }).where('id', 'in', ids).execute();
          continue;
        }
        const messageId = uuidV7(now, random);
        const message = digestOf(
          own.map(({ body }) => JSON.parse(body) as Message),
          `digest|${messageId}`,
        );
        await addMessage(trx, { id: messageId, message, at: now });
        await addDelivery(trx, { subscriptionId, messageId, target, at: now, random });
        for (const some of inParts(ids))
          await trx
            .updateTable('alert_delivery')
            .set({ state: 'folded', ended_at: now })
            .where('id', 'in', some)
            .execute();
      }
    }
    if (targets.length > 0) await announcePlanned(trx, targets, now);
    return due.length;
  });
}
