import { Command } from 'commander';
import { type CommandMaker, print } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { jsonOption, workspaceFolder, workspaceOption } from '../workspace-option.ts';

export const configCommand: CommandMaker = (context, finish) => {
  const check = new Command('check')
    .summary('read every setting and say what is wrong')
    .description(
      'Reads snowguard.toml, the covered set and the policy, and tries what they name. Exits with 1 when an hour of the next 14 days has nobody to call, the holidays of a policy of business days end soon, the policy was edited and not approved, or a stable line ends less than two months after the next one begins. Changes nothing.',
    )
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action(async (options: { readonly workspace?: string; readonly json?: boolean }) => {
      const { checkConfiguration } = await import('../../app/index.ts');
      const folder = workspaceFolder(context, options.workspace);
      const report = await checkConfiguration({ folder, clock: context.clock, environment: context.environment });
      const gaps = report.rotaGaps ?? [];
      if (gaps.length + report.supportGaps.length > 0 || report.calendarEnds !== null || report.policyNotice !== null)
        finish(exitCodes.negative);
      print(context, options.json ?? false, report, () => [
        `${report.file} is in order.`,
        `  publishes   ${report.flakes.join(', ')} at ${report.publicUrl}`,
        `  channels    ${report.channels.join(', ')}`,
        ...report.supportGaps.map((gap) => `              ${gap}`),
        `  covered     ${report.covered} packages`,
        `  feeds       ${report.feeds.join(', ') || 'none'}`,
        ...report.feedsWithoutKey.map((lack) => `              ${lack}`),
        `  policy      ${report.policy}`,
        ...(report.calendarEnds === null ? [] : [`              ${report.calendarEnds}`]),
        ...(report.policyNotice === null ? [] : [`              ${report.policyNotice}`]),
        `  targets     ${report.targets.join(', ') || 'none: nobody is told anything'}`,
        `  told        ${report.subscriptions} subscriptions`,
        `  rota        ${rotaText(report.rotaGaps)}`,
        ...gaps.slice(0, mostGaps).map((gap) => `              ${gap}`),
        ...(gaps.length > mostGaps ? [`              and ${gaps.length - mostGaps} more`] : []),
        `  nix         ${report.nix ?? 'none installed: channels are read from inventories'}`,
      ]);
    });
  return new Command('config')
    .summary('check the settings')
    .description('The settings of a workspace.')
    .addCommand(check);
};

const mostGaps = 10;

function rotaText(gaps: readonly string[] | null): string {
  if (gaps === null) return 'none: nobody is called when a clock runs out';
  return gaps.length === 0 ? 'somebody is on duty in every hour of the next 14 days' : 'hours without anybody to call:';
}
