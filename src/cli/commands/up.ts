import { Command, InvalidArgumentError, Option } from 'commander';
import type { CommandMaker } from '../context.ts';
import { workspaceFolder, workspaceOption } from '../workspace-option.ts';

interface UpOptions {
  readonly workspace?: string;
  readonly port?: number;
  readonly host?: string;
  readonly starter?: boolean;
  readonly role: 'all' | 'serve' | 'work';
}

export const upCommand: CommandMaker = (context, finish) =>
  new Command('up')
    .summary('serve the workspace, watch the feeds and upstream, release')
    .description(
      'Runs the workspace until Ctrl-C: pages, API, flake registry and published feeds on one port, and the work behind them.',
    )
    .addOption(workspaceOption())
    .addOption(new Option('-p, --port <port>', 'listen on this port instead of the configured one').argParser(portOf))
    .addOption(new Option('--host <address>', 'listen on this address instead of the configured one'))
    .addOption(
      new Option('--role <role>', 'what this process does: serve requests, work, or all')
        .choices(['all', 'serve', 'work'])
        .default('all'),
    )
    .addOption(new Option('--starter', 'make the starter world in the workspace when there is none yet'))
    .addHelpText(
      'after',
      `
Examples:
  snowguard up -w acme            serve the workspace acme
  snowguard up --port 9000        on another port
  npm start                       in a checkout: the starter world, made at the first start

Everything that was acknowledged is kept: stop it however you like and start it again.`,
    )
    .action(async (options: UpOptions) => {
      const { runUp } = await import('../../app/index.ts');
      finish(
        await runUp({
          folder: workspaceFolder(context, options.workspace),
          named: options.workspace ?? null,
          port: options.port ?? null,
          host: options.host ?? null,
          role: options.role,
          starter: options.starter ?? false,
          clock: context.clock,
          environment: context.environment,
          signal: context.signal,
          stdout: context.stdout,
          stderr: context.stderr,
        }),
      );
    });

function portOf(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new InvalidArgumentError('use a number from 0 to 65535 (0 picks a free one).');
}
