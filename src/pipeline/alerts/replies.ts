import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { EpochMs } from '../../foundation/clock.ts';
import { appendEvent, eventsOfKinds, type JournalTables, latestEvents } from '../../journal/index.ts';
import type { Database } from '../../platform/database/index.ts';
import type { Concern, Message } from './message.ts';
import type { Subscription } from './subscription.ts';
import type { AlertsTables } from './tables.ts';

/** What whoever was told can answer for a consumer of theirs. `done` is a claim until its lock or its closure shows it. */
export const Reply = z.strictObject({
  consumer: z.string().min(1).max(200),
  /** Of those that the message told of. */
  findings: z.array(z.string().max(20)).min(1, 'choose at least one').max(1_000).readonly(),
  answer: z.enum(['done', 'accepted', 'not-exposed'], 'choose an answer'),
  reason: z.string().trim().max(2_000).nullable(),
});
export type Reply = z.infer<typeof Reply>;

/** What a link asks about. */
export interface Asked {
  readonly subject: string;
  readonly subscriber: string;
  readonly toldAt: EpochMs;
  readonly expiresAt: EpochMs;
  readonly concerns: readonly Concern[];
  /** What was answered by it, newest first. */
  readonly replies: readonly Replied[];
}

/** An answer as the journal has it. */
export interface Replied extends Reply {
  readonly by: string;
  readonly at: EpochMs;
  readonly advisoryIds: readonly string[];
}

export type ReplyOutcome =
  | { readonly kind: 'noted' }
  /** The link is wrong or too old: which of both is not told. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'refused'; readonly why: 'too-often' | 'no-reason' | 'not-told' };

export interface ReplyStore {
  readonly askedBy: (token: string, now: EpochMs) => Promise<Asked | null>;
  readonly reply: (given: {
    readonly token: string;
    readonly reply: Reply;
    readonly at: EpochMs;
  }) => Promise<ReplyOutcome>;
  /** Of all consumers, oldest first. */
  readonly replies: () => Promise<readonly Replied[]>;
}

const lifetimeMs = 30 * 86_400_000;
const hourMs = 3_600_000;
const mostInAnHour = 20;
const replied = 'alerts.replied';

/**
 * The key of the link in a message: which delivery it is, signed with what only its subscriber was ever sent. It is the same
 * at every try, and nothing has to be kept for it.
 */
export function replyToken({ id, key }: { readonly id: string; readonly key: string }): string {
  return `${id}.${signatureOf(id, key)}`;
}

export function createReplyStore({ db }: { readonly db: Database<AlertsTables & JournalTables> }): ReplyStore {
  const askedBy: ReplyStore['askedBy'] = async (token, now) => {
    const [id = '', signature = ''] = token.split('.', 2);
    const row = await db.read
      .selectFrom('alert_delivery as delivery')
      .innerJoin('alert_message as message', 'message.id', 'delivery.message_id')
      .innerJoin('alert_subscription as subscription', 'subscription.id', 'delivery.subscription_id')
      .select(['message.body', 'message.at', 'subscription.body as subscription', 'subscription.stop_token'])
      .where('delivery.id', '=', id)
      .executeTakeFirst();
    if (row === undefined || !isSame(signature, signatureOf(id, row.stop_token))) return null;
    const { concerns = [], subject } = JSON.parse(row.body) as Message;
    const expiresAt = row.at + lifetimeMs;
    if (concerns.length === 0 || expiresAt <= now) return null;
    const { subscriber } = JSON.parse(row.subscription) as Subscription;
    const events = await latestEvents(db, { kinds: [replied], subject: id, limit: mostInAnHour });
    return { subject, subscriber, toldAt: row.at, expiresAt, concerns, replies: events.map(repliedOf) };
  };
  return {
    askedBy,
    reply: async ({ token, reply, at }) => {
      const asked = await askedBy(token, at);
      if (asked === null) return { kind: 'unknown' };
      const { consumer, answer, reason } = reply;
      const told = asked.concerns.filter((one) => one.consumer === consumer && reply.findings.includes(one.findingId));
      if (told.length === 0) return { kind: 'refused', why: 'not-told' };
      if (answer === 'accepted' && (reason === null || reason.length < 10))
        return { kind: 'refused', why: 'no-reason' };
      const subject = token.split('.', 1)[0] ?? '';
      return db.write(async (trx): Promise<ReplyOutcome> => {
        const before = await latestEvents<AlertsTables & JournalTables>(
          { read: trx },
          { kinds: [replied], subject, limit: mostInAnHour },
        );
        if (before.filter((event) => event.at > at - hourMs).length >= mostInAnHour)
          return { kind: 'refused', why: 'too-often' };
        await appendEvent(trx, {
          at,
          kind: replied,
          subject,
          actor: asked.subscriber,
          payload: {
            consumer,
            answer,
            reason,
            findings: [...new Set(told.map(({ findingId }) => findingId))],
            advisoryIds: [...new Set(told.map(({ advisoryId }) => advisoryId))],
          },
        });
        return { kind: 'noted' };
      });
    },
    replies: async () => (await eventsOfKinds(db, [replied])).map(repliedOf),
  };
}

function repliedOf(event: Awaited<ReturnType<typeof latestEvents>>[number]): Replied {
  const { consumer, answer, reason, findings, advisoryIds } = event.payload as unknown as Omit<Replied, 'by' | 'at'>;
  return { by: event.actor, at: event.at, consumer, answer, reason, findings, advisoryIds };
}

function signatureOf(id: string, key: string): string {
  return createHmac('sha256', key).update(`reply\n${id}`).digest('base64url');
}

function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
