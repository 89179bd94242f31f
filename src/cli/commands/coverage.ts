import { Command, InvalidArgumentError, Option } from 'commander';
import { type CommandMaker, print } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { addFactsOptions, type FactsOptions, factsQuestion } from '../facts-options.ts';
import { jsonOption } from '../workspace-option.ts';

interface CoverageOptions extends FactsOptions {
  readonly atLeast?: number;
  readonly request?: boolean;
  readonly reason?: string;
  readonly json?: boolean;
}

export const coverageCommand: CommandMaker = (context, finish) =>
  addFactsOptions(
    new Command('coverage')
      .summary('how much of what I use is under the promise?')
      .description(
        'Says how much of a lock, a closure, a graph of derivations or a bill of materials is covered, and what is not. With --request the operators of the set are asked to cover the rest.',
      )
      .argument(
        '[input...]',
        'a flake.lock or its folder, the URL of a flake, an installable such as .#default, store paths, or a file with "nix path-info -r --json", "nix derivation show -r", CycloneDX or SPDX (default: .)',
      ),
  )
    .addOption(
      new Option('--at-least <percent>', 'exit status 1 when less is covered').argParser((text) => {
        const percent = Number(text);
        if (percent >= 0 && percent <= 100 && text.trim() !== '') return percent;
        throw new InvalidArgumentError('use a number from 0 to 100.');
      }),
    )
    .option('--request', 'ask for what is not covered')
    .option('--reason <text>', 'with --request: what it is needed for')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Exit status: 0 told, 1 less than --at-least is covered, 2 called wrongly, 3 nobody could be asked.

Examples:
  snowguard coverage .#default
  nix derivation show -r .#default > graph.json && snowguard coverage graph.json
  snowguard coverage sbom.cdx.json --at-least 80
  snowguard coverage sbom.cdx.json --request --reason "the billing service"`,
    )
    .action(async (named: readonly string[], options: CoverageOptions) => {
      const { askCoverage } = await import('../../app/index.ts');
      const { coverageAnswerLines } = await import('../text/coverage-lines.ts');
      const question = factsQuestion(context, options);
      const { answer } = await askCoverage({ ...question, named });
      const percent = answer.kind === 'components' ? answer.coverage.percent : null;
      finish(percent !== null && percent < (options.atLeast ?? 0) ? exitCodes.negative : exitCodes.ok);
      print(context, options.json ?? false, answer, () => coverageAnswerLines(answer));
    });
