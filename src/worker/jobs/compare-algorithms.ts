import type { WalkContext } from '../walk-context.ts';
import { changedSince } from './changed-since.ts';

/**
 * When the channel was last matched by another algorithm than this program's: holds this one against it on the evaluation
 * of then, so that only what the algorithms see differently waits for a person, and new facts do not.
 */
export async function compareAlgorithms(
  { matches, matcher, advisories, catalog }: WalkContext,
  channel: string,
): Promise<void> {
  const last = await matches.lastRun(channel);
  if (last === null || (last.newerAlgorithm ?? last.algorithm) === matcher.algorithm) return;
  // Without that evaluation the run that follows compares on the one it has.
  if ((await catalog.evaluationById(last.evaluationId)) === null) return;
  const changed = last.advisoryChange === null ? null : await changedSince(advisories, last.advisoryChange);
  await matcher.compare({
    channel,
    evaluationId: last.evaluationId,
    instances: () => catalog.instancesOf(last.evaluationId),
    changed: changed?.ids ?? new Set(),
  });
}
