import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { openWorkspace, type Workspace } from '../../src/app/index.ts';
import { makeStarterWorkspace } from '../../src/app/starter/index.ts';
import { systemClock } from '../../src/foundation/clock.ts';
import { silentProgress } from '../../src/platform/log/index.ts';
import { createLog } from '../../src/platform/log/pino.ts';

/** Writes the starter workspace whose story is still to be played, with a setting for `nix.program`. */
export async function starterWorkspace(folder: string, given: { readonly nix: string }): Promise<void> {
  await makeStarterWorkspace({ folder, clock: systemClock, progress: silentProgress });
  await editSettings(folder, (text) => text.replace('program = "auto"', `program = ${JSON.stringify(given.nix)}`));
}

/** Changes snowguard.toml; an edit that changes nothing is a mistake of the test. */
export async function editSettings(folder: string, edit: (text: string) => string): Promise<void> {
  const file = path.join(folder, 'snowguard.toml');
  const before = await readFile(file, 'utf8');
  const after = edit(before);
  if (after === before) throw new Error(`nothing to change in ${file}`);
  await writeFile(file, after);
}

/** Opens a workspace in this process, without starting its work. */
export async function opened<Result>(folder: string, work: (workspace: Workspace) => Promise<Result>): Promise<Result> {
  const log = createLog({ level: 'error', pretty: true });
  const workspace = await openWorkspace({ folder, clock: systemClock, environment: {}, progress: silentProgress, log });
  try {
    return await work(workspace);
  } finally {
    await workspace.close();
  }
}
