import type { Alerts } from '../pipeline/alerts/index.ts';

/** Who is told what, and what became of it. */
export type AlertPort = Pick<
  Alerts,
  | 'targets'
  | 'targetHealth'
  | 'test'
  | 'enable'
  | 'subscriptions'
  | 'subscriptionByToken'
  | 'subscribe'
  | 'stop'
  | 'askAgain'
  | 'waitingByToken'
  | 'confirm'
  | 'deliveries'
  | 'attemptsOf'
  | 'replay'
  | 'askedBy'
  | 'reply'
  | 'replies'
>;
