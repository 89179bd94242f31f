import { access } from 'node:fs/promises';
import path from 'node:path';
import { configurationFile, configurationTemplate } from '../../config/index.ts';
import type { Clock } from '../../foundation/clock.ts';
import { feedSources } from '../../pipeline/feeds/index.ts';
import { defaultPolicyText } from '../../pipeline/findings/index.ts';
import { initBare } from '../../platform/git/repository.ts';
import type { Progress } from '../../platform/log/index.ts';
import { writeWorkspace } from '../init-workspace.ts';
import { makeFolder } from '../storage.ts';
import { readStarter, type Starter } from './read-starter.ts';
import { starterError } from './read-toml.ts';
import { replayHistory } from './replay-history.ts';

/** Marks a workspace whose story is played at its first start. */
const markerFile = 'starter.md';
const upstreamFolder = 'upstream.git';

/** The starter world that came with this program. */
export async function starterFolder(): Promise<string> {
  for (let folder = import.meta.dirname; ; folder = path.dirname(folder)) {
    const candidate = path.join(folder, 'examples', 'starter');
    if (await exists(path.join(candidate, 'starter.toml'))) return candidate;
    if (folder === path.dirname(folder)) throw starterError('this installation came without examples/starter');
  }
}

/** Writes a workspace on the starter world: its settings, and upstream's history as a repository beside them. */
export async function makeStarterWorkspace(given: {
  readonly folder: string;
  readonly clock: Clock;
  readonly progress: Progress;
}): Promise<void> {
  const { folder, clock, progress } = given;
  const dir = await starterFolder();
  const today = new Date(clock.now()).toISOString().slice(0, 10);
  const starter = await readStarter(dir, { today });
  progress.step(`Making the starter world in ${folder}`);
  await makeFolder(folder);
  await upstreamOf(folder, dir);
  const relative = (place: string) => path.relative(folder, place);
  await writeWorkspace(folder, {
    [configurationFile]: configurationTemplate({
      organisation: starter.organisation,
      flake: starter.flake,
      publicUrl: 'http://127.0.0.1:8080',
      systems: starter.systems,
      channel: {
        id: starter.channel.id,
        upstream: upstreamFolder,
        branch: 'main',
        every: '1h',
        partial: false,
        inventories: relative(starter.inventories),
      },
      feeds: feedSources.flatMap((source) => {
        const place = starter.feeds.get(source.id);
        return place === undefined ? [] : [{ ...source, path: relative(place) }];
      }),
    }),
    'policy.toml': defaultPolicyText,
    ...Object.fromEntries(starter.covered.map(({ name, text }) => [`covered/${name}`, text])),
    [markerFile]:
      'This workspace was made from the starter world. Its story (upstream moves, releases, a fix) is played once, at the first start.\n',
  });
}

/** The starter that a workspace was made from, or null when it was made otherwise. */
export async function starterOf(folder: string, clock: Clock): Promise<(Starter & { readonly dir: string }) | null> {
  if (!(await exists(path.join(folder, markerFile)))) return null;
  const dir = await starterFolder();
  return { ...(await readStarter(dir, { today: new Date(clock.now()).toISOString().slice(0, 10) })), dir };
}

/** Upstream's repository in the workspace, complete. Made again it is the same. */
export async function upstreamOf(folder: string, dir: string) {
  const git = await initBare(path.join(folder, upstreamFolder));
  return { git, commits: await replayHistory({ git, dir }) };
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
