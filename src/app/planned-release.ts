import { type ReleaseFix, versionOf } from '../pipeline/releases/index.ts';
import type { KeptChannel, WalkContext } from '../worker/index.ts';

export interface PlannedRelease {
  readonly version: string;
  readonly commitId: string;
  readonly exists: boolean;
  readonly fixes: readonly ReleaseFix[];
}

/** What publishing a channel now would make; null when nothing of it was evaluated. */
export async function plannedRelease(
  { catalog, git, findings, releases, organisation }: WalkContext,
  channel: KeptChannel,
): Promise<PlannedRelease | null> {
  const evaluation = await catalog.latestEvaluation(channel.id);
  if (evaluation === null || (await git.resolve(evaluation.commitId)) === null) return null;
  const { commitId } = evaluation;
  const existing = await releases.releaseByCommit({
    organisation,
    flake: channel.flake,
    channel: channel.id,
    commitId,
  });
  if (existing !== null) return { version: existing.version, commitId, exists: true, fixes: existing.fixes };
  return {
    version: versionOf(channel.line.minor, await git.countCommits(commitId), commitId),
    commitId,
    exists: false,
    fixes: await findings.fixesAwaitingRelease(channel.id),
  };
}
