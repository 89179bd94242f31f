import { type Command, Option } from 'commander';
import type { CliContext } from './context.ts';
import { workspaceOption } from './workspace-option.ts';

/** Who is asked; nothing named means the registry that the lock itself names. */
export interface FactsOptions {
  readonly workspace?: string;
  readonly server?: string;
  readonly data?: string;
  readonly key?: readonly string[];
}

export function addFactsOptions(command: Command): Command {
  return command
    .addOption(new Option('--server <url>', 'ask this Snowguard (env: SNOWGUARD_SERVER)'))
    .addOption(workspaceOption())
    .addOption(
      new Option('--data <file>', 'ask nobody: answer from a file that "data export" wrote').conflicts(['server']),
    )
    .addOption(new Option('--key <file...>', 'public keys that may have signed it'));
}

export function factsQuestion(context: CliContext, options: FactsOptions) {
  const { data, workspace, server, key } = options;
  const { cwd, clock, environment, signal } = context;
  return {
    cwd,
    clock,
    environment,
    signal,
    data,
    workspace,
    server: server ?? environment.SNOWGUARD_SERVER,
    keys: key ?? [],
  };
}
