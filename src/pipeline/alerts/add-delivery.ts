import type { EpochMs } from '../../foundation/clock.ts';
import { type RandomBytes, uuidV7 } from '../../foundation/ids.ts';
import type { Message } from './message.ts';
import type { AlertsTransaction } from './plan-messages.ts';

export async function addMessage(
  trx: AlertsTransaction,
  { id, message, at }: { readonly id: string; readonly message: Message; readonly at: EpochMs },
): Promise<void> {
  const { kind } = message;
  await trx
    .insertInto('alert_message')
    .values({ id, kind, body: JSON.stringify(message), at })
    .execute();
}

/** One that is to be sent now; who adds it announces it. */
export async function addDelivery(
  trx: AlertsTransaction,
  given: {
    readonly subscriptionId: string | null;
    readonly messageId: string;
    readonly target: string;
    readonly detail?: string;
    readonly at: EpochMs;
    readonly random: RandomBytes;
  },
): Promise<void> {
  const { subscriptionId, messageId, target, detail = null, at, random } = given;
  await trx
    .insertInto('alert_delivery')
    .values({
      id: uuidV7(at, random),
      subscription_id: subscriptionId,
      message_id: messageId,
      target,
      state: 'waiting',
      due_at: at,
      attempts: 0,
      created_at: at,
      ended_at: null,
      detail,
    })
    .execute();
}
