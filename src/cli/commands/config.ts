import { Command } from 'commander';
import { type CommandMaker, print } from '../context.ts';
import { jsonOption, workspaceFolder, workspaceOption } from '../workspace-option.ts';

export const configCommand: CommandMaker = (context) => {
  const check = new Command('check')
    .summary('read every setting and say what is wrong')
    .description('Reads snowguard.toml, the covered set and the policy, and tries what they name. Changes nothing.')
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action(async (options: { readonly workspace?: string; readonly json?: boolean }) => {
      const { checkConfiguration } = await import('../../app/index.ts');
      const folder = workspaceFolder(context, options.workspace);
      const report = await checkConfiguration({ folder, environment: context.environment });
      print(context, options.json ?? false, report, () => [
        `${report.file} is in order.`,
        `  publishes   ${report.flakes.join(', ')} at ${report.publicUrl}`,
        `  channels    ${report.channels.join(', ')}`,
        `  covered     ${report.covered} packages`,
        `  feeds       ${report.feeds.join(', ') || 'none'}`,
        `  policy      ${report.policy}`,
        `  nix         ${report.nix ?? 'none installed: channels are read from inventories'}`,
      ]);
    });
  return new Command('config')
    .summary('check the settings')
    .description('The settings of a workspace.')
    .addCommand(check);
};
