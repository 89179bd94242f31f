import type { JobHandler } from './job.ts';

/** Whom we told, and what they answered, becomes facts of the findings. */
export const noteCustomersJob: JobHandler = async ({ context: { findings } }) => {
  await findings.noteCustomers();
};
