import { Command, Option } from 'commander';
import { AppError } from '../../foundation/errors.ts';
import { presentFeed, presentQuarantined } from '../../http/api/present.ts';
import { type CliContext, type CommandMaker, print } from '../context.ts';
import { feedLines, quarantineLines } from '../text/feed-lines.ts';
import { withWorkspace } from '../with-workspace.ts';
import { jsonOption, limitOption, workspaceOption } from '../workspace-option.ts';

interface FeedsOptions {
  readonly workspace?: string;
  readonly json?: boolean;
}

export const feedsCommand: CommandMaker = (context) =>
  new Command('feeds')
    .summary('the feeds that are read, and how fresh each is')
    .description(
      'Shows for each feed the last good sync, its records, what was set aside as unreadable, and any incident.',
    )
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action(async (options: FeedsOptions) =>
      withWorkspace(context, options.workspace, async ({ reads, clock }) => {
        const feeds = await reads.feeds();
        print(context, options.json ?? false, { items: feeds.map(presentFeed) }, () => feedLines(feeds, clock.now()));
      }),
    )
    .addCommand(quarantineCommand(context))
    .addCommand(acceptCommand(context));

function quarantineCommand(context: CliContext): Command {
  return new Command('quarantine')
    .summary('records that could not be read, with the reason')
    .argument('[feed]', 'only of this feed')
    .addOption(limitOption())
    .addOption(new Option('--after <cursor>', 'the page after; take "next" of the page before'))
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action(async (feed: string | undefined, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<FeedsOptions & { readonly limit: number; readonly after?: string }>();
      await withWorkspace(context, options.workspace, async ({ reads }) => {
        const { limit, after = null } = options;
        const page = await reads.quarantined({ source: feed ?? null, after, limit });
        print(context, options.json ?? false, { ...page, items: page.items.map(presentQuarantined) }, () =>
          quarantineLines(page),
        );
      });
    });
}

function acceptCommand(context: CliContext): Command {
  return new Command('accept')
    .summary('say that a feed with an incident is right: what it lacks is gone')
    .argument('<feed>', 'the feed')
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action(async (feed: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<FeedsOptions>();
      await withWorkspace(context, options.workspace, async ({ context: walk, worker, clock }) => {
        const incident = await walk.feedStore.acceptIncident({ source: feed, at: clock.now(), actor: 'operator' });
        if (incident === null)
          throw new AppError({ code: 'usage.no-incident', retryable: false }, `the feed ${feed} has no incident`, {
            hint: 'See them: snowguard feeds',
          });
        await worker.run([{ kind: 'advisories.merge', subject: '' }], context.signal);
        print(context, options.json ?? false, { feed, incident }, () => [`Accepted: ${incident.message}.`]);
      });
    });
}
