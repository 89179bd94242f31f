import { AppError } from '../../foundation/errors.ts';
import type { TargetHealth } from './delivery.ts';
import { createDeliveryStore, type DeliveryStore } from './delivery-store.ts';
import type { MessageKind } from './message.ts';
import { type AlertPlanner, createAlertPlanner } from './plan-alerts.ts';
import { createReplyStore, type ReplyStore } from './replies.ts';
import { type Sender, sendDue } from './send-due.ts';
import type { Subscription } from './subscription.ts';
import { createSubscriptionStore, type SubscriptionStore } from './subscription-store.ts';
import type { AlertTarget } from './target.ts';
import { type PrivateNotice, type PrivateOutcome, tellPrivately } from './tell-privately.ts';
import { type TestOutcome, testTarget } from './test-target.ts';
import { countUninvited } from './uninvited.ts';

/** Everything about telling people. */
export interface Alerts extends AlertPlanner, SubscriptionStore, ReplyStore, Omit<DeliveryStore, 'health'> {
  readonly targets: readonly AlertTarget[];
  readonly targetHealth: () => Promise<readonly TargetHealth[]>;
  /** Sends what is due at a target, for some seconds at most. */
  readonly sendDue: (target: string, signal: AbortSignal) => Promise<void>;
  /** Tells one person, without a trace in the log of deliveries. */
  readonly tellPrivately: (notice: PrivateNotice) => Promise<PrivateOutcome>;
  readonly test: (given: {
    readonly target: string;
    readonly by: string;
    /** Where to, for targets that need an address. */
    readonly address: string | null;
    /** Somebody answers for the address: tests to it are not counted. */
    readonly isVouched?: boolean;
    readonly signal: AbortSignal;
  }) => Promise<TestOutcome>;
}

export function createAlerts(sender: Sender): Alerts {
  const { db, random, clock, targets } = sender;
  const { health, ...deliveries } = createDeliveryStore({ db });
  const subscriptions = createSubscriptionStore({ db, random, targets });
  return {
    ...createAlertPlanner({ db, random, now: clock.now }),
    ...subscriptions,
    ...deliveries,
    ...createReplyStore({ db }),
    targets,
    subscribe: (given) => {
      checkTargets(given.subscription, targets);
      return subscriptions.subscribe(given);
    },
    targetHealth: () => health(targets, clock.now()),
    sendDue: (name, signal) => sendDue(sender, name, signal),
    tellPrivately: (notice) => tellPrivately(sender, notice),
    test: async ({ target: name, isVouched = false, ...given }) => {
      const target = targets.find((candidate) => candidate.name === name);
      if (target === undefined) throw unknownTarget(name, targets);
      if (target.needsAddress && given.address === null)
        throw new AppError({ code: 'usage.address', retryable: false }, `${name} needs an address to send to`, {
          hint: 'Name one: snowguard alerts test TARGET --to you@example.org.',
        });
      const { address, by } = given;
      if (target.needsAddress && address !== null && !isVouched)
        await db.write((trx) => countUninvited(trx, { address, by, at: clock.now() }));
      return testTarget(sender, target, given);
    },
  };
}

/** A subscription can only name what is there. */
export function checkTargets(subscription: Subscription, targets: readonly AlertTarget[]): void {
  for (const name of subscription.targets) {
    const target = targets.find((candidate) => candidate.name === name);
    if (target === undefined) throw unknownTarget(name, targets);
    const { tells } = target;
    if (tells !== null && !isWithin(subscription.kinds, tells))
      throw new AppError(
        { code: 'usage.kinds', retryable: false },
        `${subscription.subscriber}: ${name} can only be told of ${tells.join(' and ')}`,
        { hint: `Subscribe it to these alone: kinds = ${JSON.stringify(tells)} in the configuration, or --kind.` },
      );
    if (target.needsAddress && subscription.address === null)
      throw new AppError(
        { code: 'usage.address', retryable: false },
        `${subscription.subscriber}: ${name} needs the mail address of the subscriber`,
        { hint: 'Give one: address = "you@example.org" in the configuration, or --address.' },
      );
  }
}

function isWithin(kinds: readonly MessageKind[], tells: readonly MessageKind[]): boolean {
  return kinds.length > 0 && kinds.every((kind) => tells.includes(kind));
}

function unknownTarget(name: string, targets: readonly AlertTarget[]): AppError {
  return new AppError({ code: 'usage.target', retryable: false }, `there is no target named ${name.slice(0, 100)}`, {
    hint:
      targets.length === 0
        ? 'Add a [[target]] to snowguard.toml first; docs/operating shows one of each channel.'
        : `The targets are: ${targets.map((target) => target.name).join(', ')}.`,
  });
}
