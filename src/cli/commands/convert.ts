import { Command, Option } from 'commander';
import type { CliContext, CommandMaker } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { dryRunOption, flakePathOf, flakePathOption, registryOf, serverOption } from '../flake-options.ts';
import { printFlakeChange } from '../print-flake-change.ts';
import { jsonOption } from '../workspace-option.ts';

interface ConvertOptions {
  readonly packageSet?: string;
  readonly flakePath: string;
  readonly server?: string;
  readonly lock: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

export const convertCommand: CommandMaker = (context, finish) =>
  new Command('convert')
    .summary("move a flake's inputs to the server")
    .description(
      'Gives every input of a flake.nix that the server publishes its address there, Nixpkgs first of all, and locks them. The others stay, with the reason.',
    )
    .addOption(
      new Option(
        '--package-set <flake>',
        'what takes the place of Nixpkgs; by default NixOS/nixpkgs, else the only flake that the server publishes',
      ),
    )
    .addOption(flakePathOption())
    .addOption(serverOption())
    .addOption(new Option('--no-lock', 'do not run "nix flake lock" afterwards'))
    .addOption(dryRunOption())
    .addOption(jsonOption())
    .action(async (options: ConvertOptions) => {
      const { convertFlake, readFlakeName } = await import('../../app/consumer-edit/index.ts');
      const change = await convertFlake({
        registry: await registryOf(context, options.server),
        flakePath: flakePathOf(context, options.flakePath),
        packageSet: options.packageSet === undefined ? null : readFlakeName(options.packageSet),
        dryRun: options.dryRun ?? false,
      });
      printFlakeChange(context, options, change);
      if (change.isWritten && options.lock) finish(await lock(context, change.file));
    });

async function lock(context: CliContext, file: string): Promise<number> {
  const { lockFlake } = await import('../../app/consumer-edit/index.ts');
  const { environment, signal, stderr } = context;
  const outcome = await lockFlake({ file, environment, signal, onLine: (line) => void stderr.write(`${line}\n`) });
  if (outcome.kind === 'locked') return exitCodes.ok;
  stderr.write(
    outcome.kind === 'no nix'
      ? 'There is no Nix here. Run "nix flake lock" where there is one.\n'
      : 'The flake.nix is written, but Nix could not lock it; run "nix flake lock" again.\n',
  );
  return outcome.kind === 'no nix' ? exitCodes.ok : exitCodes.failed;
}
