import { existsSync } from 'node:fs';
import path from 'node:path';
import { Option } from 'commander';
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
