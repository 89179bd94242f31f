import { Command, Option } from 'commander';
import { simplifiedVersion } from '../../formats/nix/flake-version.ts';
import { plainText } from '../../platform/log/plain-text.ts';
import { type CommandMaker, print } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { addFactsOptions, type FactsOptions, factsQuestion } from '../facts-options.ts';
import { jsonOption } from '../workspace-option.ts';

interface UpdateOptions extends FactsOptions {
  readonly atLeast: 'critical' | 'high' | 'medium' | 'low';
  readonly dryRun?: boolean;
  readonly commit?: boolean;
  readonly withoutNix?: boolean;
  readonly json?: boolean;
}

export const updateCommand: CommandMaker = (context, finish) =>
  addFactsOptions(
    new Command('update')
      .summary('move a lock to the release that has the fixes')
      .description(
        'Moves each input that lacks a fix to the release that has it, with Nix where it is installed, else by editing the lock; an input that lacks nothing stays. Prints the text of a pull request: vulnerabilities, severities, releases.',
      )
      .argument('[lock]', 'a flake.lock, or the folder it lies in', '.')
      .addOption(
        new Option('--at-least <severity>', 'what counts of the fixes')
          .choices(['critical', 'high', 'medium', 'low'])
          .default('low'),
      ),
  )
    .option('--dry-run', 'change nothing, print the text only')
    .addOption(new Option('--commit', 'commit the lock with that text').conflicts('dryRun'))
    .option('--without-nix', 'edit the lock from what the server says, also where Nix is installed')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Exit status: 0 moved, or nothing to move; 1 an input cannot move before its address in flake.nix is changed; 2 no such
lock; 3 it could not be done.

Examples:
  snowguard update --commit
  snowguard update --json > update.json     title and body for a pull request`,
    )
    .action(async (lock: string, options: UpdateOptions) => {
      const { updateLock } = await import('../../app/index.ts');
      const outcome = await updateLock({
        ...factsQuestion(context, options),
        lock,
        atLeast: options.atLeast,
        dryRun: options.dryRun ?? false,
        commit: options.commit ?? false,
        withoutNix: options.withoutNix ?? false,
        onLine: (line) => void context.stderr.write(`${plainText(line)}\n`),
      });
      for (const { firstChange } of outcome.blocked) context.stderr.write(`${plainText(firstChange)}\n`);
      if (outcome.blocked.length > 0) finish(exitCodes.negative);
      const { updates, how, title, body, ...rest } = outcome;
      const moved = updates.map(({ input, move }) => ({
        input,
        from: move.fromVersion,
        to: move.toVersion,
        fixes: move.fixes,
      }));
      print(context, options.json ?? false, { ...rest, how, updates: moved, title, body }, () =>
        updates.length === 0
          ? [outcome.blocked.length === 0 ? 'Nothing to move.' : 'Nothing was moved.']
          : [title, '', ...body.split('\n')],
      );
      if (how !== 'none')
        context.stderr.write(
          `${plainText(`${outcome.lock}: ${moved.map(({ input, to }) => `${input} is at ${simplifiedVersion(to)}`).join(', ')}`)}\n`,
        );
    });
