import { Command, Option } from 'commander';
import { type FlakePlace, isGranted, type Person, type Visibility } from '../../accounts/index.ts';
import type { Workspace } from '../../app/index.ts';
import { simplifiedVersion } from '../../formats/nix/flake-version.ts';
import { AppError } from '../../foundation/errors.ts';
import type { RegistryFlake } from '../../pipeline/releases/index.ts';
import { actingPerson } from '../acting-person.ts';
import { type CliContext, type CommandMaker, print } from '../context.ts';
import { columns } from '../text/columns.ts';
import { withWorkspace } from '../with-workspace.ts';
import { jsonOption, workspaceOption } from '../workspace-option.ts';
import { allowCommand, disallowCommand, membersCommand } from './flake-members.ts';

interface FlakeOptions {
  readonly workspace?: string;
  readonly json?: boolean;
}

const visibilities: readonly Visibility[] = ['public', 'unlisted', 'private'];

const errors = {
  unknown: { code: 'usage.flake', retryable: false },
  refused: { code: 'flakes.refused', retryable: false },
} as const;

export const flakeCommand: CommandMaker = (context) =>
  new Command('flake')
    .summary('the flakes of the registry: who may see them, what they are, what was withdrawn')
    .description(
      'A public flake is listed. An unlisted one is found by its address only. A private one is there for tokens of its organisation with the scope "read" and for people who were let in (snowguard flake members); to everybody else it does not exist.',
    )
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Examples:
  snowguard flake list
  snowguard flake visibility acme/tool private
  snowguard flake label acme/tool nix cli              these labels and no others
  snowguard flake describe acme/tool "Counts things"
  snowguard flake grant acme/tool --name build-farm    a token that reads this flake, shown once
  snowguard flake allow acme/tool alan --role reader   a person reads it; acme alone: all flakes of acme
  snowguard flake disallow acme/tool alan
  snowguard flake yank acme/tool 1.2.3 --reason "does not build"

Flakes come here from channels (snowguard release) and from flakehub-push --host with a token of the scope "publish".
Acts are done in your name: set SNOWGUARD_TOKEN.`,
    )
    .addCommand(listCommand(context))
    .addCommand(visibilityCommand(context))
    .addCommand(labelCommand(context))
    .addCommand(describeCommand(context))
    .addCommand(grantCommand(context))
    .addCommand(membersCommand(context))
    .addCommand(allowCommand(context))
    .addCommand(disallowCommand(context))
    .addCommand(yankCommand(context, 'yank'))
    .addCommand(yankCommand(context, 'unyank'));

function listCommand(context: CliContext): Command {
  return new Command('list')
    .summary('every flake, private ones too')
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<FlakeOptions>();
      await withWorkspace(context, options.workspace, async ({ registry }) => {
        const { flakes } = await registry.current();
        print(context, options.json ?? false, { items: flakes.map(flakeJson) }, () =>
          flakes.length === 0
            ? ['There is no flake yet. Publish a channel: snowguard release']
            : columns(flakes.map(flakeRow)),
        );
      });
    });
}

function visibilityCommand(context: CliContext): Command {
  return describing(context, new Command('visibility').summary('who may see a flake'), (command) =>
    command.addArgument(command.createArgument('<visibility>', 'who may see it').choices(visibilities)),
  )((visibility: Visibility) => ({ visibility }));
}

function labelCommand(context: CliContext): Command {
  return describing(context, new Command('label').summary('set the labels of a flake'), (command) =>
    command.argument('[labels...]', 'all of them; none takes them away'),
  )((labels: readonly string[]) => ({ labels }));
}

function describeCommand(context: CliContext): Command {
  return describing(context, new Command('describe').summary('say in a line what a flake is'), (command) =>
    command.argument('<description>', 'one line; empty takes it away'),
  )((description: string) => ({ description: description.trim() === '' ? null : description }));
}

/** A command that says one thing of a flake. */
function describing(context: CliContext, command: Command, withArgument: (command: Command) => Command) {
  return <Given>(sayOf: (given: Given) => Parameters<Workspace['flakes']['describe']>[0]['say']): Command =>
    withArgument(command.argument('<flake>', 'acme/tool'))
      .addOption(workspaceOption())
      .addOption(jsonOption())
      .action(async (name: string, given: Given) => {
        const options = command.optsWithGlobals<FlakeOptions>();
        await withWorkspace(context, options.workspace, async (workspace) => {
          const { organisation, flake } = await placeNamed(workspace, name);
          const by = await actingPerson(context, workspace);
          const at = context.clock.now();
          const owns = await ownsIt(workspace, by, { organisation, flake });
          const outcome = await workspace.flakes.describe({ organisation, flake, say: sayOf(given), by, owns, at });
          if (outcome.kind === 'refused') throw new AppError(errors.refused, outcome.reason);
          const { visibility, description, labels } = outcome.words;
          print(context, options.json ?? false, { organisation, flake, ...outcome.words }, () => [
            `${organisation}/${flake} is ${visibility}${outcome.kind === 'unchanged' ? ' (as before)' : ''}`,
            `  ${description ?? 'no description'}`,
            `  ${labels.length === 0 ? 'no labels' : labels.join(' ')}`,
          ]);
        });
      });
}

function grantCommand(context: CliContext): Command {
  return new Command('grant')
    .summary('make a token that reads (or publishes) one flake')
    .argument('<flake>', 'acme/tool')
    .requiredOption('--name <name>', 'the robot that will hold it')
    .addOption(new Option('--publish', 'it may publish releases of the flake too'))
    .addOption(new Option('--days <count>', 'how long it lasts, at most 366').default('90'))
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action(async (name: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<
        FlakeOptions & { readonly name: string; readonly publish?: boolean; readonly days: string }
      >();
      await withWorkspace(context, options.workspace, async (workspace) => {
        const place = placeOf(name);
        const outcome = await workspace.accounts.tokens.create({
          holder: { kind: 'workload', name: options.name, ...place },
          label: `flake grant ${name}`,
          scopes: options.publish === true ? ['read', 'publish'] : ['read'],
          lifetimeMs: Math.trunc(Number(options.days) * 86_400_000),
          by: await actingPerson(context, workspace),
          at: context.clock.now(),
        });
        if (outcome.kind === 'refused')
          throw new AppError(errors.refused, `no token was made: ${outcome.why.replaceAll('_', ' ')}`, {
            hint: 'Tokens of robots are made by policy admins: snowguard people list.',
          });
        const { host } = new URL(workspace.configuration.public_url);
        print(context, options.json ?? false, { ...outcome.token, text: outcome.text }, () => [
          'It is shown once. In a netrc file:',
          `  machine ${host.split(':')[0]} login token password ${outcome.text}`,
        ]);
      });
    });
}

function yankCommand(context: CliContext, verb: 'yank' | 'unyank'): Command {
  return new Command(verb)
    .summary(verb === 'yank' ? 'withdraw a release: locks keep working, nothing resolves to it' : 'undo a yank')
    .argument('<flake>', 'acme/tool')
    .argument('<version>', 'the version, with or without what follows the +')
    .requiredOption('--reason <text>', 'why; everybody who sees the flake sees it')
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action(async (name: string, version: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<FlakeOptions & { readonly reason: string }>();
      await withWorkspace(context, options.workspace, async (workspace) => {
        const { organisation, flake } = await placeNamed(workspace, name);
        const release = await workspace.context.releases.releaseByVersion(organisation, flake, version);
        if (release === null)
          throw new AppError(errors.unknown, `${name} has no release ${version}`, {
            hint: `See them: snowguard list ${organisation}/${flake}`,
          });
        const by = await actingPerson(context, workspace);
        const outcome = await workspace.flakes.withdraw({
          uuid: release.uuid,
          yanked: verb === 'yank',
          reason: options.reason,
          by,
          owns: await ownsIt(workspace, by, { organisation, flake }),
          at: context.clock.now(),
        });
        if (outcome.kind === 'refused') throw new AppError(errors.refused, outcome.reason);
        if (outcome.kind === 'no-reason') throw new AppError(errors.refused, 'say why: --reason');
        print(context, options.json ?? false, outcome, () => [
          `${organisation}/${flake} ${release.version} is ${verb === 'yank' ? 'withdrawn: nothing resolves to it any more; locks keep working' : 'back'}.`,
        ]);
      });
    });
}

async function ownsIt({ accounts }: Workspace, person: Person, place: FlakePlace): Promise<boolean> {
  return isGranted(await accounts.grants.grantsOf(person), place, 'owner');
}

function placeOf(name: string): { readonly organisation: string; readonly flake: string } {
  const [organisation = '', flake = '', ...more] = name.split('/');
  if (organisation !== '' && flake !== '' && more.length === 0) return { organisation, flake };
  throw new AppError(errors.unknown, `${JSON.stringify(name)} is not the name of a flake`, {
    hint: 'Write it as acme/tool. See them: snowguard flake list',
  });
}

/** In the spelling of the registry; a channel's flake may be spoken of before its first release. */
async function placeNamed({ registry, context, configuration }: Workspace, name: string) {
  const place = placeOf(name);
  const known = (await registry.current()).flake(place.organisation, place.flake);
  if (known !== null) return known;
  const kept = context.channels.find(({ flake }) => `${configuration.organisation}/${flake}` === name);
  if (kept !== undefined) return place;
  throw new AppError(errors.unknown, `there is no flake ${name}`, { hint: 'See them: snowguard flake list' });
}

function flakeJson({ organisation, flake, visibility, description, labels, newest, live, releases }: RegistryFlake) {
  return {
    organisation,
    flake,
    visibility,
    description,
    labels,
    newest: newest?.version ?? null,
    releases: live,
    withdrawn: releases.length - live,
  };
}

function flakeRow({ organisation, flake, visibility, description, labels, newest, live }: RegistryFlake) {
  return [
    `${organisation}/${flake}`,
    visibility,
    newest === null ? 'no release' : simplifiedVersion(newest.version),
    live === 1 ? '1 release' : `${live} releases`,
    [description, ...labels].filter((each) => each !== null).join(' · '),
  ];
}
