import type { JobHandler } from './job.ts';

/** Subscriptions whose address did not agree in time end. */
export const endUnconfirmedJob: JobHandler = async ({ context: { alerts, clock } }) => {
  await alerts.endUnconfirmed(clock.now());
};
