import { createHash } from 'node:crypto';
import type { Selectable } from 'kysely';
import type { EpochMs } from '../../foundation/clock.ts';
import { type RandomBytes, uuidV7 } from '../../foundation/ids.ts';
import { appendEvent, type JournalTables } from '../../journal/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { addDelivery, addMessage } from './add-delivery.ts';
import type { Envelope } from './channels/channel.ts';
import type { Message } from './message.ts';
import { type AlertsTransaction, announcePlanned } from './plan-messages.ts';
import type { StoredSubscription, Subscription } from './subscription.ts';
import type { AlertsTables } from './tables.ts';
import type { AlertTarget } from './target.ts';
import { countUninvited } from './uninvited.ts';

/** The kind of the only message that goes to an address before it agreed. */
export const askKind = 'confirm';
const confirmHours = 72;

type Targets = readonly Pick<AlertTarget, 'name' | 'needsAddress'>[];

/** The targets of a subscription that write to its own address: it must agree first. */
export function addressedTargets({ targets: names }: Subscription, targets: Targets): readonly string[] {
  return names.filter((name) => targets.some((target) => target.name === name && target.needsAddress));
}

/** Whether this person's messages are wanted at this address: it agreed to others of theirs, and still gets them. */
export async function hasAgreed(
  trx: AlertsTransaction,
  { address, by }: { readonly address: string; readonly by: string },
): Promise<boolean> {
  const rows = await trx
    .selectFrom('alert_subscription')
    .select('body')
    .where('created_by', '=', by)
    .where('confirmed_at', 'is not', null)
    .where('stopped_at', 'is', null)
    .execute();
  const own = address.toLowerCase();
  return rows.some(({ body }) => (JSON.parse(body) as Subscription).address?.toLowerCase() === own);
}

/** Writes the mail that asks an address, or asks it again; until the returned instant it may agree. */
export async function askAddress(
  trx: AlertsTransaction,
  given: {
    readonly id: string;
    readonly subscription: Subscription;
    readonly targets: Targets;
    readonly by: string;
    readonly at: EpochMs;
    readonly random: RandomBytes;
  },
): Promise<EpochMs> {
  const { id, subscription, by, at, random } = given;
  const target = addressedTargets(subscription, given.targets)[0] ?? '';
  await countUninvited(trx, { address: subscription.address ?? '', by, at });
  await endAsking(trx, id, at);
  const messageId = uuidV7(at, random);
  await addMessage(trx, { id: messageId, message: askMessage(by, messageId), at });
  await addDelivery(trx, { subscriptionId: id, messageId, target, at, random });
  await announcePlanned(trx, [target], at);
  return at + confirmHours * 60 * 60_000;
}

/** A mail that asks and has not gone out yet need not go any more. */
async function endAsking(trx: AlertsTransaction, id: string, at: EpochMs): Promise<void> {
  await trx
    .updateTable('alert_delivery')
    .set({ state: 'stopped', ended_at: at })
    .where('subscription_id', '=', id)
    .where('state', 'in', ['waiting', 'held'])
    .execute();
}

/**
 * The mail with a link of its own, made as it is sent: its key stands nowhere but in the mail. Those of earlier tries stay
 * good, as one of them may have arrived after all. Null: nobody is asked any more.
 */
export async function withConfirmLink(
  { db, random }: { readonly db: Database<AlertsTables & JournalTables>; readonly random: RandomBytes },
  {
    subscriptionId,
    envelope,
    now,
  }: { readonly subscriptionId: string; readonly envelope: Envelope; readonly now: EpochMs },
): Promise<Envelope | null> {
  const token = Buffer.from(random(24)).toString('base64url');
  const isAsked = await db.write(async (trx) => {
    const waiting = await trx
      .selectFrom('alert_subscription')
      .select('id')
      .where('id', '=', subscriptionId)
      .where('confirm_by', '>', now)
      .where('stopped_at', 'is', null)
      .executeTakeFirst();
    if (waiting === undefined) return false;
    await trx
      .insertInto('alert_confirmation')
      .values({ token_hash: hashOf(token), subscription_id: subscriptionId })
      .execute();
    return true;
  });
  if (!isAsked) return null;
  const { message, homeUrl } = envelope;
  return { ...envelope, message: { ...message, links: [{ label: 'Confirm', url: `${homeUrl}/confirm/${token}` }] } };
}

/** The row that a link confirms; undefined: it was used, is too old, or never was. */
export function waitingByToken(
  db: Pick<AlertsTransaction, 'selectFrom'>,
  { token, at }: { readonly token: string; readonly at: EpochMs },
): Promise<Selectable<AlertsTables['alert_subscription']> | undefined> {
  return db
    .selectFrom('alert_confirmation as link')
    .innerJoin('alert_subscription as subscription', 'subscription.id', 'link.subscription_id')
    .selectAll('subscription')
    .where('link.token_hash', '=', hashOf(token))
    .where('subscription.confirm_by', '>', at)
    .where('subscription.stopped_at', 'is', null)
    .executeTakeFirst();
}

/** Its address agreed: what happens from here on is told, what happened before is not. */
export async function noteAgreed(
  trx: AlertsTransaction,
  stored: StoredSubscription,
  at: EpochMs,
): Promise<StoredSubscription> {
  const { id, subscription } = stored;
  await endAsking(trx, id, at);
  await dropLinks(trx, id);
  const since = await appendEvent(trx, {
    at,
    kind: 'subscription.confirmed',
    subject: id,
    actor: subscription.subscriber,
    payload: { subscriber: subscription.subscriber, targets: subscription.targets },
  });
  const agreed = { confirm_by: null, confirmed_at: at, since };
  await trx.updateTable('alert_subscription').set(agreed).where('id', '=', id).execute();
  return { ...stored, confirmBy: null, confirmedAt: at, since };
}

export async function dropLinks(trx: AlertsTransaction, subscriptionId: string): Promise<void> {
  await trx.deleteFrom('alert_confirmation').where('subscription_id', '=', subscriptionId).execute();
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** Holds no word that its maker could choose: it goes to people who asked for nothing. */
function askMessage(by: string, id: string): Message {
  return {
    kind: askKind,
    urgency: 'normal',
    subject: 'Do you want these messages?',
    lead: `${by} wants this address to be told of vulnerabilities and releases. Confirm it within ${confirmHours} hours. If you do nothing, nothing more is sent.`,
    facts: [],
    lines: [],
    command: null,
    links: [],
    dedupeKey: `${askKind}|${id}`,
    incident: null,
    about: { advisoryIds: [], packages: [], channels: [], consumers: [], band: null, subscriber: null },
  };
}
