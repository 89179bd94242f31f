import type { ChannelRow } from '../../http/index.ts';
import { successorOf, supportAt } from '../../pipeline/changes/index.ts';
import type { KeptChannel, WalkContext } from '../../worker/index.ts';
import type { ReadContext } from './context.ts';
import { channelState } from './overview.ts';
import { validationsOf } from './validations.ts';

const mostWaiting = 50;

/** Every channel as it stands, in the order of the settings. */
export async function channelRows({ context, published }: ReadContext): Promise<readonly ChannelRow[]> {
  const index = await published.current();
  const rows = await Promise.all(context.channels.map((channel) => rowOf(context, channel)));
  return rows.map(({ latestRelease: newest, ...row }) => ({
    ...row,
    latestRelease: newest !== null && index.release(newest.uuid)?.flake.visibility === 'public' ? newest : null,
  }));
}

async function rowOf(context: WalkContext, channel: KeptChannel): Promise<ChannelRow> {
  const { git, reviews, series, releases, channels, clock, organisation, troubles } = context;
  const { id, flake, branch, line } = channel;
  const base = channels.find((other) => other.id === line.over);
  const [head, source, waiting, examining, carried, conflicts, known, evaluated, latestRelease, validations] =
    await Promise.all([
      git.resolve(branch),
      git.resolve(base?.branch ?? `refs/upstream/${id}`),
      reviews.list({ channel: id, state: 'waiting', before: null, limit: mostWaiting }),
      reviews.list({ channel: id, state: 'examining', before: null, limit: mostWaiting }),
      series.carried(id),
      series.conflicts(),
      troubles.of(id),
      channelState(context, id),
      releases.latest(organisation, flake, id),
      validationsOf(context, channel),
    ]);
  const conflict = conflicts.find((one) => one.channel === id);
  return {
    id,
    flake,
    line,
    support: supportAt(line.support, clock.now()),
    successor: successorOf(channel, channels)?.id ?? null,
    head,
    source: source === null ? null : { commitId: source, committedAt: (await git.commit(source)).committedAt },
    behind: head === null || source === null ? null : await git.countCommits(source, head),
    waitingReviews: waiting.map((review) => review.id),
    patches: carried.length,
    conflict: conflict === undefined ? null : { patchId: conflict.patchId, paths: conflict.paths },
    troubles: [
      ...known,
      ...examining.flatMap((review) =>
        review.trouble === null
          ? []
          : [{ ...review.trouble, step: 'review' as const, says: `review ${review.id}: ${review.trouble.says}` }],
      ),
    ],
    evaluated,
    latestRelease,
    validations,
  };
}
