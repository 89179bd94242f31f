import { existsSync } from 'node:fs';
import path from 'node:path';
import { Command, Option } from 'commander';
import { configurationFile } from '../../config/configuration-file.ts';
import { presentStatus } from '../../http/api/present.ts';
import { type CliContext, type CommandMaker, print } from '../context.ts';
import { serverOf } from '../flake-options.ts';
import { clientStatusLines, statusLines } from '../text/status-lines.ts';
import { withWorkspace } from '../with-workspace.ts';
import { jsonOption, workspaceFolder, workspaceOption } from '../workspace-option.ts';

interface StatusOptions {
  readonly workspace?: string;
  readonly server?: string;
  readonly json?: boolean;
}

export const statusCommand: CommandMaker = (context) =>
  new Command('status')
    .summary('the promise and how it stands; for a consumer, how I stand with a server')
    .description(
      'Beside a workspace: the promise per severity, what breaches next, the newest release, channels and feeds. With --server, or where there is no workspace: signed in as whom and until when, and where the flake.lock here stands.',
    )
    .addOption(
      new Option('--server <url>', 'how I stand with this server; else SNOWGUARD_SERVER').conflicts('workspace'),
    )
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Examples:
  snowguard status -w acme                              the workspace acme
  snowguard status --server https://sets.example.com    who am I there, and does my lock lack anything?`,
    )
    .action(async (options: StatusOptions) => {
      if (isConsumer(context, options)) return showClient(context, options);
      await withWorkspace(context, options.workspace, async ({ reads, configuration, clock }) => {
        const overview = await reads.overview();
        print(context, options.json ?? false, presentStatus(configuration.public_url, overview), () =>
          statusLines(overview, clock.now()),
        );
      });
    });

/** A workspace that is named or in reach is what an operator means. */
function isConsumer(context: CliContext, { workspace, server }: StatusOptions): boolean {
  if (server !== undefined) return true;
  const isThere = existsSync(path.join(workspaceFolder(context, workspace), configurationFile));
  return workspace === undefined && !isThere && Boolean(context.environment.SNOWGUARD_SERVER);
}

async function showClient(context: CliContext, options: StatusOptions): Promise<void> {
  const { clientStatus } = await import('../../app/index.ts');
  const { cwd, clock, environment, signal } = context;
  const server = await serverOf(context, options.server);
  const status = await clientStatus({ server, cwd, clock, environment, signal });
  print(context, options.json ?? false, status, () => clientStatusLines(status));
}
