import type { JobHandler } from './job.ts';

/** Channels whose support is ending are told of. */
export const announceSupportJob: JobHandler = ({ context }) => context.announceSupport();
