import { fetchUpstream, proposeStep, syncBranch } from '../../pipeline/changes/index.ts';
import { channelOf, type JobHandler } from './job.ts';

/** New commits of upstream come into the channel. */
export const syncChannelJob: JobHandler = async ({ context, subject, signal }) => {
  const channel = channelOf(context, subject);
  if (channel.upstream === null) return;
  const { git, changes, reviews, clock, progress, log } = context;
  const upstream = { git, channel, upstream: channel.upstream, progress, signal };
  const outcome =
    context.reviewMode === 'observe'
      ? await syncBranch({ ...upstream, changes, clock, actor: 'robot' })
      : await proposeStep({
          git,
          reviews,
          channel,
          clock,
          target: await fetchUpstream(upstream),
          how: 'upstream',
          author: 'robot',
        });
  if (outcome.kind === 'conflict')
    log.warn('upstream and the channel changed the same files: merge them by hand and push the result', {
      channel: channel.id,
      paths: outcome.paths.slice(0, 20),
      branch: channel.branch,
    });
};
