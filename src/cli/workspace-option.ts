import { existsSync } from 'node:fs';
import path from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import { configurationFile } from '../config/configuration-file.ts';
import type { CliContext } from './context.ts';

export const workspaceOption = () =>
  new Option('-w, --workspace <dir>', 'the workspace folder').env('SNOWGUARD_WORKSPACE');

export const jsonOption = () => new Option('--json', 'print JSON on stdout');

/** The named workspace, else the nearest folder upwards with a snowguard.toml, else `workspace` beside where we stand. */
export function workspaceFolder(context: CliContext, named: string | undefined): string {
  if (named !== undefined) return path.resolve(context.cwd, named);
  for (let folder = context.cwd; ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, configurationFile))) return folder;
    if (folder === path.dirname(folder)) return path.join(context.cwd, 'workspace');
  }
}

export const limitOption = () =>
  new Option('-n, --limit <count>', 'at most so many').default(50).argParser((text) => {
    const count = Number(text);
    if (Number.isInteger(count) && count >= 1 && count <= 500) return count;
    throw new InvalidArgumentError('use a number from 1 to 500.');
  });
