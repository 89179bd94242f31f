import { appendFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Command, Option } from 'commander';
import { AppError } from '../../foundation/errors.ts';
import {
  addPolicyOptions,
  type CheckOptions,
  ConditionError,
  namedKeys,
  policyOf,
  switchOf,
} from '../check-options.ts';
import { type CliContext, type CommandMaker, print } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { addFactsOptions, factsQuestion } from '../facts-options.ts';
import { serverOf } from '../flake-options.ts';
import { jsonOption } from '../workspace-option.ts';

export const checkCommand: CommandMaker = (context, finish) =>
  addPolicyOptions(
    addFactsOptions(
      new Command('check')
        .summary('does a flake.lock lack a security fix?')
        .description(
          'Reads a flake.lock and says which released fixes the locked release lacks, how severe they are and whether the promise is past, and what to run; and what else speaks against its Nixpkgs: branch, age, origin, a second one. Asks whom you name with --server, --workspace or --data, else the registry that the lock itself names.',
        )
        .argument(
          '[lock]',
          'a flake.lock, the folder it lies in, or an installable such as .#default: its closure is looked at too',
        )
        .addOption(
          new Option('--at-least <severity>', 'what counts of the fixes')
            .choices(['critical', 'high', 'medium', 'low'])
            .default('low'),
        )
        .option(
          '--closure <file>',
          'say what of it is not covered: "nix path-info -r --json", "nix derivation show -r", store paths',
        ),
    ),
  )
    .option(
      '--register <name>',
      'tell the server that the lock is yours, under this name; takes a token: snowguard login',
    )
    .option('--sarif <file>', 'write the findings as SARIF 2.1.0 too; - for stdout, in place of the text')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Exit status: 0 nothing to do; 1 a fix is missing, the locked release was withdrawn, a condition cannot be decided, no
input has the name of --nixpkgs-keys, or a rule is broken in --fail-mode; 2 no such lock, or a malformed one; 3 nobody
could be asked, or nobody has looked for more than a day.

Every option but --at-least, --closure, --sarif and those about whom to ask can stand in the environment as
NIX_FLAKE_CHECKER_…, for example NIX_FLAKE_CHECKER_FAIL_MODE=true.

Examples, in a pipeline:
  snowguard check --at-least high --json > check.json
  snowguard check --fail-mode --sarif snowguard.sarif
  snowguard check -c "supportedRefs.contains(gitRef) && numDaysOld < 14 && owner == 'NixOS'" --fail-mode
  snowguard check --data secure.snowguard.gz --key feeds.pub.pem      without a network`,
    )
    .action(async (named: string | undefined, options: CheckOptions) => {
      try {
        await check(context, finish, named, options);
      } catch (error) {
        if (!(error instanceof ConditionError)) throw error;
        context.stderr.write(`snowguard: ${error.message}\n`);
        finish(exitCodes.negative);
      }
    });

async function check(
  context: CliContext,
  finish: (status: number) => void,
  named: string | undefined,
  options: CheckOptions,
): Promise<void> {
  const { checkLock } = await import('../../app/index.ts');
  const given = named ?? (context.environment.NIX_FLAKE_CHECKER_FLAKE_LOCK_PATH || undefined);
  const outcome = await checkLock({
    ...factsQuestion(context, options),
    lock: given ?? '.',
    closure: options.closure,
    atLeast: options.atLeast,
    policy: await policyOf(context, options),
  }).catch((error: unknown) => {
    const isIgnored = switchOf(
      context,
      options.ignoreMissingFlakeLock,
      'IGNORE_MISSING_FLAKE_LOCK',
      given === undefined,
    );
    if (!isIgnored || !(error instanceof AppError) || error.code !== 'usage.no-lock') throw error;
    return null;
  });
  if (outcome === null) {
    context.stderr.write(`There is no ${given ?? 'flake.lock'} here: nothing was checked.\n`);
    return;
  }
  if (options.register !== undefined) {
    const { registerLock } = await import('../../app/index.ts');
    const server = await serverOf(context, options.server ?? outcome.server ?? undefined);
    const { environment, signal } = context;
    await registerLock({ server, name: options.register, lock: outcome.lock, environment, signal });
  }
  const { judge } = await import('../text/check-verdict.ts');
  const verdict = judge(outcome, {
    keysAreNamed: namedKeys(context, options) !== null,
    failMode: switchOf(context, options.failMode, 'FAIL_MODE', false),
  });
  finish(verdict.status);
  if (options.sarif !== undefined) {
    const { checkSarif } = await import('../text/check-sarif.ts');
    const sarif = checkSarif(outcome, verdict, context.cwd);
    if (options.sarif === '-') context.stdout.write(`${sarif}\n`);
    else await writeFile(path.resolve(context.cwd, options.sarif), `${sarif}\n`);
  }
  const { GITHUB_ACTIONS, GITHUB_STEP_SUMMARY } = context.environment;
  if (GITHUB_ACTIONS === 'true') {
    const { annotations } = await import('../text/check-github.ts');
    for (const line of annotations(outcome, verdict, context.cwd)) context.stderr.write(`${line}\n`);
  }
  if (GITHUB_STEP_SUMMARY && switchOf(context, options.markdownSummary, 'MARKDOWN_SUMMARY', true)) {
    const { stepSummary } = await import('../text/check-github.ts');
    await appendFile(GITHUB_STEP_SUMMARY, stepSummary(outcome, verdict));
  }
  if (options.sarif === '-') return;
  const { checkLines } = await import('../text/check-lines.ts');
  print(context, options.json ?? false, outcome, () => checkLines(outcome, verdict));
}
