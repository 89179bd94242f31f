import type { JobHandler } from './job.ts';

/** Tells of every clock that runs out, and calls the next person where nobody answered. */
export const escalateJob: JobHandler = ({ context }) => context.escalation.tick();
