import type { ReleaseCoverage } from '../../http/index.ts';
import type { Release } from '../../pipeline/releases/index.ts';
import { coverageOfEvaluation, type WalkContext } from '../../worker/index.ts';

/** How much of a release can be fetched now, and what was found when it went out; empty for an uploaded one. */
export async function coverageOfRelease(
  context: Pick<WalkContext, 'catalog' | 'cache' | 'organisation'>,
  { uuid, flake, channel, commitId }: Release,
): Promise<readonly ReleaseCoverage[]> {
  const evaluation = channel === '' ? null : await context.catalog.evaluationOf(channel, commitId);
  if (evaluation === null) return [];
  const recorded = new Map((await context.cache.coverage.recorded(uuid)).map((one) => [one.system, one]));
  const systems = await coverageOfEvaluation(context, flake, evaluation);
  return systems.map((now) => {
    const then = recorded.get(now.system);
    return { ...now, whenPublished: then?.present ?? null, exception: then?.exception ?? null };
  });
}
