import { Command, Option } from 'commander';
import { actingPerson } from '../acting-person.ts';
import { type CliContext, print } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { parseInstant } from '../parse-instant.ts';
import { columns } from '../text/columns.ts';
import { actLine } from '../text/review-lines.ts';
import { withWorkspace } from '../with-workspace.ts';
import { jsonOption, workspaceOption } from '../workspace-option.ts';

interface ReviewOptions {
  readonly workspace?: string;
  readonly json?: boolean;
}

export function accountCommand(context: CliContext): Command {
  return new Command('account')
    .summary('which changes an account had a part in, between two days')
    .requiredOption('--who <account...>', 'account names or e-mail addresses of one person')
    .requiredOption('--from <date>', 'from this day')
    .addOption(new Option('--to <date>', 'to this day; by default until now'))
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<ReviewOptions & { who: string[]; from: string; to?: string }>();
      await withWorkspace(context, options.workspace, async ({ context: walk }) => {
        const items = await walk.reviews.actsOfAccount({
          accounts: options.who,
          from: parseInstant(options.from),
          to: options.to === undefined ? null : parseInstant(options.to),
        });
        print(context, options.json ?? false, { items }, () =>
          items.length === 0
            ? ['That account had no part in anything that was reviewed in that time.']
            : columns(items.map(actLine)),
        );
      });
    });
}

export function windowCommand(context: CliContext, finish: (status: number) => void): Command {
  return new Command('window')
    .summary('say that an account was open to others for a time: what it did is critical from then on')
    .requiredOption('--who <account...>', 'account names or e-mail addresses')
    .requiredOption('--from <date>', 'from this instant')
    .addOption(new Option('--to <date>', 'to this instant; by default it still is'))
    .requiredOption('--reason <text>', 'what happened')
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<
        ReviewOptions & { who: string[]; from: string; to?: string; reason: string }
      >();
      await withWorkspace(context, options.workspace, async (workspace) => {
        const outcome = await workspace.context.reviews.openWindow({
          accounts: options.who,
          from: parseInstant(options.from),
          to: options.to === undefined ? null : parseInstant(options.to),
          reason: options.reason,
          by: await actingPerson(context, workspace),
          at: workspace.clock.now(),
        });
        print(context, options.json ?? false, outcome, () => [
          outcome.kind === 'opened'
            ? `Noted. ${outcome.acts} acts fall into that time; see them: snowguard review account --who ${options.who.join(' ')} --from ${options.from}`
            : 'Refused: this needs the role security_lead.',
        ]);
        if (outcome.kind === 'refused') finish(exitCodes.negative);
      });
    });
}
