import { Command, Option } from 'commander';
import type { Workspace } from '../../app/index.ts';
import { AppError } from '../../foundation/errors.ts';
import { presentDifference, presentShadow } from '../../http/api/rescore-endpoints.ts';
import { actingPerson } from '../acting-person.ts';
import { type CliContext, type CommandMaker, print } from '../context.ts';
import { namedChannel } from '../named-channel.ts';
import { rescoreLines } from '../text/rescore-lines.ts';
import { withWorkspace } from '../with-workspace.ts';
import { jsonOption, workspaceOption } from '../workspace-option.ts';

interface Options {
  readonly channel?: string;
  readonly adopt?: boolean;
  readonly reason?: string;
  readonly limit: string;
  readonly workspace?: string;
  readonly json?: boolean;
}

export const rescoreCommand: CommandMaker = (context) =>
  new Command('rescore')
    .summary('what a newer matching algorithm would change, and adopting it')
    .description(
      'After an update of the program its matching first runs in the shadow: what would appear, vanish or be scored otherwise waits here, and what is open stays open. With --adopt the newer answers become the live ones, in your name.',
    )
    .option('--channel <id>', 'only this channel')
    .addOption(new Option('--limit <count>', 'show at most this many differences of a channel').default('50'))
    .option('--adopt', 'make the newer answers the live ones')
    .option('--reason <text>', 'why they are right; kept in the journal')
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExamples:\n  snowguard rescore\n  snowguard rescore --channel rolling --adopt --reason "looked through the 12 that vanish"',
    )
    .action(async (options: Options) =>
      withWorkspace(context, options.workspace, (workspace) =>
        options.adopt === true ? adopt(context, workspace, options) : show(context, workspace, options),
      ),
    );

async function show(context: CliContext, workspace: Workspace, options: Options): Promise<void> {
  const limit = Number(options.limit);
  if (!Number.isInteger(limit) || limit < 1 || limit > 100_000)
    throw new AppError({ code: 'usage.limit', retryable: false }, `${options.limit} is no count from 1 to 100000`, {
      hint: 'For example --limit 200.',
    });
  const found = await Promise.all(
    channelsOf(workspace, options).map((channel) => workspace.reads.rescore({ channel, after: null, limit })),
  );
  const rescores = found.filter((read) => read !== null);
  print(
    context,
    options.json ?? false,
    {
      items: rescores.map(({ shadow, items, next }) => ({
        ...presentShadow(shadow),
        differences: items.map(presentDifference),
        isComplete: next === null,
      })),
    },
    () => rescoreLines(rescores),
  );
}

async function adopt(context: CliContext, workspace: Workspace, options: Options): Promise<void> {
  const reason = options.reason?.trim() ?? '';
  if (reason === '')
    throw new AppError({ code: 'usage.reason', retryable: false }, 'adopting needs a reason', {
      hint: 'Say why the newer answers are right: --reason "…".',
    });
  const person = await actingPerson(context, workspace);
  const { context: walk, worker, clock } = workspace;
  const adopted: { readonly channel: string; readonly changed: number }[] = [];
  for (const channel of channelsOf(workspace, options)) {
    const outcome = await walk.matches.adopt({ channel, actor: person.name, reason, at: clock.now() });
    if (outcome !== null) adopted.push({ channel, changed: outcome.changed });
  }
  const { failed } = await worker.run([], context.signal);
  print(context, options.json ?? false, { items: adopted, failed }, () =>
    adopted.length === 0
      ? ['Nothing waited to be adopted.']
      : adopted.map(
          ({ channel, changed }) => `${channel}: ${changed} newer answers are live, adopted by ${person.name}.`,
        ),
  );
}

function channelsOf(workspace: Workspace, { channel }: Options): readonly string[] {
  return channel === undefined ? workspace.context.channels.map(({ id }) => id) : [namedChannel(workspace, channel).id];
}
