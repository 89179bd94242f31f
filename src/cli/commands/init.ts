import { Command, Option } from 'commander';
import { type CommandMaker, print } from '../context.ts';
import { jsonOption } from '../workspace-option.ts';

interface InitOptions {
  readonly organisation: string;
  readonly flake: string;
  readonly branch: string;
  readonly upstream: string;
  readonly publicUrl: string;
  readonly json?: boolean;
}

export const initCommand: CommandMaker = (context) =>
  new Command('init')
    .summary('write a new workspace on the true Nixpkgs')
    .description(
      'Writes the settings, a first covered set and the SLA policy into a folder, each setting explained in place.',
    )
    .argument('<dir>', 'the folder; it must be empty or not there yet')
    .addOption(new Option('--organisation <name>', 'the first part of the published name').default('acme'))
    .addOption(new Option('--flake <name>', 'the second part of the published name').default('secure'))
    .addOption(
      new Option('--upstream <url>', 'the git repository to build on').default('https://github.com/NixOS/nixpkgs'),
    )
    .addOption(new Option('--branch <name>', 'its branch').default('nixos-unstable'))
    .addOption(
      new Option('--public-url <url>', 'the address that people and Nix will use').default('http://127.0.0.1:8080'),
    )
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Next:
  edit DIR/snowguard.toml and DIR/covered/*.toml, then
  snowguard config check -w DIR
  snowguard up -w DIR`,
    )
    .action(async (dir: string, options: InitOptions) => {
      const { initWorkspace } = await import('../../app/index.ts');
      const { json = false, ...settings } = options;
      const made = await initWorkspace({ ...settings, dir, cwd: context.cwd, clock: context.clock });
      print(context, json, made, () => [
        `Made the workspace ${made.folder}:`,
        ...made.files.map((file) => `  ${file}`),
        '',
        `Read ${made.folder}/snowguard.toml, then: snowguard up -w ${dir}`,
      ]);
    });
