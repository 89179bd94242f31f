import { Command, Option } from 'commander';
import type { RollBackOutcome } from '../../app/index.ts';
import { simplifiedVersion } from '../../formats/nix/flake-version.ts';
import { AppError } from '../../foundation/errors.ts';
import { actingPerson } from '../acting-person.ts';
import { type CliContext, print } from '../context.ts';
import { namedChannel } from '../named-channel.ts';
import { withWorkspace } from '../with-workspace.ts';
import { jsonOption, workspaceOption } from '../workspace-option.ts';

interface RollbackOptions {
  readonly workspace?: string;
  readonly json?: boolean;
  readonly channel?: string;
  readonly dryRun?: boolean;
  readonly reason: string;
}

export function rollbackCommand(context: CliContext, finish: (status: number) => void): Command {
  return new Command('rollback')
    .summary('bring a channel back to the tree of an older release, as a new release')
    .description(
      'Proposes the tree of a release anew. It is reviewed like every step, with the vulnerabilities that it brings back, and released under a higher number: whoever updates gets it. To keep a release from being resolved, withdraw it: snowguard release yank.',
    )
    .argument('<version>', 'the release to go back to, with or without what follows the +')
    .requiredOption('--reason <text>', 'why; it stands in the commit')
    .addOption(new Option('--channel <id>', 'the channel; by default the first one'))
    .addOption(new Option('--dry-run', 'say what would be proposed, propose nothing'))
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action(async (version: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<RollbackOptions>();
      await withWorkspace(context, options.workspace, async (workspace) => {
        const { rollBack } = await import('../../app/index.ts');
        const channel = namedChannel(workspace, options.channel);
        const isFounded = (await workspace.accounts.people.people()).length > 0;
        const by = isFounded ? await actingPerson(context, workspace) : null;
        const { reason, dryRun = false } = options;
        const outcome = await rollBack(workspace, { channel, version, reason, by, dryRun });
        if (outcome.kind === 'refused') throw refusal(outcome.why, version, channel.id);
        if (outcome.kind !== 'would') await workspace.worker.run([], context.signal);
        const { id } = channel;
        print(context, options.json ?? false, outcome, () => [
          outcome.kind === 'would'
            ? `Would bring ${id} back to the tree of ${simplifiedVersion(outcome.release.version)}. See what that undoes: git diff ${channel.branch} ${outcome.commitId}`
            : outcome.kind === 'proposed'
              ? `Proposed as review ${outcome.review.id}. See what it brings back: snowguard review show ${outcome.review.id}`
              : `${id} has the tree of ${version} again. The next step of upstream goes on from there: what was wrong has to be mended by then.`,
        ]);
        finish(0);
      });
    });
}

type Why = Extract<RollBackOutcome, { kind: 'refused' }>['why'];

const reasons: Readonly<Record<Why, readonly [says: string, hint: string]>> = {
  no_release: ['the channel has no such release', 'See them: snowguard release list'],
  withdrawn: ['that release is withdrawn', 'Take another, or bring it back: snowguard release unyank'],
  same_tree: ['the channel has that tree already', 'See where it is: snowguard channels'],
  gone: ['the commit of that release is not in the repository any more', 'Take a newer release.'],
  role_missing: [
    'your roles do not allow that',
    'Ask somebody with the role release_manager; see them: snowguard people list',
  ],
  reason_missing: ['this needs a reason', 'Say it: --reason "…"'],
};

function refusal(why: Why, version: string, channel: string): AppError {
  const [says, hint] = reasons[why];
  const message = `${channel} is not rolled back to ${version.slice(0, 60)}: ${says}`;
  return new AppError({ code: 'releases.rollback', retryable: false }, message, { hint });
}
