import { Command } from 'commander';
import type { CliContext } from './context.ts';
import { serverOf, serverOption } from './flake-options.ts';
import { jsonOption } from './workspace-option.ts';

interface Options {
  readonly server?: string;
  readonly json?: boolean;
}

/** One consumer of a server. */
export interface NamedConsumer {
  readonly server: string;
  readonly name: string;
  readonly environment: CliContext['environment'];
  readonly signal: AbortSignal;
}

/** A command about a registered consumer; `argument` is a second one that it takes, as usage and explanation. */
export function consumerVerb(
  context: CliContext,
  {
    verb,
    summary,
    argument,
    act,
  }: {
    readonly verb: string;
    readonly summary: string;
    readonly argument?: readonly [usage: string, explanation: string];
    readonly act: (consumer: NamedConsumer, json: boolean, more: string) => Promise<void>;
  },
): Command {
  const command = new Command(verb)
    .summary(summary)
    .argument('<name>', 'the name that the lock is registered under')
    .addOption(serverOption())
    .addOption(jsonOption());
  if (argument !== undefined) command.argument(...argument);
  return command.action(async (name: string) => {
    const options = command.opts<Options>();
    const server = await serverOf(context, options.server);
    const { environment, signal } = context;
    await act({ server, name, environment, signal }, options.json ?? false, command.args[1] ?? '');
  });
}
