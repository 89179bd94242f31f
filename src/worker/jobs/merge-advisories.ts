import type { JobHandler } from './job.ts';

/** Records that changed since the last merge find their advisories. */
export const mergeAdvisoriesJob: JobHandler = async ({ context }) => {
  await context.advisories.merge({ at: context.clock.now() });
};
