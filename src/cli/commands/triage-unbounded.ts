import { Command } from 'commander';
import type { Workspace } from '../../app/index.ts';
import { AppError } from '../../foundation/errors.ts';
import { presentUnbounded } from '../../http/api/unbounded-endpoints.ts';
import { actingPerson } from '../acting-person.ts';
import { type CliContext, type CommandMaker, print } from '../context.ts';
import { unboundedLines } from '../text/unbounded-lines.ts';
import { withWorkspace } from '../with-workspace.ts';
import { jsonOption, limitOption, workspaceOption } from '../workspace-option.ts';

interface Options {
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
    .summary('what no record ends: kept apart from the findings until somebody takes it on')
    .description(
      'Vulnerabilities that may concern packages, but whose records name no version in which they end. They open nothing by themselves, unless they are exploited or critical. With --take they come into the queue, in your name, and are decided there like any other.',
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
      '\nExamples:\n  snowguard triage unbounded\n  snowguard triage unbounded --take CVE-2025-12781 --attr python313',
    )
    .action(async (options: Options) =>
      withWorkspace(context, options.workspace, (workspace) =>
        options.take === undefined
          ? show(context, workspace, options)
          : take(context, workspace, options, options.take),
      ),
    );

async function show(context: CliContext, { reads }: Workspace, options: Options): Promise<void> {
  const { channel = null, after = null, limit } = options;
  const page = await reads.unbounded({ channel, after, limit });
  print(context, options.json ?? false, { ...page, items: page.items.map(presentUnbounded) }, () =>
    unboundedLines(page),
  );
}

async function take(context: CliContext, workspace: Workspace, options: Options, id: string): Promise<void> {
  const person = await actingPerson(context, workspace);
  const { context: walk, worker, clock } = workspace;
  const advisoryId = (await walk.advisories.byId(id))?.id ?? id;
  const waiting = (await Promise.all(walk.channels.map((channel) => walk.matches.unbounded(channel.id)))).flat();
  const attrs = [
    ...new Set(
      waiting
        .filter((match) => match.advisoryId === advisoryId)
        .filter(
          ({ channel, attr }) => (options.channel ?? channel) === channel && (options.attr ?? [attr]).includes(attr),
        )
        .map(({ attr }) => attr),
    ),
  ];
  if (attrs.length === 0)
    throw new AppError({ code: 'usage.nothing-to-take', retryable: false }, `${id} waits there for no such package`, {
      hint: 'See what waits: snowguard triage unbounded',
    });
  await walk.matches.take({ advisoryId, attrs, actor: person.name, at: clock.now() });
  const { failed } = await worker.run([], context.signal);
  print(context, options.json ?? false, { advisoryId, attrs, failed }, () => [
    `${advisoryId} waits in the queue for ${attrs.join(', ')}, taken on by ${person.name}: snowguard triage queue`,
  ]);
}
