import { Command } from 'commander';
import { presentStatus } from '../../http/api/present.ts';
import { type CommandMaker, print } from '../context.ts';
import { statusLines } from '../text/status-lines.ts';
import { withWorkspace } from '../with-workspace.ts';
import { jsonOption, workspaceOption } from '../workspace-option.ts';

export const statusCommand: CommandMaker = (context) =>
  new Command('status')
    .summary('the promise and how it stands')
    .description('Shows the promise per severity, what breaches next, the newest release, channels and feeds.')
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action(async (options: { readonly workspace?: string; readonly json?: boolean }) =>
      withWorkspace(context, options.workspace, async ({ reads, configuration, clock }) => {
        const overview = await reads.overview();
        print(context, options.json ?? false, presentStatus(configuration.public_url, overview), () =>
          statusLines(overview, clock.now()),
        );
      }),
    );
