import { Command, Option } from 'commander';
import { AppError } from '../../foundation/errors.ts';
import type { PatchFacts, SeriesPatch, SeriesProof } from '../../pipeline/changes/index.ts';
import { actingPerson } from '../acting-person.ts';
import { type CliContext, type CommandMaker, print } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { namedChannel } from '../named-channel.ts';
import { columns } from '../text/columns.ts';
import { withWorkspace } from '../with-workspace.ts';
import { jsonOption, workspaceOption } from '../workspace-option.ts';

interface PatchOptions {
  readonly workspace?: string;
  readonly json?: boolean;
  readonly channel?: string;
}

const statuses = ['not_sent', 'sent', 'accepted', 'released', 'rejected', 'not_applicable'] as const;
const channelOption = () => new Option('--channel <id>', 'the channel; by default the first one');

export const patchesCommand: CommandMaker = (context, finish) =>
  new Command('patches')
    .summary('what a channel carries over upstream: the series of patches, in order')
    .description(
      'Lists the patches of a channel with what they fix, where they came from and how far upstream is. Each newer upstream gets the series replayed; what upstream has by itself drops out, with the proof kept.',
    )
    .addOption(channelOption())
    .addOption(new Option('--all', 'with those that were dropped'))
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
A commit says what it is in trailers: Fixes: CVE-2025-62813 / Origin: upstream, URL / Upstream-Status: sent, URL / Reason: … / Drop-When: 1.10.1`,
    )
    .action(async (options: PatchOptions & { all?: boolean }) =>
      withWorkspace(context, options.workspace, async (workspace) => {
        const channel = namedChannel(workspace, options.channel);
        const { series } = workspace.context;
        const items = options.all === true ? await series.history(channel.id) : await series.carried(channel.id);
        const conflict = (await series.conflicts()).find((one) => one.channel === channel.id) ?? null;
        print(context, options.json ?? false, { items, conflict }, () => [
          ...(conflict === null
            ? []
            : [
                `Patch ${conflict.patchId} does not apply to upstream ${conflict.upstream.slice(0, 12)}: ${conflict.paths.join(', ')}`,
                `See both sides: snowguard patches show ${conflict.patchId}. Then bring it in anew, and: snowguard patches drop ${conflict.patchId} --reason "…"`,
                '',
              ]),
          ...(items.length === 0
            ? [`${channel.id} is upstream as it is: nothing is carried over it.`]
            : columns(items.map(rowOf))),
        ]);
      }),
    )
    .addCommand(showCommand(context))
    .addCommand(describeCommand(context))
    .addCommand(dropCommand(context))
    .addCommand(verifyCommand(context, finish));

function rowOf({ id, subject, facts, dropped }: SeriesPatch): readonly string[] {
  const state = dropped === null ? facts.upstreamStatus.replaceAll('_', ' ') : `dropped: ${dropped.proof.kind}`;
  return [id, subject, facts.fixes.join(' '), facts.origin, state];
}

function showCommand(context: CliContext): Command {
  return new Command('show')
    .summary('one patch with its text; in a conflict, both sides')
    .argument('<id>', 'the number of the patch')
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action(async (id: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<PatchOptions>();
      await withWorkspace(context, options.workspace, async ({ context: walk }) => {
        const { series, git } = walk;
        const patch = await series.byId(id);
        if (patch === null) throw noPatch(id);
        const conflict = (await series.conflicts()).find((one) => one.patchId === id) ?? null;
        const [parent] = (await git.commit(patch.commitId)).parents;
        const limits = { paths: conflict?.paths ?? [], maxBytes: 200_000 };
        const ours = parent === undefined ? null : await git.diffText(parent, patch.commitId, { ...limits, paths: [] });
        const theirs =
          conflict === null || parent === undefined ? null : await git.diffText(parent, conflict.onto, limits);
        print(context, options.json ?? false, { patch, conflict, ours, theirs }, () => [
          `${patch.id}  ${patch.subject}`,
          `${patch.commitId} by ${patch.author}`,
          ...(patch.facts.reason === null ? [] : [patch.facts.reason]),
          '',
          ours?.text ?? '',
          ...(theirs === null ? [] : ['What upstream did to the same files since:', '', theirs.text]),
        ]);
      });
    });
}

function describeCommand(context: CliContext): Command {
  return new Command('describe')
    .summary('say where a patch came from and how far upstream is')
    .argument('<id>', 'the number of the patch')
    .addOption(new Option('--fixes <id...>', 'what it fixes'))
    .addOption(new Option('--origin <kind>', 'whose it is').choices(['upstream', 'distribution', 'own']))
    .addOption(new Option('--origin-url <url>', 'where it is'))
    .addOption(new Option('--upstream-status <status>', 'how far upstream is').choices(statuses))
    .addOption(new Option('--upstream-url <url>', 'where upstream speaks of it'))
    .addOption(new Option('--reason <text>', 'why it is carried'))
    .addOption(new Option('--drop-when <version>', 'the version of upstream that has it'))
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action(async (id: string, _: unknown, command: Command) => {
      const { workspace: named, json, ...given } = command.optsWithGlobals<PatchOptions & Partial<PatchFacts>>();
      await withWorkspace(context, named, async (workspace) => {
        const { series, clock } = workspace.context;
        const by = await actingPerson(context, workspace);
        const patch = await series.byId(id);
        if (patch === null) throw noPatch(id);
        const { channel: _channel, ...said } = given;
        const facts: PatchFacts = { ...patch.facts, ...said };
        await series.describe({ id, facts, at: clock.now(), actor: by.name });
        print(context, json ?? false, { id, facts }, () => [`Noted: ${rowOf({ ...patch, facts }).join('  ')}`]);
      });
    });
}

function dropCommand(context: CliContext): Command {
  return new Command('drop')
    .summary('leave a patch out of the next step; the step is reviewed like every other')
    .argument('<id>', 'the number of the patch')
    .requiredOption('--reason <text>', 'why')
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action(async (id: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<PatchOptions & { reason: string }>();
      await withWorkspace(context, options.workspace, async (workspace) => {
        const { series, clock } = workspace.context;
        const by = (await actingPerson(context, workspace)).name;
        const patch = await series.byId(id);
        if (patch === null) throw noPatch(id);
        const proof = { kind: 'person', by, reason: options.reason } as const;
        await series.drop({ channel: patch.channel, dropped: [{ id, proof }], at: clock.now(), actor: by });
        print(context, options.json ?? false, { id, proof }, () => [
          `${patch.subject} is not replayed any more. Bring the channel to upstream without it: snowguard sync`,
        ]);
      });
    });
}

function verifyCommand(context: CliContext, finish: (status: number) => void): Command {
  return new Command('verify')
    .summary('that the tree of the channel is exactly upstream plus series, by doing it again')
    .addOption(channelOption())
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<PatchOptions>();
      await withWorkspace(context, options.workspace, async (workspace) => {
        const { carriedAt, rolledBackTo, verifySeries } = await import('../../pipeline/changes/index.ts');
        const { changes, git, series } = workspace.context;
        const channel = namedChannel(workspace, options.channel);
        const head = await git.resolve(channel.branch);
        const upstream = await git.resolve(`refs/upstream/${channel.id}`);
        if (head === null || upstream === null)
          throw new AppError(
            { code: 'usage.no-upstream', retryable: false },
            `${channel.id} has no upstream here yet`,
            {
              hint: 'Run: snowguard sync',
            },
          );
        const held = await rolledBackTo(git, head);
        const since = held === head ? null : await changes.changeTo(channel.id, held);
        const carried =
          since === null ? await series.carried(channel.id) : carriedAt(await series.history(channel.id), since.at);
        const proof = await verifySeries({ git, head: held, upstream, series: carried });
        print(context, options.json ?? false, proof, () => [proofLine(proof)]);
        if (proof.kind !== 'exact') finish(exitCodes.negative);
      });
    });
}

function proofLine(proof: SeriesProof): string {
  switch (proof.kind) {
    case 'exact':
      return `Tree ${proof.treeId} is exactly upstream ${proof.upstream} plus ${proof.patches} patches.`;
    case 'differs':
      return `The tree differs from upstream ${proof.upstream} plus series in: ${proof.paths.join(', ')}`;
    case 'does-not-apply':
      return `Patch ${proof.patch.id} (${proof.patch.subject}) does not apply to upstream ${proof.upstream}: ${proof.paths.join(', ')}`;
  }
}

function noPatch(id: string): AppError {
  return new AppError({ code: 'usage.patch', retryable: false }, `there is no patch ${id.slice(0, 40)}`, {
    hint: 'See them: snowguard patches --all',
  });
}
