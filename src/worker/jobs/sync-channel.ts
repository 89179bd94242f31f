import { syncBranch } from '../../pipeline/changes/index.ts';
import { channelOf, type JobHandler } from './job.ts';

/** New commits of upstream come into the channel. */
export const syncChannelJob: JobHandler = async ({ context, subject, signal }) => {
  const channel = channelOf(context, subject);
  if (channel.upstream === null) return;
  const { git, changes, clock, progress, log } = context;
  const outcome = await syncBranch({
    git,
    changes,
    channel,
    clock,
    actor: 'robot',
    upstream: channel.upstream,
    progress,
    signal,
  });
  if (outcome.kind === 'conflict')
    log.warn('upstream and the channel changed the same files: merge them by hand and push the result', {
      channel: channel.id,
      paths: outcome.paths.slice(0, 20),
      branch: channel.branch,
    });
};
