import type { PortalReads } from '../../http/index.ts';
import { decisionOf } from '../../pipeline/changes/index.ts';
import type { ReadContext } from './context.ts';
import { sourceDiffRead } from './source-diff.ts';

const mostDiffBytes = 400_000;

export function reviewReads(given: ReadContext): Pick<PortalReads, 'reviewMode' | 'reviews' | 'review' | 'sourceDiff'> {
  const { context } = given;
  const { reviews, git, clock } = context;
  return {
    reviewMode: context.reviewMode,
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
      const { base, candidate, examination, patchKey } = review;
      const same = patchKey === null ? [] : await reviews.ofPatch(patchKey);
      const touched = new Set(examination?.packages.flatMap(({ commits }) => commits) ?? []);
      const comparable =
        base !== null &&
        touched.size > 0 &&
        (await git.resolve(base)) !== null &&
        (await git.resolve(candidate)) !== null;
      const paths = comparable ? (await git.diffPaths(base, candidate)).map(({ path }) => path) : [];
      return {
        review,
        acts,
        decision: decisionOf(review, acts, clock.now()),
        elsewhere: same
          .filter((other) => other.id !== id)
          .map(({ id: other, channel, state }) => ({ id: other, channel, state })),
        diff: comparable
          ? await git.diffText(base, candidate, {
              paths: paths.filter((path) => !path.includes('\n')).slice(0, 1000),
              maxBytes: mostDiffBytes,
            })
          : null,
      };
    },
  };
}
