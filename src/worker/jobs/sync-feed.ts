import { AppError } from '../../foundation/errors.ts';
import { syncFeed } from '../../pipeline/feeds/index.ts';
import type { JobHandler } from './job.ts';

/** One feed is read to its end; only what changed is written. */
export const syncFeedJob: JobHandler = async ({ context, subject, signal }) => {
  const feed = context.feeds.find(({ source }) => source.id === subject);
  if (feed === undefined)
    throw new AppError({ code: 'worker.no-feed', retryable: false }, `there is no feed ${subject.slice(0, 100)}`, {
      hint: 'Switch it on under [feeds] in snowguard.toml.',
    });
  const { source, location } = feed;
  const outcome = await syncFeed({
    source,
    location,
    secret: await feed.secret(),
    store: context.feedStore,
    fetcher: context.fetcher,
    clock: context.clock,
    progress: context.progress,
    signal,
  });
  // It stands in the feed's state and comes back with the schedule: a queue that tries again at once only hammers the server.
  if (outcome.kind === 'failed') context.log.warn(`the feed ${source.id} could not be read`, { why: outcome.message });
  if (outcome.kind === 'stopped') signal.throwIfAborted();
};
