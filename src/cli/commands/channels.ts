import { Command } from 'commander';
import { AppError } from '../../foundation/errors.ts';
import { presentChannel } from '../../http/api/channel-endpoints.ts';
import { type CommandMaker, print } from '../context.ts';
import { channelFacts, channelLines } from '../text/channel-lines.ts';
import { withWorkspace } from '../with-workspace.ts';
import { jsonOption, workspaceOption } from '../workspace-option.ts';

interface Options {
  readonly workspace?: string;
  readonly json?: boolean;
}

export const channelsCommand: CommandMaker = (context) =>
  new Command('channels')
    .summary('where each channel stands: its head, what it follows, and what waits in between')
    .description(
      'Lists the channels: what each is and follows, how many commits of that it does not have, the reviews that wait, the patches carried, and until when it is supported. With a name, everything about that one.',
    )
    .argument('[channel]', 'only this one, in full')
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExamples:\n  snowguard channels\n  snowguard channels rolling\n  snowguard channels --json',
    )
    .action(async (id: string | undefined, options: Options) =>
      withWorkspace(context, options.workspace, async ({ reads }) => {
        const all = await reads.channels();
        const now = context.clock.now();
        if (id === undefined) {
          print(context, options.json ?? false, { items: all.map(presentChannel) }, () => channelLines(all, now));
          return;
        }
        const found = all.find((row) => row.id === id);
        if (found === undefined)
          throw new AppError({ code: 'usage.no-channel', retryable: false }, `there is no channel ${id}`, {
            hint: `The channels are: ${all.map((row) => row.id).join(', ')}`,
          });
        print(context, options.json ?? false, presentChannel(found), () => channelFacts(found, now));
      }),
    );
