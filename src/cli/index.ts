import { setImmediate } from 'node:timers/promises';
import { Command, CommanderError, Help } from 'commander';
import { systemClock } from '../foundation/clock.ts';
import { AppError, messageOf } from '../foundation/errors.ts';
import { version } from '../foundation/version.ts';
import { plainLines } from '../platform/log/plain-text.ts';
import { commands } from './commands/index.ts';
import type { CliContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';

/** Runs one command line and resolves to the exit status. Data goes to stdout, talk to stderr. */
export async function runCli(argv: readonly string[], given: Partial<CliContext> = {}): Promise<number> {
  const stop = new AbortController();
  const context: CliContext = {
    stdout: process.stdout,
    stderr: process.stderr,
    environment: process.env,
    cwd: process.cwd(),
    clock: systemClock,
    signal: stop.signal,
    ...given,
  };
  let signals = 0;
  const interrupt = () => {
    // The second Ctrl-C is meant.
    if (++signals > 1) process.exit(exitCodes.interrupted);
    stop.abort();
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  // As in `snowguard list | head -1`: nobody reads on, so nothing more is done, and nothing is wrong.
  let isReaderGone = false;
  const readerLeft = (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    isReaderGone = true;
    stop.abort();
  };
  // Never taken off: a late failure would end the program with a trace.
  for (const stream of [context.stdout, context.stderr]) stream.on('error', readerLeft);
  let status: number = exitCodes.ok;
  const program = programOf(context, (code) => {
    status = code;
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    status = explain(context, error);
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
  // A write that failed is told one turn later.
  await setImmediate();
  return isReaderGone ? exitCodes.ok : status;
}

function programOf(context: CliContext, finish: (status: number) => void): Command {
  const program = new Command('snowguard')
    .description(
      'Keep a secure package set: Nixpkgs, with a covered subset kept free of known vulnerabilities under a promised response time.',
    )
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand('help [command]', 'show the help of a command')
    .configureHelp({
      commandDescription: (command) => command.description() || sentence(command.summary()),
      optionDescription: (option) => `${new Help().optionDescription(option)}${option.mandatory ? ' (required)' : ''}`,
    })
    .showHelpAfterError('(add --help to see what it takes)')
    .exitOverride()
    .addHelpText(
      'after',
      `
Start here:
  snowguard init acme         write a workspace on the true Nixpkgs into the folder acme
  snowguard up -w acme        serve it: pages, registry, feeds; watch and release
  snowguard check             does my flake.lock lack a security fix?

Exit status: 0 fine, 1 the answer is no (a fix is missing, a check failed), 2 called wrongly or broken
configuration, 3 it could not be done, 130 interrupted. Every command explains itself with --help; all but up take --json.`,
    );
  program.configureOutput({
    writeOut: (text) => void context.stdout.write(text),
    writeErr: (text) => void context.stderr.write(text),
  });
  for (const make of commands) {
    const command = make(context, finish);
    inherit(program, command);
    program.addCommand(command);
  }
  return program;
}

/** A command, and all below it, speaks, fails and explains itself as the program does. */
function inherit(program: Command, command: Command): void {
  command.copyInheritedSettings(program);
  for (const sub of command.commands) inherit(program, sub);
}

/** `Give it back to the queue.` of what stands in a list. */
function sentence(summary: string): string {
  return `${summary.slice(0, 1).toUpperCase()}${summary.slice(1)}${/[.?]$/.test(summary) ? '' : '.'}`;
}

function explain(context: CliContext, error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  if (context.signal.aborted) return exitCodes.interrupted;
  context.stderr.write(`snowguard: ${plainLines(messageOf(error))}\n`);
  if (!(error instanceof AppError)) {
    if (error instanceof Error && error.stack !== undefined) context.stderr.write(`${error.stack}\n`);
    return exitCodes.failed;
  }
  if (error.hint !== undefined) context.stderr.write(`  ${plainLines(error.hint)}\n`);
  return error.code.startsWith('config.') || error.code.startsWith('usage.') ? exitCodes.usage : exitCodes.failed;
}
