/** Turns where consumers stand, releases and findings into who must act, what each is told, and what is told to the world. */

export type { SendOutcome, Wires } from './channels/channel.ts';
export { type Alerts, checkTargets, createAlerts } from './create-alerts.ts';
export type { Delivery, DeliveryAttempt, DeliveryState, TargetHealth } from './delivery.ts';
export type { DeliveryQuery } from './delivery-store.ts';
export { isTold } from './event-messages.ts';
export { bandRank, Message, messageKinds } from './message.ts';
export type { MustAct } from './model.ts';
export { mustAct, worstBand } from './must-act.ts';
export { type AlertsTransaction, planMessages } from './plan-messages.ts';
export type { AlertFacts, PlannedMessage } from './planned-message.ts';
export { type StoredSubscription, Subscription } from './subscription.ts';
export type { StopOutcome } from './subscription-store.ts';
export { type SyndicatedAdvisory, syndicationChannel } from './syndicate.ts';
export type { AlertsTables } from './tables.ts';
export { type AlertTarget, bindTarget } from './target.ts';
