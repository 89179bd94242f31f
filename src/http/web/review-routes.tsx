import { type Context, Hono } from 'hono';
import type { ActOutcome, PersonalAct, ReviewState, ReviewStore } from '../../pipeline/changes/index.ts';
import { paths } from '../addresses.ts';
import { csrfField } from '../csrf.tsx';
import type { PortalReads } from '../ports.ts';
import { actingPersonOf } from '../principal.ts';
import type { PageContext, ShowPage } from './context.ts';
import { ReviewPage } from './pages/review.tsx';
import { ReviewSourcePage } from './pages/review-source.tsx';
import { ReviewsPage } from './pages/reviews.tsx';
import { reviewTitle } from './review-title.ts';

const perPage = 50;
const states: readonly ReviewState[] = ['waiting', 'held', 'accepted', 'rejected', 'examining', 'superseded'];
const kinds: readonly PersonalAct[] = ['approved', 'withdrawn', 'held', 'released', 'rejected', 'broke-glass'];

/** What upstream wants to bring in, for people to decide. */
export function reviewRoutes(given: {
  readonly reads: Pick<PortalReads, 'reviewMode' | 'reviewHabits' | 'reviews' | 'review' | 'sourceDiff'>;
  readonly reviews: Pick<ReviewStore, 'act'>;
  readonly show: ShowPage;
  readonly context: () => PageContext;
}): Hono {
  const { reads, reviews, show, context } = given;
  const app = new Hono();
  app.get('/reviews', async (c) => {
    const asked = c.req.query('state') ?? 'waiting';
    const state = states.find((known) => known === asked) ?? null;
    const after = c.req.query('after') ?? null;
    const [page, habits] = await Promise.all([reads.reviews({ state, after, limit: perPage }), reads.reviewHabits()]);
    return show(
      c,
      '/reviews',
      'Reviews',
      <ReviewsPage
        mode={reads.reviewMode}
        habits={habits}
        page={page}
        state={state}
        after={after}
        context={context()}
      />,
    );
  });
  const showOne = async (c: Context, refusal: string | null) => {
    const page = await reads.review(c.req.param('id') ?? '');
    if (page === null) return c.notFound();
    const person = actingPersonOf(c);
    if (person !== null)
      // When somebody first saw it is part of the evidence: an approval within a minute is marked.
      await reviews.act({ ...actOf(page.review.id, page.review.treeId, context().now), kind: 'opened', by: person });
    return show(
      c,
      '/reviews',
      reviewTitle(page.review),
      <ReviewPage
        page={page}
        mode={reads.reviewMode}
        person={person}
        refusal={refusal}
        field={csrfField(c)}
        context={context()}
      />,
    );
  };
  app.get('/reviews/:id', (c) => showOne(c, null));
  app.get('/reviews/:id/sources/:attr', async (c) => {
    const review = c.req.param('id');
    const against = c.req.query('against') === 'tag' ? 'tag' : 'before';
    const diff = await reads.sourceDiff({ review, attr: c.req.param('attr'), against });
    if (diff === null) return c.notFound();
    return show(c, '/reviews', `Source of ${diff.source.attr}`, <ReviewSourcePage id={review} diff={diff} />);
  });
  app.post('/reviews/:id', async (c) => {
    const person = actingPersonOf(c);
    if (person === null) return c.redirect(paths.signIn(paths.review(c.req.param('id'))), 303);
    const form = await c.req.parseBody();
    const kind = kinds.find((known) => known === form.kind);
    const id = c.req.param('id');
    if (kind === undefined || typeof form.tree !== 'string') return c.redirect(paths.review(id), 303);
    const reason = typeof form.reason === 'string' ? form.reason.slice(0, 4000) : '';
    const outcome = await reviews.act({ ...actOf(id, form.tree, context().now), kind, by: person, reason });
    return outcome.kind === 'refused' ? showOne(c, refusalWords(outcome)) : c.redirect(paths.review(id), 303);
  });
  return app;
}

function actOf(reviewId: string, treeId: string, at: number) {
  return { reviewId, treeId, reason: '', at };
}

function refusalWords({ why }: Extract<ActOutcome, { readonly kind: 'refused' }>): string {
  switch (why) {
    case 'role_missing':
      return 'Your roles do not allow that.';
    case 'tree_changed':
      return 'The review is over another tree by now: look at it again.';
    case 'not_examined':
      return 'It is still being examined: approve what was found.';
    case 'reason_missing':
      return 'That needs a reason.';
    case 'decided':
      return 'It is decided already.';
    case 'nothing_to_withdraw':
      return 'You have not approved it.';
    default:
      return 'Only a person can do that, on a review that is there.';
  }
}
