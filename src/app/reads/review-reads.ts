import type { PortalReads } from '../../http/index.ts';
import { decisionOf } from '../../pipeline/changes/index.ts';
import type { ReadContext } from './context.ts';
import { sourceDiffRead } from './source-diff.ts';

const mostDiffBytes = 400_000;
const habitsMs = 30 * 86_400_000;

export function reviewReads(
  given: ReadContext,
): Pick<PortalReads, 'reviewMode' | 'reviewHabits' | 'reviews' | 'review' | 'sourceDiff'> {
  const { context } = given;
  const { reviews, git, clock } = context;
  return {
    reviewMode: context.reviewMode,
    reviewHabits: () => reviews.habits(clock.now() - habitsMs),
    sourceDiff: sourceDiffRead(given),
    reviews: async ({ state, after, limit }) => {
      const found = await reviews.list({ channel: null, state, before: after, limit: limit + 1 });
      const items = found.slice(0, limit);
      return { items, next: found.length > limit ? (items.at(-1)?.id ?? null) : null, total: null };
    },
    review: async (id) => {
      const review = await reviews.byId(id);
      if (review === null) return null;
      const acts = await reviews.actsOf(id);
      const { candidate, examination, patchKey } = review;
      const base = examination?.since === undefined ? review.base : examination.since;
      const same = patchKey === null ? [] : await reviews.ofPatch(patchKey);
      const touched = new Set(examination?.packages.flatMap(({ commits }) => commits) ?? []);
      const comparable =
        base !== null &&
        (touched.size > 0 || examination?.class === 'people') &&
        (await git.resolve(base)) !== null &&
        (await git.resolve(candidate)) !== null;
      return {
        review,
        acts,
        decision: decisionOf(review, acts, clock.now()),
        elsewhere: same
          .filter((other) => other.id !== id)
          .map(({ id: other, channel, state }) => ({ id: other, channel, state })),
        diff: comparable ? await git.diffText(base, candidate, { paths: [], maxBytes: mostDiffBytes }) : null,
      };
    },
  };
}
