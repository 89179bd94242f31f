import { Command, Option } from 'commander';
import type { Workspace } from '../../app/index.ts';
import { AppError } from '../../foundation/errors.ts';
import { presentUnbounded } from '../../http/api/unbounded-endpoints.ts';
import { type ApartList, apartLists } from '../../pipeline/matching/index.ts';
import { actingPerson } from '../acting-person.ts';
import { type CliContext, type CommandMaker, print } from '../context.ts';
import { unboundedLines } from '../text/unbounded-lines.ts';
import { withWorkspace } from '../with-workspace.ts';
import { jsonOption, limitOption, workspaceOption } from '../workspace-option.ts';

interface Options {
  readonly kind: ApartList;
  readonly channel?: string;
  readonly take?: string;
  readonly attr?: readonly string[];
  readonly limit: number;
  readonly after?: string;
  readonly workspace?: string;
  readonly json?: boolean;
}

export const unboundedCommand: CommandMaker = (context) =>
  new Command('unbounded')
    .summary('what no record ends, or only others fixed: apart from the findings until somebody takes it on')
    .description(
      'Vulnerabilities that may concern packages, but whose records name no version in which they end; with --kind elsewhere those that another distribution fixed in a newer version than ours, or by a patch on ours, and of which no record tells whether ours has them. They open nothing by themselves, unless they are exploited or critical. With --take they come into the queue, in your name, and are decided there like any other.',
    )
    .addOption(
      new Option('--kind <kind>', 'unbounded: no record ends them; elsewhere: another distribution fixed them')
        .choices(apartLists)
        .default('unbounded'),
    )
    .option('--channel <id>', 'only this channel')
    .option('--take <id>', 'put this vulnerability into the queue')
    .option('--attr <path...>', 'with --take: only for these packages')
    .addOption(limitOption())
    .option('--after <id>', 'the page after; take "next" of the page before')
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExamples:\n  snowguard triage unbounded\n  snowguard triage unbounded --kind elsewhere\n  snowguard triage unbounded --take CVE-2025-12781 --attr python313',
    )
    .action(async (options: Options) =>
      withWorkspace(context, options.workspace, (workspace) =>
        options.take === undefined
          ? show(context, workspace, options)
          : take(context, workspace, options, options.take),
      ),
    );

async function show(context: CliContext, { reads }: Workspace, options: Options): Promise<void> {
  const { kind: list, channel = null, after = null, limit } = options;
  const page = await reads.unbounded({ list, channel, after, limit });
  print(context, options.json ?? false, { ...page, items: page.items.map(presentUnbounded) }, () =>
    unboundedLines(list, page),
  );
}

async function take(context: CliContext, workspace: Workspace, options: Options, id: string): Promise<void> {
  const by = await actingPerson(context, workspace);
  const { channel = null, attr: attrs = null } = options;
  const taken = await workspace.triage.takeUnbounded({ id, channel, attrs, by, at: workspace.clock.now() });
  if (taken.kind === 'refused') throw refusalOf(id, taken.why);
  const { failed } = await workspace.worker.run([], context.signal);
  print(context, options.json ?? false, { advisoryId: taken.advisoryId, attrs: taken.attrs, failed }, () => [
    `${taken.advisoryId} waits in the queue for ${taken.attrs.join(', ')}, taken on by ${by.name}: snowguard triage queue`,
  ]);
}

function refusalOf(id: string, why: 'not_a_person' | 'role_missing' | 'nothing_waits'): AppError {
  return why === 'nothing_waits'
    ? new AppError({ code: 'usage.nothing-to-take', retryable: false }, `${id} waits there for no such package`, {
        hint: 'See what waits: snowguard triage unbounded, and with --kind elsewhere',
      })
    : new AppError({ code: 'usage.role', retryable: false }, 'only an analyst takes something on', {
        hint: 'Ask a policy admin for the role: snowguard people --help',
      });
}
