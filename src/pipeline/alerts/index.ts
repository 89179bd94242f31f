/** Turns where consumers stand, releases and findings into who must act, what each is told, and what is told to the world. */

export { consumerFeed } from './consumer-feed.ts';
export { type Alerts, checkTargets, createAlerts } from './create-alerts.ts';
export type { Delivery, DeliveryState, TargetHealth } from './delivery.ts';
export type { DeliveryQuery } from './delivery-store.ts';
export { isTold } from './event-messages.ts';
export { exposedOf } from './exposed.ts';
export { bandRank, messageKinds } from './message.ts';
export type { MustAct, RebuildCost } from './model.ts';
export { mustAct, worstBand } from './must-act.ts';
export { notHeldOf } from './not-held.ts';
export { planMessages } from './plan-messages.ts';
export type { AlertFacts } from './planned-message.ts';
export { type Asked, type Replied, Reply } from './replies.ts';
export { type StoredSubscription, Subscription } from './subscription.ts';
export { type SyndicatedAdvisory, syndicationChannel } from './syndicate.ts';
export type { AlertsTables } from './tables.ts';
export { type AlertTarget, bindTarget } from './target.ts';
