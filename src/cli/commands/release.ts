import { Command, Option } from 'commander';
import type { Workspace } from '../../app/index.ts';
import { AppError } from '../../foundation/errors.ts';
import { presentRelease } from '../../http/api/present.ts';
import type { AskRefusal } from '../../http/exception-port.ts';
import { askRefusal } from '../../http/exception-words.ts';
import type { PublishOutcome } from '../../pipeline/releases/index.ts';
import { plainText } from '../../platform/log/plain-text.ts';
import { actingPerson } from '../acting-person.ts';
import { type CliContext, type CommandMaker, print } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { namedChannel } from '../named-channel.ts';
import { approvedBy, decideCommand, waitingLines } from '../second-person.ts';
import { releaseLines } from '../text/release-lines.ts';
import { withWorkspace } from '../with-workspace.ts';
import { jsonOption, workspaceOption } from '../workspace-option.ts';
import { rollbackCommand } from './release-rollback.ts';
import { verifyCommand } from './release-verify.ts';

const matter = { command: 'release', role: 'release manager', proposed: 'asked for by' } as const;

interface ReleaseOptions {
  readonly workspace?: string;
  readonly json?: boolean;
  readonly channel?: string;
  readonly dryRun?: boolean;
  readonly despiteCoverage?: string;
}

export const releaseCommand: CommandMaker = (context, finish) =>
  new Command('release')
    .summary('publish the evaluated head of a channel; list, roll back and yank releases')
    .description(
      'Publishes the newest evaluated commit of a channel as an immutable version. Running it again publishes nothing twice.',
    )
    .addOption(new Option('--channel <id>', 'the channel; by default the first one'))
    .addOption(new Option('--dry-run', 'say what would be published, publish nothing'))
    .addOption(
      new Option(
        '--despite-coverage <reason>',
        'although too little is in the cache: asks another release manager, who approves',
      ),
    )
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action(async (options: ReleaseOptions) => {
      finish(await publish(context, options));
    })
    .addCommand(listCommand(context))
    .addCommand(approveCommand(context))
    .addCommand(refuseCommand(context))
    .addCommand(verifyCommand(context, finish))
    .addCommand(rollbackCommand(context, finish))
    .addCommand(yankCommand(context, 'yank'))
    .addCommand(yankCommand(context, 'unyank'));

async function publish(context: CliContext, options: ReleaseOptions): Promise<number> {
  return withWorkspace(context, options.workspace, async (workspace) => {
    const { plannedRelease, publishEvaluation } = await import('../../app/index.ts');
    const { context: walk } = workspace;
    const channel = namedChannel(workspace, options.channel);
    const json = options.json ?? false;
    if (options.dryRun === true) {
      const planned = await plannedRelease(walk, channel);
      print(context, json, planned, () => [
        planned === null
          ? 'The channel has no evaluated commit yet. Run: snowguard sync'
          : planned.exists
            ? `${planned.version} is published already.`
            : `Would publish ${planned.version} with ${planned.fixes.length} fixes.`,
      ]);
      return exitCodes.ok;
    }
    const evaluation = await walk.catalog.latestEvaluation(channel.id);
    if (options.despiteCoverage !== undefined) {
      const by = await actingPerson(context, workspace);
      const asked = await workspace.exceptions.ask({ channel: channel.id, reason: options.despiteCoverage, by });
      if (asked.kind === 'asked') {
        print(context, json, asked, () => [
          'Asked: nothing is released before somebody else agrees.',
          approvedBy(matter, asked.content),
        ]);
        return exitCodes.ok;
      }
      // Where enough is there it needs no exception.
      if (asked.kind === 'refused' && asked.why !== 'not_needed' && asked.why !== 'released') throw refusal(asked.why);
    }
    const outcome = evaluation === null ? null : await publishEvaluation(walk, channel, evaluation, 'operator');
    const { value, lines } = published(context, workspace, { channel: channel.id, outcome });
    print(context, json, value, lines);
    return exitCodes.ok;
  });
}

function published(
  context: CliContext,
  { configuration }: Workspace,
  { channel, outcome }: { readonly channel: string; readonly outcome: PublishOutcome | null },
) {
  if (outcome === null || outcome.kind === 'refused')
    throw new AppError(
      { code: 'releases.refused', retryable: false },
      outcome?.reason ?? `the channel ${channel} has no evaluated commit yet`,
      { hint: outcome?.hint ?? 'Run: snowguard sync' },
    );
  return {
    value: presentRelease(configuration.public_url, outcome.release),
    lines: () => [
      `${outcome.kind === 'published' ? 'Published' : 'Published before:'} ${outcome.release.version}`,
      ...releaseLines([outcome.release], context.clock.now()),
    ],
  };
}

function approveCommand(context: CliContext): Command {
  return decideCommand(context, {
    verb: 'approve',
    summary: 'let out what another release manager asked for, although too little is in the cache',
    waiting: ({ exceptions }) => exceptions.waiting(),
    nothingWaits: () => refusal('no_proposal'),
    decide: async ({ workspace, waiting: { content, channel: id }, by }) => {
      const { publishEvaluation } = await import('../../app/index.ts');
      const outcome = await workspace.exceptions.approve({ content, by });
      if (outcome.kind === 'refused') throw refusal(outcome.why);
      const channel = namedChannel(workspace, id);
      const evaluation = await workspace.context.catalog.latestEvaluation(id);
      return published(context, workspace, {
        channel: id,
        outcome: evaluation && (await publishEvaluation(workspace.context, channel, evaluation, by.name)),
      });
    },
  });
}

function refuseCommand(context: CliContext): Command {
  return decideCommand(context, {
    verb: 'refuse',
    summary: 'stop an exception that was only asked for',
    waiting: ({ exceptions }) => exceptions.waiting(),
    nothingWaits: () => refusal('no_proposal'),
    decide: async ({ workspace, waiting, by }) => {
      const outcome = await workspace.exceptions.refuse({ content: waiting.content, by });
      if (outcome.kind === 'refused') throw refusal(outcome.why);
      return { value: waiting, lines: () => [`Refused: ${waiting.channel} waits for what it lacks.`] };
    },
  });
}

function refusal(why: AskRefusal): AppError {
  const { message, hint } = askRefusal(why);
  return new AppError({ code: 'releases.exception', retryable: false }, message, { hint });
}

function listCommand(context: CliContext): Command {
  return new Command('list')
    .summary('every release, newest first')
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<{ readonly workspace?: string; readonly json?: boolean }>();
      await withWorkspace(context, options.workspace, async ({ reads, configuration, exceptions }) => {
        const [releases, waiting] = await Promise.all([reads.releases(), exceptions.waiting()]);
        const items = releases.map((release) => presentRelease(configuration.public_url, release));
        print(context, options.json ?? false, { items, waiting }, () => [
          ...(releases.length === 0
            ? ['There is no release yet. Make one: snowguard release']
            : releaseLines(releases, context.clock.now())),
          ...waiting.flatMap(({ content, channel, commitId, reason, askedBy: by }) =>
            waitingLines(matter, {
              content,
              by,
              says: `${channel} at ${commitId.slice(0, 10)}: ${plainText(reason)}`,
            }),
          ),
        ]);
      });
    });
}

function yankCommand(context: CliContext, verb: 'yank' | 'unyank'): Command {
  return new Command(verb)
    .summary(verb === 'yank' ? 'withdraw a release: locks keep working, nothing resolves to it' : 'undo a yank')
    .argument('<version>', 'the version, with or without what follows the +')
    .requiredOption('--reason <text>', 'why; everybody sees it')
    .addOption(new Option('--channel <id>', 'the channel whose flake it is; by default the first one'))
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action(async (version: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<ReleaseOptions & { readonly reason: string }>();
      await withWorkspace(context, options.workspace, async (workspace) => {
        const { context: walk, clock } = workspace;
        const channel = walk.channels.find(({ id }) => options.channel === undefined || id === options.channel);
        const release =
          channel === undefined
            ? null
            : await walk.releases.releaseByVersion(walk.organisation, channel.flake, version);
        if (release === null)
          throw new AppError({ code: 'usage.version', retryable: false }, `there is no release ${version}`, {
            hint: 'See them: snowguard release list',
          });
        const { uuid } = release;
        const { reason } = options;
        const at = clock.now();
        // As long as nobody is known, whoever runs the house acts; from then on it is done in a name.
        const outcome =
          (await workspace.accounts.people.people()).length === 0
            ? await walk.releases[verb]({ uuid, reason, at, actor: 'operator' })
            : await workspace.flakes.withdraw({
                uuid,
                yanked: verb === 'yank',
                reason,
                by: await actingPerson(context, workspace),
                at,
              });
        if (outcome.kind === 'refused')
          throw new AppError({ code: 'releases.refused', retryable: false }, outcome.reason, {
            hint: 'Ask somebody with the role release_manager; see them: snowguard people list',
          });
        print(context, options.json ?? false, outcome, () => [
          `${release.version} is ${verb === 'yank' ? 'withdrawn: nothing resolves to it any more; locks keep working' : 'back'}.`,
        ]);
      });
    });
}
