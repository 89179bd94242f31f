import { parseStorePath } from '../../formats/nix/store-path.ts';
import { AppError } from '../../foundation/errors.ts';
import type { GarbageReport } from '../../pipeline/releases/index.ts';
import type { WalkContext } from '../walk-context.ts';
import type { JobHandler } from './job.ts';

const mostReleases = 100_000;

/** What no release needs is withdrawn; signatures that paths lack are added. */
export const collectCacheJob: JobHandler = async ({ context }) => {
  await collectCache(context, { actor: 'robot', dryRun: false });
  await context.cache.keys.resign();
};

export async function collectCache(
  context: WalkContext,
  given: { readonly actor: string; readonly dryRun: boolean },
): Promise<GarbageReport> {
  return context.cache.collect({ ...given, needed: await neededHashes(context), now: context.clock.now() });
}

/**
 * The outputs of everything that was evaluated for a release which is not withdrawn. Without the evaluation of one of them
 * nobody can say what it needs: then nothing may go.
 */
async function neededHashes({ releases, catalog }: WalkContext): Promise<ReadonlySet<string>> {
  const needed = new Set<string>();
  for (const release of await releases.releases({ limit: mostReleases })) {
    if (release.yankedAt !== null || release.channel === '') continue;
    const evaluation = await catalog.evaluationOf(release.channel, release.commitId);
    if (evaluation === null)
      throw new AppError(
        { code: 'cache.unsure', retryable: false },
        `what ${release.flake} ${release.version} needs is not known: its evaluation is missing, so nothing is collected`,
        { hint: 'Evaluate that commit again, or yank the release if nobody needs it any more.' },
      );
    for (const { outputs } of await catalog.instancesOf(evaluation.id))
      for (const path of Object.values(outputs)) {
        const read = parseStorePath(path);
        if (read !== null) needed.add(read.hash);
      }
  }
  return needed;
}
