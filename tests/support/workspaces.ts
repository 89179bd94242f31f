import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { openWorkspace, type Workspace } from '../../src/app/index.ts';
import { makeStarterWorkspace } from '../../src/app/starter/index.ts';
import { systemClock } from '../../src/foundation/clock.ts';
import { defaultPolicyText } from '../../src/pipeline/findings/index.ts';
import { silentProgress } from '../../src/platform/log/index.ts';
import { createLog } from '../../src/platform/log/pino.ts';

/** Writes the starter workspace whose story is still to be played, with a setting for `nix.program`. */
export async function starterWorkspace(folder: string, given: { readonly nix: string }): Promise<void> {
  await makeStarterWorkspace({ folder, clock: systemClock, progress: silentProgress });
  await editSettings(folder, (text) => text.replace('program = "auto"', `program = ${JSON.stringify(given.nix)}`));
}

/** Writes a workspace of inventories: one channel by each name, published under it, and the feeds as TOML lines `kev.path = "…"`. */
export async function inventoryWorkspace(
  folder: string,
  given: { readonly channels: readonly string[]; readonly feeds: readonly string[]; readonly more?: string },
): Promise<void> {
  await mkdir(path.join(folder, 'covered'), { recursive: true });
  await writeFile(path.join(folder, 'policy.toml'), defaultPolicyText);
  const channels = given.channels.map((name) => `[[channel]]\nid = "${name}"\nflake = "${name}"\n`);
  await writeFile(
    path.join(folder, 'snowguard.toml'),
    `organisation = "acme"\nflake = "secure"\n[nix]\nprogram = "none"\nsystems = ["x86_64-linux"]
${channels.join('')}${given.more ?? ''}\n[feeds]\n${given.feeds.join('\n')}\n`,
  );
}

/** Changes snowguard.toml; an edit that changes nothing is a mistake of the test. */
export async function editSettings(folder: string, edit: (text: string) => string): Promise<void> {
  const file = path.join(folder, 'snowguard.toml');
  const before = await readFile(file, 'utf8');
  const after = edit(before);
  if (after === before) throw new Error(`nothing to change in ${file}`);
  await writeFile(file, after);
}

/** Opens a workspace in this process, without starting its work; close it. */
export function openHere(
  folder: string,
  environment: Readonly<Record<string, string | undefined>> = {},
): Promise<Workspace> {
  const log = createLog({ level: 'error', pretty: true });
  return openWorkspace({ folder, clock: systemClock, environment, progress: silentProgress, log });
}

/** The same for one piece of work. */
export async function opened<Result>(folder: string, work: (workspace: Workspace) => Promise<Result>): Promise<Result> {
  const workspace = await openHere(folder);
  try {
    return await work(workspace);
  } finally {
    await workspace.close();
  }
}
