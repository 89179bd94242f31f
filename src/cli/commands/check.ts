import { Command, Option } from 'commander';
import { type CommandMaker, print } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { jsonOption, workspaceOption } from '../workspace-option.ts';

interface CheckOptions {
  readonly workspace?: string;
  readonly server?: string;
  readonly atLeast: 'critical' | 'high' | 'medium' | 'low';
  readonly json?: boolean;
}

export const checkCommand: CommandMaker = (context, finish) =>
  new Command('check')
    .summary('does a flake.lock lack a security fix?')
    .description(
      'Reads a flake.lock and says which released fixes the locked release lacks, and what to run. Asks the workspace named with --workspace, else the registry that the lock itself names.',
    )
    .argument('[lock]', 'a flake.lock, or the folder it lies in', '.')
    .addOption(
      new Option('--at-least <severity>', 'what counts').choices(['critical', 'high', 'medium', 'low']).default('low'),
    )
    .addOption(new Option('--server <url>', 'ask this Snowguard instead'))
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Exit status: 0 nothing to do, 1 a fix is missing or the locked release was withdrawn, 2 no such lock or a malformed one,
3 the registry could not be asked.

Example, in a pipeline:
  snowguard check --at-least high --json > check.json`,
    )
    .action(async (lock: string, options: CheckOptions) => {
      const { checkLock } = await import('../../app/index.ts');
      const { checkLines } = await import('../text/check-lines.ts');
      const outcome = await checkLock({
        lock,
        cwd: context.cwd,
        workspace: options.workspace,
        server: options.server,
        atLeast: options.atLeast,
        clock: context.clock,
        environment: context.environment,
      });
      finish(outcome.mustAct.length > 0 ? exitCodes.negative : exitCodes.ok);
      print(context, options.json ?? false, outcome, () => checkLines(outcome));
    });
