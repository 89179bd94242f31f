import { Command, Option } from 'commander';
import { AppError } from '../../foundation/errors.ts';
import { idSpellings } from '../../pipeline/advisories/index.ts';
import { type ProposalOutcome, type ProposalWay, proposalWays } from '../../pipeline/changes/index.ts';
import { isLive } from '../../pipeline/findings/index.ts';
import type { FixRequest } from '../../worker/index.ts';
import { type CommandMaker, print } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { namedChannel } from '../named-channel.ts';
import { namedFinding } from '../named-finding.ts';
import { withWorkspace } from '../with-workspace.ts';
import { jsonOption, workspaceOption } from '../workspace-option.ts';

interface ProposeOptions {
  readonly workspace?: string;
  readonly json?: boolean;
  readonly channel?: string;
  readonly cve?: string;
  readonly how?: ProposalWay;
  readonly dryRun?: boolean;
}

const mostDiffBytes = 200_000;

export const proposeCommand: CommandMaker = (context, finish) =>
  new Command('propose')
    .summary('a fix made by machine: a commit for two people to look at')
    .description(
      'Proposes a fix for a finding, or for all open findings of a package, by the first way that applies: a commit from a newer branch of upstream, the smallest release with the fix, the fixing commit as a patch, the patch of a distribution. The proposal is examined like every step and goes in only when two people approve it.',
    )
    .argument('<finding|attr>', 'the number of a finding, CVE-2026-1234/xz, or the attribute of a package')
    .addOption(new Option('--cve <id>', 'of a package: only this vulnerability'))
    .addOption(new Option('--how <way>', 'only this way').choices(proposalWays))
    .addOption(new Option('--channel <id>', 'of a package: the channel; by default the first one'))
    .addOption(new Option('--dry-run', 'show the text of the change, and open no review'))
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Examples:
  snowguard propose CVE-2025-64720/libpng             by the first way that applies
  snowguard propose libpng --how bump --dry-run       the smallest release that fixes all that is open, only shown

Branches to backport from stand in snowguard.toml: newer = ["staging-next", "master"] under [[channel]].`,
    )
    .action(async (named: string, options: ProposeOptions) =>
      withWorkspace(context, options.workspace, async (workspace) => {
        const { proposeFix, openProposal } = await import('../../worker/index.ts');
        const { context: walk, worker } = workspace;
        const request = await requestOf(workspace, named, options);
        const signal = new AbortController().signal;
        const outcome = await proposeFix({ context: walk, request, signal });
        if (outcome.kind === 'none') {
          print(context, options.json ?? false, outcome, () => [
            `Nothing can be proposed by machine for ${request.advisoryIds.join(', ')} in ${request.attr}:`,
            ...refusals(outcome),
            'By hand: push a commit to refs/for/CHANNEL, see docs/operating/reviews.md.',
          ]);
          return finish(exitCodes.negative);
        }
        const diff = await walk.git.diffText(outcome.base, outcome.commitId, { paths: [], maxBytes: mostDiffBytes });
        if (options.dryRun === true)
          return print(context, options.json ?? false, { ...outcome, request, diff: diff.text }, () => [
            ...refusals(outcome),
            `By ${outcome.way}, commit ${outcome.commitId.slice(0, 12)}. Nothing waits for anybody yet.`,
            '',
            diff.text,
          ]);
        const channel = namedChannel(workspace, request.channel);
        const review = await openProposal({ context: walk, channel, commitId: outcome.commitId });
        await worker.run([], signal);
        print(context, options.json ?? false, { ...outcome, request, reviewId: review?.id ?? null }, () => [
          ...refusals(outcome),
          review === null
            ? 'The channel has it already.'
            : `Proposed by ${outcome.way} as review ${review.id}. See it: snowguard review show ${review.id}`,
        ]);
      }),
    );

function refusals({ refused }: ProposalOutcome): readonly string[] {
  return refused.map(({ way, why }) => `  ${way}: ${why}`);
}

async function requestOf(
  workspace: Parameters<typeof namedFinding>[0],
  named: string,
  options: ProposeOptions,
): Promise<FixRequest> {
  const { findings } = workspace.context;
  const how = options.how ?? null;
  if (/^\d{1,15}$|\//.test(named)) {
    const found = await findings.byId(await namedFinding(workspace, named));
    if (found === null) throw noFinding(named);
    const { channel, attr, advisoryId } = found.finding;
    return { channel, attr, advisoryIds: [advisoryId], how };
  }
  const channel = namedChannel(workspace, options.channel).id;
  const open = (await findings.byPackage(named))
    .map(({ finding }) => finding)
    .filter((one) => one.channel === channel && isLive(one.state))
    .filter(({ advisoryId }) => options.cve === undefined || idSpellings(options.cve).includes(advisoryId));
  if (open.length === 0) throw noFinding(named);
  return { channel, attr: named, advisoryIds: open.map(({ advisoryId }) => advisoryId), how };
}

function noFinding(named: string): AppError {
  return new AppError({ code: 'usage.no-finding', retryable: false }, `nothing is open for ${named.slice(0, 200)}`, {
    hint: 'See what is open: snowguard findings',
  });
}
