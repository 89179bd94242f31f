import type { z } from 'zod';
import type { EpochMs } from '../../../foundation/clock.ts';
import type { Poster } from '../../../platform/fetcher/index.ts';
import type { Mailer } from '../../../platform/mailer/index.ts';
import type { ReleaseWebhook } from '../../releases/index.ts';
import type { Message, MessageKind } from '../message.ts';

/** A message on its way to one subscriber; links are absolute. */
export interface Envelope {
  /** The idempotency key: the same at every try. */
  readonly id: string;
  readonly message: Message;
  /** What the set is called: `acme/secure`. */
  readonly from: string;
  readonly homeUrl: string;
  /** Where these messages can be stopped with one click; null for a test. */
  readonly stopUrl: string | null;
  /** The subscriber's own address, where the channel needs one. */
  readonly address: string | null;
  /** When the message was made. */
  readonly madeAt: EpochMs;
}

export type SendOutcome =
  | { readonly kind: 'sent'; readonly detail: string }
  | {
      readonly kind: 'refused';
      /** `never`: the same again would be refused again. `gone`: nothing is to be sent there any more. */
      readonly again: 'later' | 'never' | 'gone';
      /** A refused message says nothing about the health of its target; `pace`: it only asks to go slower. */
      readonly blames: 'target' | 'message' | 'pace';
      readonly retryAfterMs: number | null;
      readonly detail: string;
    };

/** What leaves the process. */
export interface Wires {
  readonly poster: Poster;
  readonly mailer: Mailer;
  /** As the registry tells it now; null where there is no such release. */
  readonly releaseFacts: (uuid: string) => Promise<ReleaseWebhook | null>;
}

export interface Sending<Settings> {
  readonly settings: Settings;
  readonly secret: string | null;
  readonly envelope: Envelope;
  readonly wires: Wires;
  readonly now: EpochMs;
  readonly signal: AbortSignal;
}

/** A kind of target: one folder and one line in the registry. */
export interface AlertChannel<Settings = unknown> {
  readonly id: string;
  readonly title: string;
  /** Of its `[[target]]` in the configuration, beside name, channel and secret. */
  readonly settings: z.ZodType<Settings>;
  /** Whether each subscriber has an address of their own there. */
  readonly needsAddress: boolean;
  /** The only kinds that it can tell of; all where this is left out. */
  readonly tells?: readonly MessageKind[];
  /** How many messages may be under way at a time, and how long to wait after each. */
  readonly together: number;
  readonly paceMs: number;
  readonly send: (sending: Sending<Settings>) => Promise<SendOutcome>;
}

/** Ties the type of the settings to the sending, then forgets it. */
export function channelOf<Settings>(channel: AlertChannel<Settings>): AlertChannel {
  return {
    ...channel,
    send: (sending) => channel.send({ ...sending, settings: channel.settings.parse(sending.settings) }),
  };
}
