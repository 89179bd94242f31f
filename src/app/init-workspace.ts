import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { configurationFile, configurationTemplate } from '../config/index.ts';
import { type Clock, toIsoDay } from '../foundation/clock.ts';
import { AppError } from '../foundation/errors.ts';
import { feedSources } from '../pipeline/feeds/index.ts';
import { defaultPolicyText } from '../pipeline/findings/index.ts';
import { firstCovered } from './first-covered.ts';
import { makeFolder } from './storage.ts';

export interface InitSettings {
  readonly organisation: string;
  readonly flake: string;
  readonly upstream: string;
  readonly branch: string;
  readonly publicUrl: string;
}

export interface MadeWorkspace {
  readonly folder: string;
  readonly files: readonly string[];
}

/** Writes what a team needs on the true Nixpkgs into an empty folder. */
export async function initWorkspace(
  given: InitSettings & { readonly dir: string; readonly cwd: string; readonly clock: Clock },
): Promise<MadeWorkspace> {
  const folder = path.resolve(given.cwd, given.dir);
  await makeFolder(folder);
  if ((await readdir(folder)).length > 0)
    throw new AppError({ code: 'usage.not-empty', retryable: false }, `${folder} is not empty`, {
      hint: 'Name a new folder; nothing was written.',
    });
  const since = toIsoDay(given.clock.now());
  return writeWorkspace(folder, {
    [configurationFile]: configurationTemplate({
      organisation: given.organisation,
      flake: given.flake,
      publicUrl: given.publicUrl.replace(/\/+$/, ''),
      systems: ['x86_64-linux', 'aarch64-linux', 'aarch64-darwin'],
      channel: { id: 'rolling', upstream: given.upstream, branch: given.branch, every: '1h', partial: true },
      feeds: feedSources,
    }),
    'policy.toml': defaultPolicyText,
    ...Object.fromEntries(Object.entries(await firstCovered(since)).map(([name, text]) => [`covered/${name}`, text])),
  });
}

/** Writes files into a workspace; the settings last, because they are what makes the folder one. */
export async function writeWorkspace(folder: string, files: Readonly<Record<string, string>>): Promise<MadeWorkspace> {
  const names = Object.keys(files).sort((a, b) => Number(a === configurationFile) - Number(b === configurationFile));
  for (const name of names) {
    const file = path.join(folder, name);
    await makeFolder(path.dirname(file));
    await writeFile(file, files[name] ?? '');
  }
  return { folder, files: names };
}
