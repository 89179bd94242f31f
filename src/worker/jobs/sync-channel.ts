import { chooseRevision, fetchUpstream, followUpstream, proposeStep } from '../../pipeline/changes/index.ts';
import type { KeptChannel, WalkContext } from '../walk-context.ts';
import { examineStuck } from './examine-review.ts';
import { channelOf, type JobHandler } from './job.ts';

/** New commits of upstream, or of the channel that this one stands over, come into the channel. */
export const syncChannelJob: JobHandler = async ({ context, subject, signal }) => {
  const channel = channelOf(context, subject);
  const target = await targetOf(context, channel, signal);
  if (target === null) return examineStuck(context, channel.id, signal);
  const { git, changes, reviews, series, clock, log } = context;
  const step = { git, changes, series, channel, clock };
  const outcome =
    context.reviewMode === 'observe'
      ? await followUpstream({ ...step, upstream: target, actor: 'robot' })
      : await proposeStep({ ...step, reviews, target, how: 'upstream', author: 'robot' });
  if (outcome.kind === 'conflict')
    log.warn('a patch of ours does not apply to the newer upstream: write it anew or drop it, see snowguard patches', {
      channel: channel.id,
      paths: outcome.paths.slice(0, 20),
      branch: channel.branch,
    });
  await examineStuck(context, channel.id, signal);
};

/** The commit that the channel is to stand on; null when there is none. */
async function targetOf(context: WalkContext, channel: KeptChannel, signal: AbortSignal): Promise<string | null> {
  const { git, progress } = context;
  if (channel.upstream !== null) return fetchUpstream({ git, channel, upstream: channel.upstream, progress, signal });
  if (channel.line.over === null) return null;
  const target = await revisionOf(context, channel, channelOf(context, channel.line.over));
  if (target === null) return null;
  const ref = `refs/upstream/${channel.id}`;
  const before = await git.resolve(ref);
  if (before !== target) await git.updateRef(ref, target, before);
  return target;
}

/** A variant takes the head of the channel below; a cooldown the newest revision that rested and that nothing speaks against. */
async function revisionOf(
  { changes, clock, git, organisation, releases, reviewMode, reviews }: WalkContext,
  { line: { kind, cooldownMs } }: KeptChannel,
  base: KeptChannel,
): Promise<string | null> {
  if (kind !== 'cooldown') return git.resolve(base.branch);
  const now = clock.now();
  return chooseRevision({
    changes,
    channel: base.id,
    until: now - cooldownMs,
    isSound: async (commitId) => {
      const place = { organisation, flake: base.flake, channel: base.id, commitId };
      if ((await releases.releaseByCommit(place))?.yankedAt != null) return false;
      if ((await git.resolve(commitId)) === null) return false;
      if (reviewMode === 'observe') return true;
      return (await reviews.releaseRefusal(base.id, commitId, now)) === null;
    },
  });
}
