import type { Transaction } from 'kysely';
import type { EpochMs } from '../../foundation/clock.ts';
import { type RandomBytes, uuidV7 } from '../../foundation/ids.ts';
import { inParts } from '../../foundation/in-parts.ts';
import { appendEvent, type JournalTables } from '../../journal/index.ts';
import { type Database, insertRows } from '../../platform/database/index.ts';
import { digestOf } from './digest.ts';
import type { Message } from './message.ts';
import type { PlannedMessage } from './planned-message.ts';
import { sendAt } from './send-at.ts';
import { admits, type StoredSubscription } from './subscription.ts';
import { activeSubscriptions } from './subscription-rows.ts';
import type { AlertsTables } from './tables.ts';

export type AlertsTransaction = Transaction<AlertsTables & JournalTables>;

interface Planning {
  readonly messages: readonly PlannedMessage[];
  readonly now: EpochMs;
  readonly random: RandomBytes;
  readonly dialect: Database<never>['dialect'];
}

/** More at a time become one message: an incident is no flood. */
const mostAtOnce = 5;

interface Wanted {
  readonly to: StoredSubscription;
  readonly message: Message;
}

/**
 * Writes the deliveries of these messages to everybody who wants them and has not heard, and announces them: all in the
 * transaction of the caller, so that they are there exactly when what they tell of is. Gives how many there are.
 */
export async function planMessages(trx: AlertsTransaction, planning: Planning): Promise<number> {
  const { messages, now, dialect } = planning;
  if (messages.length === 0) return 0;
  const subscriptions = (await activeSubscriptions(trx)).filter(({ confirmBy }) => confirmBy === null);
  if (subscriptions.length === 0) return 0;
  const chosen = await chooseWanted(trx, subscriptions, messages);
  await replaceTold(trx, chosen, planning);
  const stored = createMessageRows(planning);
  const deliveries = [...Map.groupBy(chosen.wanted, ({ to }) => to)].flatMap(([to, own]) =>
    stored.atMost(own.map(({ message }) => message)).map((message) => ({
      to,
      messageId: stored.idOf(message),
      target: to.subscription.targets[0] ?? '',
      dueAt: sendAt(to.subscription, message, now),
    })),
  );
  if (deliveries.length === 0) return 0;
  await insertRows<AlertsTables, 'alert_message'>(trx, {
    dialect,
    table: 'alert_message',
    columns: ['id', 'kind', 'body', 'at'],
    rows: stored.rows(),
  });
  await insertRows<AlertsTables, 'alert_delivery'>(trx, {
    dialect,
    table: 'alert_delivery',
    columns: ['id', 'subscription_id', 'message_id', 'target', 'state', 'due_at', 'attempts', 'created_at'],
    rows: deliveries.map(({ to, target, dueAt, messageId }) => [
      uuidV7(now, planning.random),
      to.id,
      messageId,
      target,
      dueAt > now ? 'held' : 'waiting',
      dueAt,
      0,
      now,
    ]),
  });
  const targets = deliveries.map(({ target }) => target);
  await announcePlanned(trx, targets, now);
  return deliveries.length;
}

/** Says that there is something to send, and where. */
export async function announcePlanned(trx: AlertsTransaction, targets: readonly string[], now: EpochMs): Promise<void> {
  await appendEvent(trx, {
    at: now,
    kind: 'alerts.planned',
    subject: 'alerts',
    actor: 'robot',
    payload: { deliveries: targets.length, targets: [...new Set(targets)].sort() },
  });
}

/** Who gets what; in order, so that what is forgotten in between is told again. */
async function chooseWanted(
  trx: AlertsTransaction,
  subscriptions: readonly StoredSubscription[],
  messages: readonly PlannedMessage[],
) {
  const heard = await levelsHeard(trx, messages);
  const candidatesFor = byConsumer(subscriptions);
  const wanted: Wanted[] = [];
  const fresh: Levels = new Map();
  const risen: Told[] = [];
  const forgotten = new Set<string>();
  for (const { message, topics, forgets, sequence } of messages) {
    for (const topic of forgets) {
      forgotten.add(topic);
      heard.delete(topic);
      fresh.delete(topic);
    }
    for (const to of candidatesFor(message)) {
      if (sequence <= to.since || !admits(to.subscription, message)) continue;
      const levelBefore = (topic: string) => fresh.get(topic)?.get(to.id) ?? heard.get(topic)?.get(to.id);
      const news = topics.filter(({ topic, level }) => level > (levelBefore(topic) ?? -1));
      if (news.length === 0) continue;
      wanted.push({ to, message });
      for (const { topic, level } of news) {
        if (heard.get(topic)?.has(to.id) === true) risen.push({ topic, id: to.id, level });
        entryOf(fresh, topic).set(to.id, level);
      }
    }
  }
  const told = [...fresh].flatMap(([topic, levels]) => [...levels].map(([id, level]): Told => ({ topic, id, level })));
  return { wanted, told, risen, forgotten };
}

/** Thousands of messages are each for one consumer of thousands: only its own subscribers are looked at, and those of all. */
function byConsumer(subscriptions: readonly StoredSubscription[]) {
  const ofAll = subscriptions.filter(({ subscription }) => subscription.consumers.length === 0);
  const ofOne = new Map<string, StoredSubscription[]>();
  for (const stored of subscriptions)
    for (const name of new Set(stored.subscription.consumers)) {
      const own = ofOne.get(name);
      if (own === undefined) ofOne.set(name, [stored]);
      else own.push(stored);
    }
  return ({ about }: Message): Iterable<StoredSubscription> => {
    if (about.subscriber !== null) return subscriptions;
    if (about.consumers.length === 0) return ofAll;
    return new Set([...ofAll, ...about.consumers.flatMap((name) => ofOne.get(name) ?? [])]);
  };
}

/** By topic, then by subscription. */
type Levels = Map<string, Map<string, number>>;

interface Told {
  readonly topic: string;
  readonly id: string;
  readonly level: number;
}

async function levelsHeard(trx: AlertsTransaction, messages: readonly PlannedMessage[]): Promise<Levels> {
  const heard: Levels = new Map();
  const topics = [...new Set(messages.flatMap((message) => message.topics.map(({ topic }) => topic)))];
  for (const part of inParts(topics)) {
    const rows = await trx.selectFrom('alert_told').selectAll().where('topic', 'in', part).execute();
    for (const row of rows) entryOf(heard, row.topic).set(row.subscription_id, row.level);
  }
  return heard;
}

/** A level that rose replaces the one before. */
async function replaceTold(
  trx: AlertsTransaction,
  { told, risen, forgotten }: Awaited<ReturnType<typeof chooseWanted>>,
  { now, dialect }: Planning,
): Promise<void> {
  for (const part of inParts([...forgotten])) await trx.deleteFrom('alert_told').where('topic', 'in', part).execute();
  for (const [topic, own] of Map.groupBy(risen, (row) => row.topic))
    for (const part of inParts(own.map(({ id }) => id)))
      await trx.deleteFrom('alert_told').where('topic', '=', topic).where('subscription_id', 'in', part).execute();
  await insertRows<AlertsTables, 'alert_told'>(trx, {
    dialect,
    table: 'alert_told',
    columns: ['subscription_id', 'topic', 'level', 'at'],
    rows: told.map(({ id, topic, level }) => [id, topic, level, now]),
  });
}

function entryOf(levels: Levels, topic: string): Map<string, number> {
  const known = levels.get(topic);
  if (known !== undefined) return known;
  const made = new Map<string, number>();
  levels.set(topic, made);
  return made;
}

/** Gives every message an id, and several for one subscriber the one they are folded into. */
function createMessageRows({ now, random }: Pick<Planning, 'now' | 'random'>) {
  const ids = new Map<Message, string>();
  const folded = new Map<string, Message>();
  const idOf = (message: Message): string => {
    const known = ids.get(message);
    if (known !== undefined) return known;
    const id = uuidV7(now, random);
    ids.set(message, id);
    return id;
  };
  const foldedOf = (messages: readonly Message[]): Message => {
    const key = messages.map(({ dedupeKey }) => dedupeKey).join(' ');
    const digest = folded.get(key) ?? digestOf(messages, `digest|${uuidV7(now, random)}`);
    folded.set(key, digest);
    return digest;
  };
  return {
    idOf,
    /** Urgent and calm ones apart. */
    atMost: (messages: readonly Message[]): readonly Message[] =>
      ['urgent', 'normal'].flatMap((urgency) => {
        const own = messages.filter((message) => message.urgency === urgency);
        return own.length > mostAtOnce ? [foldedOf(own)] : own;
      }),
    rows: () => [...ids].map(([message, id]) => [id, message.kind, JSON.stringify(message), now]),
  };
}
