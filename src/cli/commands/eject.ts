import { Command, InvalidArgumentError, Option } from 'commander';
import type { CommandMaker } from '../context.ts';
import { dryRunOption, flakePathOf, flakePathOption, registryOf, serverOption } from '../flake-options.ts';
import { printFlakeChange } from '../print-flake-change.ts';
import { jsonOption } from '../workspace-option.ts';

interface EjectOptions {
  readonly source?: string;
  readonly flakePath: string;
  readonly server?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

export const ejectCommand: CommandMaker = (context) =>
  new Command('eject')
    .summary("move a flake's inputs from the server back to GitHub")
    .description(
      'Gives every input of a flake.nix that comes from the server the address of the repository it was published from. The lock stays until "nix flake lock" runs.',
    )
    .addOption(
      new Option('--source <repository>', 'OWNER/REPOSITORY on GitHub, where the server does not say it').argParser(
        (text) => {
          if (/^[\w.-]+\/[\w.-]+$/.test(text)) return text;
          throw new InvalidArgumentError('write OWNER/REPOSITORY.');
        },
      ),
    )
    .addOption(flakePathOption())
    .addOption(serverOption())
    .addOption(dryRunOption())
    .addOption(jsonOption())
    .action(async (options: EjectOptions) => {
      const { ejectFlake } = await import('../../app/consumer-edit/index.ts');
      const change = await ejectFlake({
        registry: await registryOf(context, options.server),
        flakePath: flakePathOf(context, options.flakePath),
        source: options.source ?? null,
        dryRun: options.dryRun ?? false,
      });
      printFlakeChange(context, options, change);
    });
