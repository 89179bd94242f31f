import { Command, Option } from 'commander';
import { refusalOf } from '../../accounts/index.ts';
import { toIsoDay } from '../../foundation/clock.ts';
import { AppError } from '../../foundation/errors.ts';
import type { CoverageRequest, RequestState } from '../../pipeline/consumers/index.ts';
import { actingPerson } from '../acting-person.ts';
import { type CliContext, type CommandMaker, print } from '../context.ts';
import { columns } from '../text/columns.ts';
import { withWorkspace } from '../with-workspace.ts';
import { jsonOption, workspaceOption } from '../workspace-option.ts';

interface RequestsOptions {
  readonly workspace?: string;
  readonly json?: boolean;
}

export const requestsCommand: CommandMaker = (context) =>
  new Command('requests')
    .summary('what consumers ask to have covered')
    .description(
      'Shows the packages that consumers asked for with "snowguard coverage --request", with everyone who needs them, and decides. Deciding is done in your name: it takes the role policy_admin or security_lead.',
    )
    .addCommand(
      new Command('list')
        .summary('packages that were asked for, those that most ask for first')
        .addOption(
          new Option('--state <state>', 'which').choices(['open', 'accepted', 'declined', 'all']).default('open'),
        )
        .addOption(workspaceOption())
        .addOption(jsonOption())
        .action(async (options: RequestsOptions & { readonly state: RequestState | 'all' }) =>
          withWorkspace(context, options.workspace, async (workspace) => {
            const state = options.state === 'all' ? null : options.state;
            const items = await workspace.context.consumers.requests.requests({ state });
            print(context, options.json ?? false, { items }, () => requestLines(items, options.state));
          }),
        ),
    )
    .addCommand(
      decideCommand(context, 'accepted')
        .option('--category <name>', 'write it into the covered set too, under this category')
        .addHelpText(
          'after',
          '\nExample:\n  snowguard requests accept jq --reason "three teams use it" --category data --attr jq',
        ),
    )
    .addCommand(decideCommand(context, 'declined'));

interface DecideOptions extends RequestsOptions {
  readonly reason: string;
  readonly category?: string;
  readonly attr?: string;
}

function decideCommand(context: CliContext, answer: 'accepted' | 'declined'): Command {
  const isAccepted = answer === 'accepted';
  const command = new Command(isAccepted ? 'accept' : 'decline')
    .summary(isAccepted ? 'promise to cover a package' : 'say that a package will not be covered')
    .argument('<package>', 'as "requests list" names it')
    .requiredOption('--reason <text>', 'why; whoever asked is told')
    .addOption(workspaceOption())
    .addOption(jsonOption());
  if (isAccepted) command.option('--attr <path>', 'the attribute that is meant, where it is not the name');
  return command.action(async (name: string, options: DecideOptions) =>
    withWorkspace(context, options.workspace, async (workspace) => {
      const person = await actingPerson(context, workspace);
      if (refusalOf(person, 'policy_admin') !== null && refusalOf(person, 'security_lead') !== null)
        throw new AppError({ code: 'accounts.role', retryable: false }, `${person.name} may not decide this`, {
          hint: 'It takes the role policy_admin or security_lead.',
        });
      const decided = await workspace.context.consumers.requests.decide({
        package: name.toLowerCase(),
        answer,
        reason: options.reason,
        by: person.name,
        at: context.clock.now(),
      });
      if (decided === null)
        throw new AppError({ code: 'usage.no-request', retryable: false }, `nobody has asked for ${name}`, {
          hint: 'See them: snowguard requests list',
        });
      const file =
        options.category === undefined
          ? null
          : await cover(context, workspace, decided, options.category, options.attr);
      print(context, options.json ?? false, { ...decided, file }, () => [
        `${decided.package}: ${decided.state}.`,
        ...(file === null ? [] : [`Wrote ${file}. Look it over, commit it, then: snowguard scan`]),
      ]);
    }),
  );
}

async function cover(
  context: CliContext,
  workspace: Parameters<Parameters<typeof withWorkspace>[2]>[0],
  request: CoverageRequest,
  category: string,
  attr: string | undefined,
): Promise<string> {
  const { coverRequested } = await import('../../app/index.ts');
  return coverRequested(workspace, {
    attr: attr ?? request.attr ?? request.package,
    category,
    since: toIsoDay(context.clock.now()),
  });
}

function requestLines(items: readonly CoverageRequest[], state: string): readonly string[] {
  if (items.length === 0) return [state === 'open' ? 'Nothing waits: nobody has asked for more.' : 'There are none.'];
  return items.flatMap(({ package: name, attr, state: standing, decision, askedBy }) => [
    `${name}${attr === null || attr === name ? '' : ` (carried as ${attr})`}: ${standing}, ${askedBy.length} ${askedBy.length === 1 ? 'asks' : 'ask'}`,
    ...columns(askedBy.map(({ requester, version, reason }) => [`  ${requester}`, version ?? '', reason])),
    ...(decision === null ? [] : columns([[`  ${standing} by ${decision.by}: ${decision.reason}`]])),
  ]);
}
