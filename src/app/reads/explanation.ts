import type { ExplanationRead } from '../../http/index.ts';
import type { WalkContext } from '../../worker/index.ts';

export async function explanationOf(
  { channels, catalog, advisories, matcher, publications }: WalkContext,
  id: string,
  attr: string,
): Promise<ExplanationRead | null> {
  const advisory = await advisories.byId(id);
  if (advisory === null) return null;
  const explained = await Promise.all(
    channels.map(async ({ id: channel }) => {
      const evaluation = await catalog.latestEvaluation(channel);
      if (evaluation === null) return { channel, explanations: [] };
      const explanations = await matcher.explain({
        channel,
        evaluationId: evaluation.id,
        instances: () => catalog.instancesOf(evaluation.id),
        attr,
        id,
      });
      return { channel, explanations };
    }),
  );
  const carried = explained.filter(({ explanations }) => explanations.length > 0);
  if (carried.length === 0) return null;
  const place = { attr, advisoryId: advisory.id };
  const publishedAs = (await publications.idsOf([place]))(place);
  return { attr, id: advisory.id, title: advisory.title, publishedAs, channels: carried };
}
