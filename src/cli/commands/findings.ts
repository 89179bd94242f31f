import { Command, Option } from 'commander';
import { presentFinding } from '../../http/api/present.ts';
import { type CommandMaker, print } from '../context.ts';
import { findingLines } from '../text/finding-lines.ts';
import { withWorkspace } from '../with-workspace.ts';
import { jsonOption, limitOption, workspaceOption } from '../workspace-option.ts';

interface FindingsOptions {
  readonly workspace?: string;
  readonly json?: boolean;
  readonly order: 'breach' | 'risk';
  readonly severity?: 'critical' | 'high' | 'medium' | 'low' | 'unknown';
  readonly state?: 'open' | 'under_investigation' | 'fixed' | 'not_affected' | 'retracted';
  readonly limit: number;
  readonly after?: string;
}

export const findingsCommand: CommandMaker = (context) =>
  new Command('findings')
    .summary('what is open, by time to breach')
    .description('Lists findings: one advisory in one package of one channel, with the clock that runs.')
    .addOption(new Option('--order <order>', 'what comes first').choices(['breach', 'risk']).default('breach'))
    .addOption(
      new Option('--severity <band>', 'only this severity').choices(['critical', 'high', 'medium', 'low', 'unknown']),
    )
    .addOption(
      new Option('--state <state>', 'only this state').choices([
        'open',
        'under_investigation',
        'fixed',
        'not_affected',
        'retracted',
      ]),
    )
    .addOption(limitOption())
    .addOption(new Option('--after <cursor>', 'the page after; take "next" of the page before'))
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action(async (options: FindingsOptions) =>
      withWorkspace(context, options.workspace, async ({ reads, clock }) => {
        const page = await reads.findings({
          order: options.order,
          band: options.severity ?? null,
          state: options.state ?? null,
          after: options.after ?? null,
          limit: options.limit,
        });
        print(context, options.json ?? false, { ...page, items: page.items.map(presentFinding) }, () => [
          ...findingLines(page.items, clock.now()),
          ...(page.next === null ? [] : [`More: snowguard findings --after ${page.next}`]),
        ]);
      }),
    );
