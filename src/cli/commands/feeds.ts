import { Command } from 'commander';
import { presentFeed } from '../../http/api/present.ts';
import { type CommandMaker, print } from '../context.ts';
import { feedLines } from '../text/feed-lines.ts';
import { withWorkspace } from '../with-workspace.ts';
import { jsonOption, workspaceOption } from '../workspace-option.ts';

export const feedsCommand: CommandMaker = (context) =>
  new Command('feeds')
    .summary('the feeds that are read, and how fresh each is')
    .description(
      'Shows for each feed the last good sync, its records, what was set aside as unreadable, and any incident.',
    )
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action(async (options: { readonly workspace?: string; readonly json?: boolean }) =>
      withWorkspace(context, options.workspace, async ({ reads, clock }) => {
        const feeds = await reads.feeds();
        print(context, options.json ?? false, { items: feeds.map(presentFeed) }, () => feedLines(feeds, clock.now()));
      }),
    );
