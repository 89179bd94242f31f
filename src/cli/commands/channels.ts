import { Command } from 'commander';
import { writeDuration } from '../../config/duration.ts';
import type { KeptChannel, WalkContext } from '../../worker/index.ts';
import { type CommandMaker, print } from '../context.ts';
import { columns } from '../text/columns.ts';
import { withWorkspace } from '../with-workspace.ts';
import { jsonOption, workspaceOption } from '../workspace-option.ts';

/** Who is further behind than this is told so, without reading all of it. */
const mostBehind = 10_000;
const minute = 60_000;

export const channelsCommand: CommandMaker = (context) =>
  new Command('channels')
    .summary('where each channel stands: its head, upstream, and what waits in between')
    .description(
      'Lists the channels with their head, the newest commit known of upstream and its age, how many commits of upstream are not in the channel yet, the reviews that wait, the patches carried, and a patch that does not apply.',
    )
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action(async (options: { readonly workspace?: string; readonly json?: boolean }) =>
      withWorkspace(context, options.workspace, async ({ context: walk }) => {
        const items = await Promise.all(walk.channels.map((channel) => standingOf(walk, channel)));
        print(context, options.json ?? false, { items }, () =>
          columns([
            ['CHANNEL', 'HEAD', 'UPSTREAM', 'AGE', 'BEHIND', 'WAITING', 'PATCHES', 'CONFLICT'],
            ...items.map((item) => rowOf(item, context.clock.now())),
          ]),
        );
      }),
    );

type Standing = Awaited<ReturnType<typeof standingOf>>;

async function standingOf({ git, reviews, series }: WalkContext, { id, branch }: KeptChannel) {
  const [head, upstream] = await Promise.all([git.resolve(branch), git.resolve(`refs/upstream/${id}`)]);
  const missing = head === null || upstream === null ? [] : await git.log(upstream, { since: head, limit: mostBehind });
  const waiting = await reviews.list({ channel: id, state: 'waiting', before: null, limit: 50 });
  const conflict = (await series.conflicts()).find((one) => one.channel === id) ?? null;
  return {
    channel: id,
    head,
    upstream: upstream === null ? null : { commit: upstream, committed_at: (await git.commit(upstream)).committedAt },
    behind: head === null || upstream === null ? null : missing.length,
    /** There may be more than were counted. */
    behind_is_least: missing.length === mostBehind,
    waiting_reviews: waiting.map((review) => review.id),
    patches: (await series.carried(id)).length,
    conflict: conflict === null ? null : { patch: conflict.patchId, paths: conflict.paths },
  };
}

function rowOf(item: Standing, now: number): readonly string[] {
  const { upstream, behind, conflict } = item;
  const age = upstream === null ? null : Math.floor(Math.max(0, now - upstream.committed_at) / minute) * minute;
  return [
    item.channel,
    item.head?.slice(0, 12) ?? 'empty',
    upstream?.commit.slice(0, 12) ?? 'none yet',
    age === null ? '-' : writeDuration(age),
    behind === null ? '-' : `${behind}${item.behind_is_least ? '+' : ''}`,
    `${item.waiting_reviews.length}`,
    `${item.patches}`,
    conflict === null ? '-' : `patch ${conflict.patch}: snowguard patches show ${conflict.patch}`,
  ];
}
