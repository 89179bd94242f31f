import { Command, Option } from 'commander';
import type { AgreeOutcome } from '../../pipeline/changes/index.ts';
import { actingPerson } from '../acting-person.ts';
import { type CliContext, print } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { withWorkspace } from '../with-workspace.ts';
import { jsonOption, workspaceOption } from '../workspace-option.ts';

interface ObserveOptions {
  readonly workspace?: string;
  readonly json?: boolean;
  readonly reason: string;
}

export function observeCommand(context: CliContext, finish: (status: number) => void): Command {
  return new Command('observe')
    .summary('agree, as one of two people, that reviews are only observed')
    .description(
      'Once enforced, reviews stay so whatever snowguard.toml says, until two reviewers, one of them leading security, agreed to the contrary within a week. Then mode = "observe" under [review] holds from the next start on.',
    )
    .addOption(new Option('--reason <text>', 'why; kept in the journal').makeOptionMandatory())
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<ObserveOptions>();
      await withWorkspace(context, options.workspace, async (workspace) => {
        const by = await actingPerson(context, workspace);
        const outcome = await workspace.enforcement.agree({ by, reason: options.reason, at: context.clock.now() });
        print(context, options.json ?? false, outcome, () => [lineOf(outcome)]);
        if (outcome.kind === 'refused') finish(exitCodes.negative);
      });
    });
}

const refusals: Readonly<Record<Extract<AgreeOutcome, { kind: 'refused' }>['why'], string>> = {
  not_enforced: 'reviews are not enforced',
  not_a_person: 'only a person can do that',
  role_missing: 'that needs the role reviewer; see yours: snowguard people list',
  reason_missing: 'that needs a reason: --reason "…"',
};

function lineOf(outcome: AgreeOutcome): string {
  if (outcome.kind === 'refused') return `Refused: ${refusals[outcome.why]}.`;
  switch (outcome.lacks) {
    case 'second-reviewer':
      return 'Noted. One more person has to agree within a week.';
    case 'security-lead':
      return 'Noted. One who leads security has to agree too, within a week.';
    case null:
      return `Agreed by ${outcome.by.join(' and ')}. Set mode = "observe" under [review] in snowguard.toml and restart.`;
  }
}
