import { Command } from 'commander';
import type { Workspace } from '../../app/index.ts';
import { toIsoDay } from '../../foundation/clock.ts';
import { AppError } from '../../foundation/errors.ts';
import { promised } from '../../http/web/format-time.ts';
import {
  bands,
  type Terms,
  type TermsOutcome,
  termsName,
  termsNotice,
  termsOrigin,
  termsRefusal,
  writtenTerms,
} from '../../pipeline/findings/index.ts';
import { actingPerson } from '../acting-person.ts';
import { type CliContext, type CommandMaker, print } from '../context.ts';
import { approvedBy, decideCommand, waitingLines } from '../second-person.ts';
import { columns } from '../text/columns.ts';
import { withWorkspace } from '../with-workspace.ts';
import { jsonOption, workspaceOption } from '../workspace-option.ts';

const matter = { command: 'policy', role: 'policy admin' } as const;

interface PolicyOptions {
  readonly workspace?: string;
  readonly json?: boolean;
  readonly all?: boolean;
}

export const policyCommand: CommandMaker = (context) =>
  new Command('policy')
    .summary('the terms of the promise, and how they change')
    .description(
      'What holds is the last version that two policy admins agreed on; it stays in force however the policy file is edited. ' +
        'What a workspace has at its first start is taken as it is, and so are edits until there are two policy admins.',
    )
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
To change the promise, raise version in the policy file, set effective_from, edit the terms, then:
  snowguard policy                    what holds, and what the file would change of it
  snowguard policy propose            a policy admin proposes what the file says
  snowguard policy approve 5f1c…      another policy admin, after reading the changes
  snowguard policy history            every version that was in force, and who agreed on it`,
    )
    .action((options: PolicyOptions) => show(context, options))
    .addCommand(
      subcommand('show', 'what is in force, what the file changes of it, and what waits')
        .option('--all', 'every setting, not only the times')
        .action((_: unknown, self: Command) => show(context, self.optsWithGlobals<PolicyOptions>())),
    )
    .addCommand(
      subcommand('propose', 'propose what the policy file says now').action(async (_: unknown, self: Command) => {
        const options = self.optsWithGlobals<PolicyOptions>();
        await withWorkspace(context, options.workspace, (workspace) => propose(context, workspace, options));
      }),
    )
    .addCommand(deciding(context, 'approve', 'sign what another policy admin proposed'))
    .addCommand(deciding(context, 'withdraw', 'stop what was only proposed'))
    .addCommand(
      subcommand('history', 'every version that was in force, newest first').action((_: unknown, self: Command) =>
        history(context, self.optsWithGlobals<PolicyOptions>()),
      ),
    );

function subcommand(verb: string, summary: string): Command {
  return new Command(verb).summary(summary).addOption(workspaceOption()).addOption(jsonOption());
}

async function show(context: CliContext, options: PolicyOptions): Promise<void> {
  await withWorkspace(context, options.workspace, async ({ terms }) => {
    const [standing, proposals] = await Promise.all([terms.standing(), terms.proposals()]);
    const { inForce } = standing;
    const notice = termsNotice(standing);
    print(context, options.json ?? false, { inForce, file: standing, notice, proposals }, () => [
      ...(inForce === null
        ? ['Nothing is in force yet.']
        : inForceLines(inForce, { all: options.all ?? false, now: context.clock.now() })),
      ...(standing.isInForce || standing.proposal !== null
        ? []
        : ['', 'The policy file would change:', ...standing.changes.map((change) => `  ${change}`)]),
      ...proposals.flatMap(({ policy, content, proposedBy: by, changes: more }) =>
        waitingLines(matter, { content, by, says: termsName(policy), more }),
      ),
    ]);
  });
}

function inForceLines(terms: Terms, { all, now }: { readonly all: boolean; readonly now: number }): readonly string[] {
  const { policy } = terms;
  return [
    `In force: ${termsName(policy)}, ${termsOrigin(terms)} on ${toIsoDay(terms.takenAt)}.`,
    ...(policy.effectiveFrom > now ? [`  for findings from ${toIsoDay(policy.effectiveFrom)} on`] : []),
    ...columns(
      bands.map((band) => {
        const { response, remediation } = policy.windows[band];
        return [
          `  ${band}`,
          `fix in ${promised(remediation)}`,
          response === null ? '' : `answer in ${promised(response)}`,
        ];
      }),
    ),
    ...(all ? ['', ...writtenTerms(policy).map((line) => `  ${line}`)] : []),
  ];
}

async function propose(context: CliContext, workspace: Workspace, options: PolicyOptions): Promise<void> {
  const by = await actingPerson(context, workspace);
  const { changes } = await workspace.terms.standing();
  const outcome = await workspace.terms.propose({ by });
  if (outcome.kind !== 'proposed') throw refusal(outcome);
  print(context, options.json ?? false, { ...outcome, changes }, () => [
    'Proposed:',
    ...changes.map((change) => `  ${change}`),
    approvedBy(matter, outcome.content),
  ]);
}

function deciding(context: CliContext, verb: 'approve' | 'withdraw', summary: string): Command {
  return decideCommand(context, {
    verb,
    summary,
    waiting: ({ terms }) => terms.proposals(),
    nothingWaits: () => refusal({ kind: 'refused', why: 'no_proposal' }),
    decide: async ({ workspace, waiting: { content, policy }, by, at }) => {
      const outcome = await workspace.terms[verb]({ content, by });
      if (outcome.kind === 'refused') throw refusal(outcome);
      const from = toIsoDay(Math.max(policy.effectiveFrom, at));
      const says =
        verb === 'approve'
          ? `In force: ${termsName(policy)}, for findings opened from ${from} on.`
          : `Withdrawn: ${termsName(policy)}.`;
      return { value: { kind: outcome.kind, content }, lines: () => [says] };
    },
  });
}

async function history(context: CliContext, options: PolicyOptions): Promise<void> {
  await withWorkspace(context, options.workspace, async ({ terms }) => {
    const items = await terms.history();
    print(context, options.json ?? false, { items }, () =>
      columns(
        items.map((one) => [toIsoDay(one.takenAt), termsName(one.policy), one.content.slice(0, 16), termsOrigin(one)]),
      ),
    );
  });
}

function refusal(outcome: TermsOutcome): AppError {
  const { message, hint } = termsRefusal(outcome.kind === 'refused' ? outcome.why : 'no_proposal');
  return new AppError({ code: 'sla.terms-refused', retryable: false }, message, { hint });
}
