import { Command, Option } from 'commander';
import type { CommandMaker } from '../context.ts';
import { dryRunOption, flakePathOf, flakePathOption, registryOf, serverOption } from '../flake-options.ts';
import { printFlakeChange } from '../print-flake-change.ts';
import { jsonOption } from '../workspace-option.ts';

interface AddOptions {
  readonly inputName?: string;
  readonly flakePath: string;
  readonly insertionLocation: 'top' | 'bottom';
  readonly server?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

export const addCommand: CommandMaker = (context) =>
  new Command('add')
    .summary('make a flake.nix take a set, or any flake')
    .description(
      'Writes one input into a flake.nix, or gives the input of that name its new address. Every other byte stays; what it cannot edit safely it names, with the lines to write by hand.',
    )
    .argument('<flake>', 'ORGANISATION/FLAKE[/RANGE] of the server, or the URL of a flake')
    .addOption(new Option('--input-name <name>', 'the name of the input; by default that of the flake'))
    .addOption(
      new Option('--insertion-location <place>', 'where a new input goes').choices(['top', 'bottom']).default('top'),
    )
    .addOption(flakePathOption())
    .addOption(serverOption())
    .addOption(dryRunOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Example, the secure set in the place of Nixpkgs:
  snowguard add --input-name nixpkgs acme/secure/0.2605 --server https://sets.example.com
  nix flake lock`,
    )
    .action(async (wanted: string, options: AddOptions) => {
      const { addToFlake } = await import('../../app/consumer-edit/index.ts');
      const change = await addToFlake({
        wanted,
        inputName: options.inputName,
        flakePath: flakePathOf(context, options.flakePath),
        at: options.insertionLocation,
        dryRun: options.dryRun ?? false,
        registry: () => registryOf(context, options.server),
      });
      printFlakeChange(context, options, change);
    });
