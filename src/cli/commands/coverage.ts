import { Command, InvalidArgumentError, Option } from 'commander';
import type { CoverageAnswer } from '../../app/index.ts';
import { AppError } from '../../foundation/errors.ts';
import { plainText } from '../../platform/log/plain-text.ts';
import { type CliContext, type CommandMaker, print } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { addFactsOptions, type FactsOptions, factsQuestion } from '../facts-options.ts';
import { serverOf } from '../flake-options.ts';
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
      if (options.request === true) await request(context, answer, options);
      const percent = answer.kind === 'components' ? answer.coverage.percent : null;
      finish(percent !== null && percent < (options.atLeast ?? 0) ? exitCodes.negative : exitCodes.ok);
      print(context, options.json ?? false, answer, () => coverageAnswerLines(answer));
    });

async function request(context: CliContext, answer: CoverageAnswer, options: CoverageOptions): Promise<void> {
  const usage = (message: string, hint: string) =>
    new AppError({ code: 'usage.request', retryable: false }, message, { hint });
  if (answer.kind === 'lock')
    throw usage(
      'a lock does not tell which packages are used',
      'Name what is built: snowguard coverage .#default --request',
    );
  if (options.reason === undefined)
    throw usage('nobody can decide a request without knowing what for', 'Say it with --reason "…".');
  const { requestCoverage } = await import('../../app/index.ts');
  const server = await serverOf(context, options.server);
  const { environment, signal } = context;
  const told = await requestCoverage({
    server,
    coverage: answer.coverage,
    reason: options.reason,
    environment,
    signal,
  });
  for (const { package: name, state, decision } of told.filter(({ state: each }) => each !== 'open').slice(0, 20))
    context.stderr.write(`${plainText(`${name}: ${state} already. ${decision?.reason ?? ''}`)}\n`);
  context.stderr.write(`Asked ${server} for ${told.length} ${told.length === 1 ? 'package' : 'packages'}.\n`);
}
