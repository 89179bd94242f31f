import path from 'node:path';
import { Option } from 'commander';
import type { CliContext } from './context.ts';
import { workspaceFolder } from './workspace-option.ts';

export const serverOption = () =>
  new Option('--server <url>', 'the Snowguard to ask; else SNOWGUARD_SERVER, else the workspace in reach');

export const flakePathOption = () =>
  new Option('--flake-path <path>', 'the flake.nix, or the folder it lies in').default('.');

export const dryRunOption = () => new Option('--dry-run', 'print the new flake.nix, write nothing');

/** The server that is meant; a failure says how to name one. */
export async function serverOf(context: CliContext, named: string | undefined): Promise<string> {
  const { serverAddress } = await import('../app/consumer-edit/index.ts');
  const workspace = workspaceFolder(context, context.environment.SNOWGUARD_WORKSPACE);
  return serverAddress({ named, environment: context.environment, workspace });
}

/** That server, asked as whoever signed in there. */
export async function registryOf(context: CliContext, named: string | undefined) {
  return { server: await serverOf(context, named), environment: context.environment };
}

export function flakePathOf(context: CliContext, named: string): string {
  return path.resolve(context.cwd, named);
}
