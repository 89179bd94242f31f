import { Command, Option } from 'commander';
import type { Workspace } from '../../app/index.ts';
import { parseStorePath, type StorePath, storePathText } from '../../formats/nix/store-path.ts';
import { AppError } from '../../foundation/errors.ts';
import { counted } from '../../http/web/format-time.ts';
import {
  type CacheId,
  cacheOfFlake,
  commonCache,
  type KeyChange,
  type KeyChangeOutcome,
  keyChangeRefusal,
  keyChangeText,
} from '../../pipeline/releases/index.ts';
import { actingPerson, tokenText } from '../acting-person.ts';
import { type CommandMaker, print } from '../context.ts';
import { approvedBy, decideCommand, waitingLines } from '../second-person.ts';
import { cacheInfoLines, cacheListLines, garbageLines, keyLines } from '../text/cache-lines.ts';
import { withWorkspace } from '../with-workspace.ts';
import { jsonOption, limitOption, workspaceOption } from '../workspace-option.ts';

const matter = { command: 'cache key', role: 'policy admin' } as const;

interface CacheOptions {
  readonly workspace?: string;
  readonly json?: boolean;
  readonly flake?: string;
}

export const cacheCommand: CommandMaker = (context) => {
  const run =
    <More>(work: (workspace: Workspace, options: CacheOptions & More, args: readonly string[]) => Promise<void>) =>
    async (...given: readonly unknown[]) => {
      const command = given.at(-1) as Command;
      const options = command.optsWithGlobals<CacheOptions & More>();
      await withWorkspace(context, options.workspace, (workspace) => work(workspace, options, command.args));
    };
  const show = (options: CacheOptions, value: unknown, lines: () => readonly string[]) =>
    print(context, options.json ?? false, value, lines);
  const flakeOption = () => new Option('--flake <name>', 'the cache of this flake; by default the common one');

  const command = new Command('cache')
    .summary('the signed binary cache: state, keys, what is kept')
    .description(
      'Built packages, so that nobody has to build them. Nix fills it by "nix copy --to URL/cache" with a token of the scope cache-write, and reads it as a substituter.',
    )
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Examples:
  snowguard cache info                        sizes, keys and the lines for nix.conf
  snowguard cache push ./result               upload it with all it needs
  snowguard cache key rotate                  propose a second key beside the first; another person approves it
  snowguard cache key retire cache.example-1  the same, once every client trusts the new one
  snowguard cache gc --dry-run                what nothing needs any more
  snowguard cache pin /nix/store/… --reason "the rescue image"`,
    )
    .addCommand(
      new Command('info').summary('sizes, keys, the lines for nix.conf').action(
        run(async (workspace, options) => {
          const { cacheInfo } = await import('../../app/index.ts');
          const info = await cacheInfo(workspace);
          show(options, info, () => cacheInfoLines(info));
        }),
      ),
    )
    .addCommand(
      new Command('list')
        .summary('the paths that are offered')
        .addOption(flakeOption())
        .addOption(limitOption())
        .addOption(new Option('--after <hash>', 'go on behind this one'))
        .action(
          run<{ readonly limit: number; readonly after?: string }>(async (workspace, options) => {
            const { limit, after = null } = options;
            const paths = await workspace.context.cache.store.list(cacheNamed(workspace, options), { after, limit });
            const items = paths.map(({ narInfo, addedAt, addedBy }) => ({
              path: storePathText(narInfo.storePath),
              narSize: narInfo.narSize,
              fileSize: narInfo.fileSize,
              addedAt,
              addedBy,
            }));
            show(options, { items, next: items.length < limit ? null : paths.at(-1)?.narInfo.storePath.hash }, () =>
              cacheListLines(items),
            );
          }),
        ),
    )
    .addCommand(
      new Command('push')
        .summary('upload paths with all they need, by the nix of this machine')
        .argument('<installable...>', 'store paths, or what nix builds: ./result, .#package')
        .addOption(flakeOption())
        .action(
          run(async (workspace, options, installables) => {
            const { pushPaths } = await import('../../app/index.ts');
            const url = addressOf(workspace, options);
            const token = await tokenText(context);
            await pushPaths({ url, token, installables, cwd: context.cwd, signal: context.signal });
            show(options, { url, installables }, () => [`They are in ${url}.`]);
          }),
        ),
    )
    .addCommand(
      new Command('gc')
        .summary('withdraw what nothing needs; remove what was withdrawn 30 days ago')
        .addOption(new Option('--dry-run', 'say what would go, change nothing'))
        .action(
          run<{ readonly dryRun?: boolean }>(async (workspace, options) => {
            const { collectCache } = await import('../../app/index.ts');
            const dryRun = options.dryRun ?? false;
            const report = await collectCache(workspace.context, { actor: 'operator', dryRun });
            show(options, report, () => garbageLines(report, dryRun));
          }),
        ),
    )
    .addCommand(pinCommand(true))
    .addCommand(pinCommand(false))
    .addCommand(keyCommand());
  return takenBelow(command);

  function pinCommand(isPin: boolean): Command {
    return new Command(isPin ? 'pin' : 'unpin')
      .summary(isPin ? 'keep a path and all it refers to, whatever becomes of the releases' : 'let it go again')
      .argument('<path>', '/nix/store/…')
      .addOption(flakeOption())
      .addOption(new Option('--reason <text>', 'why; it stands in the journal').makeOptionMandatory(isPin))
      .action(
        run<{ readonly reason?: string }>(async (workspace, options, [text = '']) => {
          const { name: actor } = await actingPerson(context, workspace);
          const act = { cache: cacheNamed(workspace, options), path: pathNamed(text), at: context.clock.now(), actor };
          const { pins } = workspace.context.cache;
          if (isPin) await pins.pin({ ...act, reason: options.reason ?? '' });
          else if (!(await pins.unpin(act))) throw usage(`${text} is not pinned`, 'See the pins: snowguard cache info');
          show(options, { path: text, pinned: isPin }, () => [`${text} is ${isPin ? 'kept' : 'not kept any more'}.`]);
        }),
      );
  }

  function keyCommand(): Command {
    return new Command('key')
      .summary('the keys that sign')
      .description(
        'To exchange a key, two policy admins agree twice. rotate proposes a second key; once approved, everything is signed with both. Publish both public keys; when every client trusts the new one, retire proposes the end of the old one.',
      )
      .addHelpText(
        'after',
        `
Examples:
  snowguard cache key rotate          one policy admin
  snowguard cache key approve 5f1c…   another, with the content that rotate printed`,
      )
      .addCommand(
        new Command('list').summary('public keys, retired ones too, and what waits').action(
          run(async ({ cache, context: walk }, options) => {
            const at = context.clock.now();
            const [items, proposals] = await Promise.all([walk.cache.keys.list(at), cache.keyChanges.proposals(at)]);
            show(options, { items, proposals }, () => [
              ...keyLines(items),
              ...proposals.flatMap(({ content, change, proposedBy: by }) =>
                waitingLines(matter, { content, by, says: keyChangeText(change) }),
              ),
            ]);
          }),
        ),
      )
      .addCommand(addKeyCommand('generate', 'make the first key; with one in use, propose another'))
      .addCommand(addKeyCommand('rotate', 'propose the next key, to sign everything with it too'))
      .addCommand(
        new Command('resign').summary('add the signatures that paths lack').action(
          run(async ({ context: walk }, options) => {
            const signed = await walk.cache.keys.resign();
            show(options, { signed }, () => [`${counted(signed, 'path was', 'paths were')} signed.`]);
          }),
        ),
      )
      .addCommand(
        new Command('retire')
          .summary('propose to stop signing with a key and to destroy its secret half')
          .argument('<name>', 'of the key')
          .action(run((workspace, options, [name = '']) => propose(workspace, options, { kind: 'retire', name }))),
      )
      .addCommand(decideKeyCommand('approve', 'carry out what another policy admin proposed'))
      .addCommand(decideKeyCommand('withdraw', 'stop what was only proposed'));
  }

  function addKeyCommand(verb: 'generate' | 'rotate', summary: string): Command {
    return new Command(verb)
      .summary(summary)
      .addOption(new Option('--name <name>', 'by default the host of public_url and the next number'))
      .action(
        run<{ readonly name?: string }>(async (workspace, options) => {
          const name = options.name ?? (await workspace.cache.nextKeyName());
          const { keys } = workspace.context.cache;
          const at = context.clock.now();
          if ((await keys.list(at)).length > 0) return propose(workspace, options, { kind: 'add', name });
          // Nobody trusts anything yet that it could change.
          const { name: actor } = await actingPerson(context, workspace);
          const key = await keys.generate({ name, at, actor });
          show(options, key, () => [key.publicKey]);
        }),
      );
  }

  async function propose(workspace: Workspace, options: CacheOptions, change: KeyChange): Promise<void> {
    const by = await actingPerson(context, workspace);
    const outcome = await workspace.cache.keyChanges.propose({ change, by, at: context.clock.now() });
    if (outcome.kind !== 'proposed') throw refusal(outcome);
    show(options, { ...outcome, change }, () => [
      `Proposed: ${keyChangeText(change)}.`,
      approvedBy(matter, outcome.content),
    ]);
  }

  function decideKeyCommand(verb: 'approve' | 'withdraw', summary: string): Command {
    return decideCommand(context, {
      verb,
      summary,
      waiting: ({ cache }, at) => cache.keyChanges.proposals(at),
      nothingWaits: () => refusal({ kind: 'refused', why: 'no_proposal' }),
      decide: async ({ workspace, waiting: { content, change }, by, at }) => {
        const value = await workspace.cache.keyChanges[verb]({ content, by, at });
        if (value.kind === 'refused') throw refusal(value);
        const lines = () =>
          value.kind !== 'done'
            ? [`Withdrawn: ${keyChangeText(change)}.`]
            : change.kind === 'retire'
              ? [`${value.key.name} is retired. Clients may take it out of trusted-public-keys.`]
              : [
                  value.key.publicKey,
                  `${value.signed} paths were signed with it too. Publish it, then: snowguard cache key retire OLD`,
                ];
        return { value, lines };
      },
    });
  }
};

function cacheNamed({ configuration }: Workspace, { flake }: CacheOptions): CacheId {
  return flake === undefined ? commonCache : cacheOfFlake(configuration.organisation, flake);
}

function addressOf({ configuration }: Workspace, { flake }: CacheOptions): string {
  const common = `${configuration.public_url}/cache`;
  return flake === undefined ? common : `${common}/${configuration.organisation}/${flake}`;
}

function pathNamed(text: string): StorePath {
  const path = parseStorePath(text);
  if (path !== null) return path;
  throw usage(`${text.slice(0, 200)} is no store path`, 'Name it whole: /nix/store/HASH-NAME');
}

function usage(message: string, hint: string): AppError {
  return new AppError({ code: 'usage.cache', retryable: false }, message, { hint });
}

function refusal(outcome: KeyChangeOutcome): AppError {
  const { message, hint } = keyChangeRefusal(outcome.kind === 'refused' ? outcome.why : 'overtaken');
  return new AppError({ code: 'cache.key-refused', retryable: false }, message, { hint });
}

/** The workspace and JSON are taken, and shown, by every command below too. */
function takenBelow(command: Command): Command {
  for (const sub of command.commands) {
    if (sub.commands.length > 0) takenBelow(sub);
    else if (sub.options.every(({ long }) => long !== '--json'))
      sub.addOption(workspaceOption()).addOption(jsonOption());
  }
  return command;
}
