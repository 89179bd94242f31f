import type { JobHandler } from './job.ts';

/** What became public gets an id of ours. */
export const numberPublicationsJob: JobHandler = async ({ context: { publications } }) => {
  await publications.number();
};
