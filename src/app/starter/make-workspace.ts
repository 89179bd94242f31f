import { access } from 'node:fs/promises';
import path from 'node:path';
import { configurationFile, configurationTemplate } from '../../config/index.ts';
import { type Clock, toIsoDay } from '../../foundation/clock.ts';
import { feedSources } from '../../pipeline/feeds/index.ts';
import { defaultPolicyText } from '../../pipeline/findings/index.ts';
import type { GitRepository } from '../../platform/git/index.ts';
import { initBare } from '../../platform/git/repository.ts';
import type { Progress } from '../../platform/log/index.ts';
import { writeWorkspace } from '../init-workspace.ts';
import { makeFolder } from '../storage.ts';
import { readStarter, type Starter, type StarterStep } from './read-starter.ts';
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
  const today = toIsoDay(clock.now());
  const starter = await readStarter(dir, { today });
  progress.step(`Making the starter world in ${folder}`);
  await makeFolder(folder);
  await replayUpstream(folder, dir, starter);
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
export async function starterOf(folder: string, clock: Clock): Promise<Starter | null> {
  if (!(await exists(path.join(folder, markerFile)))) return null;
  return readStarter(await starterFolder(), { today: toIsoDay(clock.now()) });
}

/** Upstream's repository in the workspace. */
export function upstreamOf(folder: string): Promise<GitRepository> {
  return initBare(path.join(folder, upstreamFolder));
}

/** Where the commit lies that a step of the story moves to. */
export function stepRef({ to }: StarterStep): string {
  return `refs/starter/${to}`;
}

/** Made again it is the same. */
async function replayUpstream(folder: string, dir: string, { steps }: Starter): Promise<void> {
  const git = await upstreamOf(folder);
  const commits = await replayHistory({ git, dir });
  for (const step of steps) {
    const commitId = commits.get(step.to);
    if (commitId === undefined) throw starterError(`starter.toml: ${step.id} leads to ${step.to}, which is no commit`);
    await git.updateRef(stepRef(step), commitId, await git.resolve(stepRef(step)));
  }
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
