import { z } from 'zod';
import { bands } from '../findings/index.ts';
import { bandRank, type Message, type MessageKind, messageKinds } from './message.ts';

const kinds = Object.keys(messageKinds) as [MessageKind, ...MessageKind[]];
const names = z.array(z.string().trim().min(1).max(200)).max(100).readonly().default([]);
const localTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time such as 22:00');

function isZone(text: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** What somebody wants to hear, and how. An empty list of names takes everything. */
export const Subscription = z.strictObject({
  /** Who it is for: a person's name, a team. */
  subscriber: z.string().trim().min(1).max(100),
  /** Names of targets: the first gets the messages, the others when it fails. */
  targets: z.array(z.string().min(1)).min(1, 'name at least one target').max(5).readonly(),
  /** The mail address, for targets that are mail servers. */
  address: z.email('a mail address').max(254).nullable().default(null),
  kinds: z.array(z.enum(kinds)).readonly().default([]),
  packages: names,
  advisories: names,
  channels: names,
  consumers: names,
  /** `organisation/flake` each, in any case. What is not public is told only to who names it here. */
  flakes: z.array(z.string().trim().min(3).max(200)).max(100).readonly().optional(),
  /** The least severity; not rated counts as high. */
  severity: z.enum(bands).nullable().default(null),
  /** What is not urgent comes together, once a day or on Mondays, at `digest_at`. */
  digest: z.enum(['none', 'day', 'week']).default('none'),
  digest_at: localTime.default('08:00'),
  /** What is not urgent waits until they are over. */
  quiet_hours: z.strictObject({ from: localTime, to: localTime }).nullable().default(null),
  zone: z.string().max(64).refine(isZone, 'a time zone such as Europe/Zurich').default('UTC'),
  /** Urgent messages keep to digest and quiet hours too. */
  mute_urgent: z.boolean().default(false),
});
export type Subscription = z.infer<typeof Subscription>;

export interface StoredSubscription {
  readonly id: string;
  readonly subscription: Subscription;
  /** Unguessable: who has it may stop the messages. */
  readonly stopToken: string;
  /** Events up to this sequence are not told. */
  readonly since: number;
  readonly createdAt: number;
  readonly createdBy: string;
  readonly stoppedAt: number | null;
  readonly stoppedBy: string | null;
  /** Until then its address may agree, and is told nothing; null: nobody is waited for. */
  readonly confirmBy: number | null;
  /** When its address agreed; null where it never had to. */
  readonly confirmedAt: number | null;
}

/** Whether a subscription wants a message. */
export function admits(subscription: Subscription, message: Message): boolean {
  const { about } = message;
  if (about.subscriber !== null) return about.subscriber === subscription.subscriber;
  return (
    (subscription.kinds.length === 0 || subscription.kinds.some((kind) => kind === message.kind)) &&
    meets(subscription.packages, about.packages) &&
    meets(subscription.advisories, about.advisoryIds) &&
    meets(subscription.channels, about.channels) &&
    meets(subscription.consumers, about.consumers) &&
    meetsFlake(subscription, about) &&
    (subscription.severity === null || about.band === null || bandRank(about.band) >= bandRank(subscription.severity))
  );
}

function meetsFlake({ flakes = [] }: Subscription, about: Message['about']): boolean {
  if (about.isHidden === true && flakes.length === 0) return false;
  return meets(
    flakes.map((name) => name.toLowerCase()),
    (about.flakes ?? []).map((name) => name.toLowerCase()),
  );
}

function meets(wanted: readonly string[], given: readonly string[]): boolean {
  return wanted.length === 0 || wanted.some((name) => given.includes(name));
}
