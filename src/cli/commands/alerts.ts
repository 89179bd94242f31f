import { Command, Option } from 'commander';
import type { Workspace } from '../../app/index.ts';
import { toIso } from '../../foundation/clock.ts';
import { AppError } from '../../foundation/errors.ts';
import type { Delivery, StoredSubscription, TargetHealth } from '../../pipeline/alerts/index.ts';
import { plainText } from '../../platform/log/plain-text.ts';
import { type CliContext, type CommandMaker, print } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { columns } from '../text/columns.ts';
import { withWorkspace } from '../with-workspace.ts';
import { jsonOption, workspaceOption } from '../workspace-option.ts';

interface CommonOptions {
  readonly workspace?: string;
  readonly json?: boolean;
}

const operator = 'operator';

export const alertsCommand: CommandMaker = (context, finish) =>
  new Command('alerts')
    .summary('who is told what, and whether it arrived')
    .description('Shows the targets that messages go to, with how each does.')
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Targets stand in snowguard.toml, as [[target]]; the commented file shows one of each channel.

Examples:
  snowguard alerts test ops-chat                       does it arrive?
  snowguard alerts subscribe ada --target mail --address ada@example.org --severity high --digest day
  snowguard alerts subscribe billing --target ops-chat --consumer billing --kind act-now
  snowguard alerts deliveries --state dead             what was given up
  snowguard alerts replay --all                        and once more`,
    )
    .action((options: CommonOptions) =>
      withAlerts(context, options, async ({ alerts }) => {
        const targets = await alerts.targetHealth();
        print(context, options.json ?? false, { items: targets }, () => targetLines(targets));
      }),
    )
    .addCommand(testCommand(context, finish))
    .addCommand(subscriptionsCommand(context))
    .addCommand(subscribeCommand(context))
    .addCommand(askCommand(context))
    .addCommand(stopCommand(context))
    .addCommand(deliveriesCommand(context))
    .addCommand(replayCommand(context))
    .addCommand(enableCommand(context));

function testCommand(context: CliContext, finish: (status: number) => void): Command {
  return new Command('test')
    .summary('send a test message to a target')
    .argument('<target>', 'its name in snowguard.toml')
    .option('--to <address>', 'the mail address, for a mail server')
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action((target: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { readonly to?: string }>();
      return withAlerts(context, options, async ({ alerts }) => {
        const tested = await alerts.test({
          target,
          by: operator,
          address: options.to ?? null,
          isVouched: true,
          signal: context.signal,
        });
        const { outcome } = tested;
        print(context, options.json ?? false, tested, () => [
          outcome.kind === 'sent'
            ? `Sent to ${target}: ${plainText(outcome.detail)}`
            : `${target} refused: ${plainText(outcome.detail)}`,
        ]);
        if (outcome.kind !== 'sent') finish(exitCodes.failed);
      });
    });
}

function subscriptionsCommand(context: CliContext): Command {
  return new Command('subscriptions')
    .summary('who hears what')
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action((_: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      return withAlerts(context, options, async ({ alerts }) => {
        const items = (await alerts.subscriptions()).map(withoutToken);
        print(context, options.json ?? false, { items }, () =>
          items.length === 0
            ? ['Nobody is told anything yet. Begin: snowguard alerts subscribe --help']
            : columns(
                items.map(({ id, subscription: own, confirmBy }) => [
                  id,
                  own.subscriber,
                  own.targets.join(' > '),
                  `${wordsOf(own)}${confirmBy === null ? '' : `; not confirmed by ${own.address}, ends ${toIso(confirmBy)}`}`,
                ]),
              ),
        );
      });
    });
}

interface SubscribeOptions extends CommonOptions {
  readonly target: readonly string[];
  readonly address?: string;
  readonly kind: readonly string[];
  readonly package: readonly string[];
  readonly cve: readonly string[];
  readonly channel: readonly string[];
  readonly consumer: readonly string[];
  readonly flake: readonly string[];
  readonly severity?: string;
  readonly digest: string;
  readonly digestAt: string;
  readonly quiet?: string;
  readonly zone: string;
  readonly muteUrgent?: boolean;
  readonly confirmed?: boolean;
}

function subscribeCommand(context: CliContext): Command {
  const many = (flags: string, what: string) =>
    new Option(flags, what).argParser((value: string, all: readonly string[]) => [...all, value]).default([]);
  return new Command('subscribe')
    .summary('tell somebody')
    .argument('<subscriber>', 'who it is for: a person or a team')
    .addOption(many('-t, --target <name>', 'where to; again for what takes over when it fails'))
    .option('--address <mail>', 'the mail address, for a mail server')
    .addOption(
      many('--kind <kind>', 'only these events; again for more (act-now, finding.opened, release.published …)'),
    )
    .addOption(many('--package <attr>', 'only these packages'))
    .addOption(many('--cve <id>', 'only these vulnerabilities'))
    .addOption(many('--channel <id>', 'only these channels'))
    .addOption(many('--consumer <name>', 'only what these consumers must do'))
    .addOption(many('--flake <name>', 'only releases of these, ORGANISATION/FLAKE; what is not public is told only so'))
    .addOption(new Option('--severity <band>', 'this or worse').choices(['critical', 'high', 'medium', 'low']))
    .addOption(
      new Option('--digest <how>', 'what is not urgent, together').choices(['none', 'day', 'week']).default('none'),
    )
    .option('--digest-at <time>', 'when the digest comes', '08:00')
    .option('--quiet <from-to>', 'hours without what is not urgent, such as 22:00-07:00')
    .option('--zone <zone>', 'the time zone of these', 'UTC')
    .option('--mute-urgent', 'urgent messages wait too')
    .option('--confirmed', 'you answer for the mail address: it is not asked whether it agrees')
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action((subscriber: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<SubscribeOptions>();
      return withAlerts(context, options, async ({ alerts, clock, worker }) => {
        const { Subscription } = await import('../../pipeline/alerts/index.ts');
        const [from, to] = options.quiet?.split('-') ?? [];
        const parsed = Subscription.safeParse({
          subscriber,
          targets: options.target,
          address: options.address ?? null,
          kinds: options.kind,
          packages: options.package,
          advisories: options.cve,
          channels: options.channel,
          consumers: options.consumer,
          ...(options.flake.length === 0 ? {} : { flakes: options.flake }),
          severity: options.severity ?? null,
          digest: options.digest,
          digest_at: options.digestAt,
          quiet_hours: options.quiet === undefined ? null : { from, to },
          zone: options.zone,
          mute_urgent: options.muteUrgent ?? false,
        });
        if (!parsed.success)
          throw new AppError(
            { code: 'usage.subscription', retryable: false },
            parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '),
            { hint: 'See snowguard alerts subscribe --help.' },
          );
        const added = await alerts.subscribe({
          subscription: parsed.data,
          by: operator,
          at: clock.now(),
          isVouched: options.confirmed ?? false,
        });
        if (added.confirmBy !== null) await worker.run([], context.signal);
        print(context, options.json ?? false, withoutToken(added), () => [
          added.confirmBy === null
            ? `${subscriber} is told from now on: ${wordsOf(parsed.data)}. Stop it: snowguard alerts stop ${added.id}`
            : `${parsed.data.address} is asked by mail and told nothing until it agrees, until ${toIso(added.confirmBy)}. Ask again: snowguard alerts ask ${added.id}`,
        ]);
      });
    });
}

function askCommand(context: CliContext): Command {
  return new Command('ask')
    .summary('mail the question again to an address that has not agreed yet')
    .argument('<id>', 'as shown by snowguard alerts subscriptions')
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action((id: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      return withAlerts(context, options, async ({ alerts, clock, worker }) => {
        if ((await alerts.askAgain({ id, by: operator, at: clock.now() })) === 'not-waiting')
          throw new AppError(
            { code: 'usage.subscription', retryable: false },
            'no such subscription waits for its address',
            {
              hint: 'See snowguard alerts subscriptions.',
            },
          );
        await worker.run([], context.signal);
        print(context, options.json ?? false, { id }, () => ['Asked again, for 72 hours from now.']);
      });
    });
}

function stopCommand(context: CliContext): Command {
  return new Command('stop')
    .summary('end a subscription')
    .argument('<id>', 'as shown by snowguard alerts subscriptions')
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action((id: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      return withAlerts(context, options, async ({ alerts, clock }) => {
        const outcome = await alerts.stop({ id, by: operator, at: clock.now() });
        if (outcome.kind === 'unknown')
          throw new AppError({ code: 'usage.subscription', retryable: false }, 'there is no such subscription', {
            hint: 'See snowguard alerts subscriptions.',
          });
        print(context, options.json ?? false, withoutToken(outcome.subscription), () => [
          outcome.kind === 'stopped' ? 'Stopped. What still waited is not sent.' : 'It was stopped before.',
        ]);
      });
    });
}

function deliveriesCommand(context: CliContext): Command {
  return new Command('deliveries')
    .summary('what was sent, waits or was given up, newest first')
    .addOption(
      new Option('--state <state>', 'only these').choices([
        'waiting',
        'held',
        'folded',
        'sent',
        'dead',
        'diverted',
        'stopped',
      ]),
    )
    .option('--target <name>', 'only at this target')
    .option('--limit <n>', 'how many', '50')
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action((_: unknown, command: Command) => {
      const options = command.optsWithGlobals<
        CommonOptions & { readonly state?: Delivery['state']; readonly target?: string; readonly limit: string }
      >();
      return withAlerts(context, options, async ({ alerts }) => {
        const page = await alerts.deliveries({
          state: options.state ?? null,
          target: options.target ?? null,
          after: null,
          limit: Math.min(1_000, Math.max(1, Number.parseInt(options.limit, 10) || 50)),
        });
        print(context, options.json ?? false, page, () =>
          page.items.length === 0 ? ['No delivery.'] : columns(page.items.map(deliveryColumns)),
        );
      });
    });
}

function replayCommand(context: CliContext): Command {
  return new Command('replay')
    .summary('try again what was given up')
    .argument('[id]', 'one delivery')
    .option('--all', 'every one that was given up')
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action((id: string | undefined, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { readonly all?: boolean }>();
      if ((id === undefined) === (options.all !== true))
        throw new AppError({ code: 'usage.replay', retryable: false }, 'name one delivery, or say --all', {
          hint: 'See what was given up: snowguard alerts deliveries --state dead.',
        });
      return withAlerts(context, options, async ({ alerts, clock, worker }) => {
        const replayed = await alerts.replay({ id: id ?? null, by: operator, at: clock.now() });
        await worker.run([], context.signal);
        print(context, options.json ?? false, { replayed }, () => [`${replayed} tried again.`]);
      });
    });
}

function enableCommand(context: CliContext): Command {
  return new Command('enable')
    .summary('use a target again that was paused or disabled')
    .argument('<target>', 'its name in snowguard.toml')
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action((target: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      return withAlerts(context, options, async ({ alerts, clock, worker }) => {
        await alerts.enable({ target, by: operator, at: clock.now() });
        await worker.run([], context.signal);
        print(context, options.json ?? false, { target }, () => [`${target} is used again.`]);
      });
    });
}

function withAlerts(
  context: CliContext,
  options: CommonOptions,
  work: (
    given: Pick<Workspace, 'worker' | 'clock'> & { readonly alerts: Workspace['context']['alerts'] },
  ) => Promise<void>,
): Promise<void> {
  return withWorkspace(context, options.workspace, ({ context: { alerts }, worker, clock }) =>
    work({ alerts, worker, clock }),
  );
}

/** Who has the token may stop the messages: it is for the subscriber alone. */
function withoutToken({ stopToken: _, ...rest }: StoredSubscription) {
  return rest;
}

function wordsOf(subscription: StoredSubscription['subscription']): string {
  const { kinds, packages, advisories, channels, consumers, severity, digest, quiet_hours: quiet } = subscription;
  const listed = [...kinds, ...packages, ...advisories, ...channels, ...consumers].join(', ');
  return [
    listed === '' ? 'everything' : plainText(listed),
    ...(severity === null ? [] : [`${severity} or worse`]),
    ...(digest === 'none' ? [] : [`a digest each ${digest}`]),
    ...(quiet === null ? [] : [`quiet ${quiet.from} to ${quiet.to}`]),
  ].join(', ');
}

function targetLines(targets: readonly TargetHealth[]): readonly string[] {
  if (targets.length === 0)
    return ['No target is set up: nobody is told anything. Add a [[target]] to snowguard.toml.'];
  return columns(
    targets.map(({ name, channel, state, waiting, dead, lastSentAt, lastError }) => [
      name,
      channel,
      state,
      `${waiting} waiting, ${dead} given up`,
      lastSentAt === null ? 'nothing sent yet' : `last sent ${toIso(lastSentAt)}`,
      plainText(lastError ?? ''),
    ]),
  );
}

function deliveryColumns({ id, createdAt, state, target, subscriber, message, detail }: Delivery): readonly string[] {
  return [
    id,
    toIso(createdAt),
    state,
    target,
    subscriber ?? 'test',
    plainText(message.subject),
    state === 'sent' ? '' : plainText(detail ?? ''),
  ];
}
