import type { EpochMs } from '../../foundation/clock.ts';
import type { Message } from './message.ts';

/**
 * `waiting`: to be sent when due; `held`: kept for a digest or the end of quiet hours; `folded`: went into a digest;
 * `sent`; `dead`: given up, can be replayed; `diverted`: went to the next target; `stopped`: the subscription ended.
 */
export type DeliveryState = 'waiting' | 'held' | 'folded' | 'sent' | 'dead' | 'diverted' | 'stopped';

/** One message to one target, with what became of it. The id is the idempotency key. */
export interface Delivery {
  readonly id: string;
  readonly subscriptionId: string | null;
  readonly subscriber: string | null;
  readonly target: string;
  readonly state: DeliveryState;
  readonly message: Pick<Message, 'kind' | 'subject' | 'urgency'>;
  readonly dueAt: EpochMs;
  readonly attempts: number;
  readonly createdAt: EpochMs;
  readonly endedAt: EpochMs | null;
  readonly detail: string | null;
}

export interface DeliveryAttempt {
  readonly attempt: number;
  readonly at: EpochMs;
  readonly tookMs: number;
  readonly outcome: 'sent' | 'refused';
  readonly detail: string;
}

/** How a target does. `paused`: its circuit is open after failures; `disabled`: it said that it is gone. */
export interface TargetHealth {
  readonly name: string;
  readonly channel: string;
  readonly state: 'untried' | 'ok' | 'failing' | 'paused' | 'disabled';
  readonly failures: number;
  readonly pausedUntil: EpochMs | null;
  readonly lastSentAt: EpochMs | null;
  readonly lastFailedAt: EpochMs | null;
  readonly lastError: string | null;
  readonly waiting: number;
  readonly dead: number;
}
