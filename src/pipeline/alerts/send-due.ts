import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock, EpochMs } from '../../foundation/clock.ts';
import { AppError, adviceOf } from '../../foundation/errors.ts';
import type { RandomBytes } from '../../foundation/ids.ts';
import { appendEvent, type JournalTables } from '../../journal/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { addDelivery } from './add-delivery.ts';
import type { Envelope, SendOutcome, Wires } from './channels/channel.ts';
import { addressedTargets, askKind, withConfirmLink } from './confirmation.ts';
import type { Message } from './message.ts';
import { type AlertsTransaction, announcePlanned } from './plan-messages.ts';
import { replyToken } from './replies.ts';
import { isOpen, nextTryAt, pacedTryAt, pauseMs } from './retry.ts';
import type { Subscription } from './subscription.ts';
import type { AlertsTables } from './tables.ts';
import type { AlertTarget } from './target.ts';

export interface Sender {
  readonly db: Database<AlertsTables & JournalTables>;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly wires: Wires;
  readonly targets: readonly AlertTarget[];
  readonly publicUrl: string;
  /** What the set is called: `acme/secure`. */
  readonly from: string;
}

/** A target may not keep a worker for longer: others wait. What is left is done in the next turn. */
const turnMs = 10_000;
const readTogether = 100;

/**
 * Sends what is due at a target, oldest first. The outcome of each is written after it was sent: killed in between, it is
 * sent again under the same id, and a target that honours the id tells it once.
 */
export async function sendDue(sender: Sender, name: string, signal: AbortSignal): Promise<void> {
  const { clock, db } = sender;
  const endAt = clock.now() + turnMs;
  const target = sender.targets.find((candidate) => candidate.name === name);
  for (;;) {
    const due = await dueAt(sender, name);
    if (due.length === 0) return;
    const health = await db.read.selectFrom('alert_target').selectAll().where('name', '=', name).executeTakeFirst();
    const isShut = target === undefined || (health?.disabled_at ?? null) !== null;
    if (isShut || (health?.closed_until ?? 0) > clock.now()) {
      // Asked to go slower is not broken.
      if (!isShut && !isOpen(health?.failures ?? 0)) return;
      const why = target === undefined ? 'there is no such target any more' : 'the target does not work';
      if ((await passOn(sender, due, { why, orBury: isShut })) < due.length) return;
      continue;
    }
    // After a failure one at a time: the circuit must see each.
    const together = (health?.failures ?? 0) > 0 ? 1 : target.together;
    for (let from = 0; from < due.length; from += together) {
      signal.throwIfAborted();
      const outcomes = await Promise.all(
        due.slice(from, from + together).map((row) => attempt(sender, target, row, signal)),
      );
      if (outcomes.some((outcome) => outcome === 'target-failed')) break;
      if (clock.now() >= endAt) {
        // Another turn, behind those who wait.
        await db.write((trx) => announcePlanned(trx, [name], clock.now()));
        return;
      }
      if (target.paceMs > 0 && from + together < due.length) await sleep(target.paceMs, undefined, { signal });
    }
  }
}

type DueRow = Awaited<ReturnType<typeof dueAt>>[number];

async function dueAt({ db, clock }: Sender, target: string) {
  return db.read
    .selectFrom('alert_delivery as delivery')
    .innerJoin('alert_message as message', 'message.id', 'delivery.message_id')
    .leftJoin('alert_subscription as subscription', 'subscription.id', 'delivery.subscription_id')
    .select([
      'delivery.id',
      'delivery.subscription_id',
      'delivery.message_id',
      'delivery.target',
      'delivery.attempts',
      'message.kind',
      'message.body',
      'message.at',
      'subscription.body as subscription',
      'subscription.stop_token',
    ])
    .where('delivery.state', '=', 'waiting')
    .where('delivery.target', '=', target)
    .where('delivery.due_at', '<=', clock.now())
    .orderBy('delivery.due_at')
    .orderBy('delivery.id')
    .limit(readTogether)
    .execute();
}

async function attempt(
  sender: Sender,
  target: AlertTarget,
  row: DueRow,
  signal: AbortSignal,
): Promise<'done' | 'target-failed'> {
  const { db, clock } = sender;
  const startedAt = clock.now();
  const envelope = await readyEnvelope(sender, row, startedAt);
  if (envelope === null) {
    await db.write((trx) => end(trx, row.id, { state: 'stopped', detail: 'nobody is asked any more', now: startedAt }));
    return 'done';
  }
  const outcome = await sent(target, {
    envelope,
    wires: sender.wires,
    now: startedAt,
    signal,
  });
  // Told to stop, it was not tried; the next start does it.
  signal.throwIfAborted();
  await db.write(async (trx) => {
    const now = clock.now();
    await trx
      .insertInto('alert_attempt')
      .values({
        delivery_id: row.id,
        attempt: await nextNumber(trx, row.id),
        at: startedAt,
        took_ms: now - startedAt,
        outcome: outcome.kind,
        detail: outcome.detail,
      })
      .execute();
    if (outcome.kind === 'sent') {
      await end(trx, row.id, { state: 'sent', detail: outcome.detail, now });
      await noteDelivered(trx, row, now);
      await noteTarget(trx, target.name, { kind: 'sent', now });
      return;
    }
    if (outcome.blames !== 'message') await noteTarget(trx, target.name, { ...outcome, now });
    const isPaced = outcome.blames === 'pace';
    const again = isPaced
      ? pacedTryAt({ now, madeAt: row.at, ...outcome })
      : outcome.again === 'later'
        ? nextTryAt(row.attempts + 1, { now, ...outcome })
        : null;
    if (again !== null) {
      await trx
        .updateTable('alert_delivery')
        .set({ attempts: row.attempts + (isPaced ? 0 : 1), due_at: again, detail: outcome.detail })
        .where('id', '=', row.id)
        .where('state', '=', 'waiting')
        .execute();
      return;
    }
    await passOnOrBury(trx, sender, row, { why: outcome.detail, orBury: true });
  });
  return outcome.kind === 'refused' && outcome.blames !== 'message' ? 'target-failed' : 'done';
}

export async function sent(target: AlertTarget, given: Parameters<AlertTarget['send']>[0]): Promise<SendOutcome> {
  try {
    return await target.send(given);
  } catch (error) {
    const isLasting = error instanceof AppError && !error.retryable;
    return {
      kind: 'refused',
      again: isLasting ? 'never' : 'later',
      blames: 'target',
      retryAfterMs: null,
      detail: adviceOf(error).slice(0, 500),
    };
  }
}

/** Null: it need not be sent any more. */
async function readyEnvelope(sender: Sender, row: DueRow, now: EpochMs): Promise<Envelope | null> {
  const envelope = envelopeOf(sender, row);
  if (row.kind !== askKind) return envelope;
  return withConfirmLink(sender, { subscriptionId: row.subscription_id ?? '', envelope, now });
}

export function envelopeOf(
  { publicUrl, from }: Pick<Sender, 'publicUrl' | 'from'>,
  row: Pick<DueRow, 'id' | 'body' | 'subscription' | 'stop_token' | 'at'>,
): Envelope {
  const message = JSON.parse(row.body) as Message;
  const subscription = row.subscription === null ? null : (JSON.parse(row.subscription) as Subscription);
  return {
    id: row.id,
    from,
    homeUrl: publicUrl,
    message: {
      ...message,
      links: withReply(message, row).map(({ label, url }) => ({ label, url: absolute(publicUrl, url) })),
    },
    stopUrl: row.stop_token === null ? null : `${publicUrl}/unsubscribe/${row.stop_token}`,
    address: subscription?.address ?? null,
    madeAt: row.at,
  };
}

/** The second, as the first is where one acts. */
function withReply({ links, concerns = [] }: Message, row: Pick<DueRow, 'id' | 'stop_token'>): Message['links'] {
  if (row.stop_token === null || concerns.length === 0) return links;
  const reply = { label: 'Reply', url: `/reply/${replyToken({ id: row.id, key: row.stop_token })}` };
  return [...links.slice(0, 1), reply, ...links.slice(1)];
}

/** For those who count whom we told: in the transaction that ends the delivery. */
async function noteDelivered(trx: AlertsTransaction, row: DueRow, now: EpochMs): Promise<void> {
  const { concerns = [], kind } = JSON.parse(row.body) as Message;
  if (concerns.length === 0 || row.subscription === null) return;
  const { subscriber } = JSON.parse(row.subscription) as Subscription;
  await appendEvent(trx, {
    at: now,
    kind: 'alerts.delivered',
    subject: row.id,
    actor: 'robot',
    payload: { kind, subscriber, target: row.target, concerns },
  });
}

function absolute(publicUrl: string, url: string): string {
  return url.startsWith('/') ? `${publicUrl}${url}` : url;
}

/** Deliveries that their target will not get go to the next one of their subscriber; gives how many are dealt with. */
async function passOn(
  sender: Sender,
  rows: readonly DueRow[],
  how: { readonly why: string; readonly orBury: boolean },
): Promise<number> {
  return sender.db.write(async (trx) => {
    let count = 0;
    for (const row of rows) if (await passOnOrBury(trx, sender, row, how)) count++;
    return count;
  });
}

async function passOnOrBury(
  trx: AlertsTransaction,
  { clock, random, targets: known }: Sender,
  row: DueRow,
  { why, orBury }: { readonly why: string; readonly orBury: boolean },
): Promise<boolean> {
  const now = clock.now();
  const subscription = row.subscription === null ? null : (JSON.parse(row.subscription) as Subscription);
  // Only its own address can say that it agrees.
  const targets =
    subscription === null ? [] : row.kind === askKind ? addressedTargets(subscription, known) : subscription.targets;
  const next = targets[targets.indexOf(row.target) + 1];
  if (next !== undefined) {
    await end(trx, row.id, { state: 'diverted', detail: `to ${next}: ${why}`, now });
    const { subscription_id: subscriptionId, message_id: messageId } = row;
    const detail = `instead of ${row.target}`;
    await addDelivery(trx, { subscriptionId, messageId, target: next, detail, at: now, random });
    await announcePlanned(trx, [next], now);
    return true;
  }
  if (!orBury) return false;
  await end(trx, row.id, { state: 'dead', detail: why, now });
  await appendEvent(trx, {
    at: now,
    kind: 'alerts.given-up',
    subject: row.id,
    actor: 'robot',
    payload: { target: row.target, why },
  });
  return true;
}

/** Only what still waits: who stopped meanwhile stays stopped. */
async function end(
  trx: AlertsTransaction,
  id: string,
  {
    state,
    detail,
    now,
  }: { readonly state: 'sent' | 'dead' | 'diverted' | 'stopped'; readonly detail: string; readonly now: EpochMs },
): Promise<void> {
  await trx
    .updateTable('alert_delivery')
    .set(({ eb }) => ({
      state,
      detail,
      ended_at: now,
      attempts: eb('attempts', '+', state === 'sent' || state === 'dead' ? 1 : 0),
    }))
    .where('id', '=', id)
    .where('state', '=', 'waiting')
    .execute();
}

async function nextNumber(trx: AlertsTransaction, id: string): Promise<number> {
  const { last } = await trx
    .selectFrom('alert_attempt')
    .select(({ fn }) => fn.max('attempt').as('last'))
    .where('delivery_id', '=', id)
    .executeTakeFirstOrThrow();
  return (last ?? 0) + 1;
}

async function noteTarget(
  trx: AlertsTransaction,
  name: string,
  how:
    | { readonly kind: 'sent'; readonly now: EpochMs }
    | (Extract<SendOutcome, { kind: 'refused' }> & { readonly now: EpochMs }),
): Promise<void> {
  const { now } = how;
  const known = await trx.selectFrom('alert_target').selectAll().where('name', '=', name).executeTakeFirst();
  const before = known?.failures ?? 0;
  const failures = how.kind === 'sent' ? 0 : how.blames === 'pace' ? before : before + 1;
  const isGone = how.kind === 'refused' && how.again === 'gone';
  const row = {
    failures,
    closed_until: how.kind === 'sent' ? 0 : now + Math.max(pauseMs(failures), how.retryAfterMs ?? 0),
    disabled_at: isGone ? now : (known?.disabled_at ?? null),
    last_sent_at: how.kind === 'sent' ? now : (known?.last_sent_at ?? null),
    last_failed_at: how.kind === 'sent' ? (known?.last_failed_at ?? null) : now,
    last_error: how.kind === 'sent' ? null : how.detail,
  };
  if (known === undefined)
    await trx
      .insertInto('alert_target')
      .values({ name, ...row })
      .execute();
  else await trx.updateTable('alert_target').set(row).where('name', '=', name).execute();
  if (isGone && known?.disabled_at == null)
    await appendEvent(trx, {
      at: now,
      kind: 'alerts.target-disabled',
      subject: name,
      actor: 'robot',
      payload: { why: how.detail },
    });
}
