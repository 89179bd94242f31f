import { Command, Option } from 'commander';
import { AppError } from '../../foundation/errors.ts';
import { presentFindingPage, presentWorkItem } from '../../http/api/present-triage.ts';
import type { SeverityBand } from '../../pipeline/advisories/index.ts';
import { stages } from '../../pipeline/findings/index.ts';
import { actingPerson } from '../acting-person.ts';
import { type CommandMaker, print } from '../context.ts';
import { namedFinding } from '../named-finding.ts';
import { findingPageLines, queueLines } from '../text/triage-lines.ts';
import { withWorkspace } from '../with-workspace.ts';
import { jsonOption, limitOption, workspaceOption } from '../workspace-option.ts';
import { actCommands } from './triage-acts.ts';
import { bulkCommand } from './triage-bulk.ts';
import { exportCommand, importCommand } from './triage-decisions.ts';
import { unboundedCommand } from './triage-unbounded.ts';

interface QueueOptions {
  readonly workspace?: string;
  readonly json?: boolean;
  readonly severity?: SeverityBand;
  readonly channel?: string;
  readonly stage?: string;
  readonly attr?: string;
  readonly mine?: boolean;
  readonly limit: number;
  readonly after?: string;
}

export const triageCommand: CommandMaker = (context, finish) => {
  const command = new Command('triage')
    .summary('decide about findings: the queue, verdicts, statements')
    .description(
      'What people decide about findings. Whoever decides is known by SNOWGUARD_TOKEN (snowguard token --help).',
    )
    .addHelpText(
      'after',
      `
A finding is named by its number or as CVE-2024-3094/xz/rolling. For example:
  snowguard triage queue
  snowguard triage show CVE-2024-3094/xz
  snowguard triage not-affected 12 --reason build-option-off --detail flags=--without-x \\
    --statement "The parser is not built." --evidence https://example.org/log
  snowguard triage approve 12 --content 5f1c09a2b7d4e836    a second person, who has read what "show" prints`,
    )
    .addCommand(queueCommand(context, finish))
    .addCommand(showCommand(context, finish));
  for (const made of [...actCommands, bulkCommand, unboundedCommand, importCommand, exportCommand])
    command.addCommand(made(context, finish));
  return command;
};

const queueCommand: CommandMaker = (context) =>
  new Command('queue')
    .summary('what is to be decided, by time to breach and then by risk')
    .addOption(
      new Option('--severity <band>', 'only this severity').choices(['critical', 'high', 'medium', 'low', 'unknown']),
    )
    .addOption(new Option('--channel <channel>', 'only this channel'))
    .addOption(new Option('--stage <stage>', 'only this stage').choices(stages.slice(0, 8)))
    .addOption(new Option('--attr <text>', 'only packages whose attribute begins so'))
    .addOption(new Option('--mine', 'only what I claimed'))
    .addOption(limitOption())
    .addOption(new Option('--after <cursor>', 'the page after; take "next" of the page before'))
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action(async (options: QueueOptions) =>
      withWorkspace(context, options.workspace, async (workspace) => {
        const claimedBy = options.mine === true ? (await actingPerson(context, workspace)).name : null;
        const page = await workspace.triage.queue({
          band: options.severity ?? null,
          channel: options.channel ?? null,
          stage: options.stage ?? null,
          attr: options.attr ?? null,
          claimedBy,
          after: options.after ?? null,
          limit: options.limit,
        });
        print(context, options.json ?? false, { ...page, items: page.items.map(presentWorkItem) }, () => [
          ...queueLines(page.items, workspace.clock.now()),
          ...(page.next === null ? [] : [`More: snowguard triage queue --after ${page.next}`]),
        ]);
      }),
    );

const showCommand: CommandMaker = (context) =>
  new Command('show')
    .summary('everything needed to decide about one finding')
    .argument('<finding>', 'its number, or CVE-2024-3094/xz/rolling')
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action(async (named: string, options: { readonly workspace?: string; readonly json?: boolean }) =>
      withWorkspace(context, options.workspace, async (workspace) => {
        const page = await workspace.triage.findingPage(await namedFinding(workspace, named));
        if (page === null)
          throw new AppError({ code: 'usage.no-finding', retryable: false }, `there is no finding ${named}`, {
            hint: 'See what there is: snowguard triage queue',
          });
        print(context, options.json ?? false, presentFindingPage(page), () => findingPageLines(page));
      }),
    );
