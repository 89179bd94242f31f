import { Command, Option } from 'commander';
import { AppError } from '../../foundation/errors.ts';
import { presentRelease } from '../../http/api/present.ts';
import { actingPerson } from '../acting-person.ts';
import { type CliContext, type CommandMaker, print } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { namedChannel } from '../named-channel.ts';
import { releaseLines } from '../text/release-lines.ts';
import { withWorkspace } from '../with-workspace.ts';
import { jsonOption, workspaceOption } from '../workspace-option.ts';
import { rollbackCommand } from './release-rollback.ts';
import { verifyCommand } from './release-verify.ts';

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
      new Option('--despite-coverage <reason>', 'although too little is in the cache; recorded with your name'),
    )
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action(async (options: ReleaseOptions) => {
      finish(await publish(context, options));
    })
    .addCommand(listCommand(context))
    .addCommand(verifyCommand(context, finish))
    .addCommand(rollbackCommand(context, finish))
    .addCommand(yankCommand(context, 'yank'))
    .addCommand(yankCommand(context, 'unyank'));

async function publish(context: CliContext, options: ReleaseOptions): Promise<number> {
  return withWorkspace(context, options.workspace, async (workspace) => {
    const { plannedRelease, publishEvaluation } = await import('../../app/index.ts');
    const { context: walk, configuration } = workspace;
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
    const exception =
      options.despiteCoverage === undefined
        ? null
        : { reason: options.despiteCoverage, by: (await actingPerson(context, workspace)).name };
    const outcome =
      evaluation === null
        ? null
        : await publishEvaluation(walk, channel, evaluation, exception?.by ?? 'operator', exception);
    if (outcome === null || outcome.kind === 'refused')
      throw new AppError(
        { code: 'releases.refused', retryable: false },
        outcome?.reason ?? `the channel ${channel.id} has no evaluated commit yet`,
        { hint: outcome?.hint ?? 'Run: snowguard sync' },
      );
    print(context, json, presentRelease(configuration.public_url, outcome.release), () => [
      `${outcome.kind === 'published' ? 'Published' : 'Published before:'} ${outcome.release.version}`,
      ...releaseLines([outcome.release], context.clock.now()),
    ]);
    return exitCodes.ok;
  });
}

function listCommand(context: CliContext): Command {
  return new Command('list')
    .summary('every release, newest first')
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<{ readonly workspace?: string; readonly json?: boolean }>();
      await withWorkspace(context, options.workspace, async ({ reads, configuration }) => {
        const releases = await reads.releases();
        const items = releases.map((release) => presentRelease(configuration.public_url, release));
        print(context, options.json ?? false, { items }, () =>
          releases.length === 0
            ? ['There is no release yet. Make one: snowguard release']
            : releaseLines(releases, context.clock.now()),
        );
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
