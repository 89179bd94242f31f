import { fetchUpstream, proposeStep, syncBranch } from '../../pipeline/changes/index.ts';
import { channelOf, type JobHandler } from './job.ts';

/** New commits of upstream come into the channel. */
export const syncChannelJob: JobHandler = async ({ context, subject, signal }) => {
  const channel = channelOf(context, subject);
  if (channel.upstream === null) return;
  const { git, changes, reviews, series, clock, progress, log } = context;
  const upstream = { git, channel, upstream: channel.upstream, progress, signal };
  const outcome =
    context.reviewMode === 'observe'
      ? await syncBranch({ ...upstream, changes, series, clock, actor: 'robot' })
      : await proposeStep({
          git,
          reviews,
          changes,
          series,
          channel,
          clock,
          target: await fetchUpstream(upstream),
          how: 'upstream',
          author: 'robot',
        });
  if (outcome.kind === 'conflict')
    log.warn('a patch of ours does not apply to the newer upstream: write it anew or drop it, see snowguard patches', {
      channel: channel.id,
      paths: outcome.paths.slice(0, 20),
      branch: channel.branch,
    });
};
