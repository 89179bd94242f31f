import type { JobHandler } from './job.ts';

/** Records that changed since the last merge find their advisories. */
export const mergeAdvisoriesJob: JobHandler = async ({ context: { advisories, clock, progress }, signal }) => {
  await advisories.merge({ clock, progress, signal });
};
