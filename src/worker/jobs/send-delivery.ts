import type { JobHandler } from './job.ts';

/** What is due at the target `subject` is sent. */
export const sendDeliveryJob: JobHandler = async ({ context, subject, signal }) => {
  await context.alerts.sendDue(subject, signal);
};
