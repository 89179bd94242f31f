import type { Review, ReviewHabits, ReviewMode, ReviewState } from '../../../pipeline/changes/index.ts';
import { paths } from '../../addresses.ts';
import type { Page } from '../../ports.ts';
import type { PageContext } from '../context.ts';
import { counted } from '../format-time.ts';
import { Empty, Moment, Pager } from '../parts.tsx';
import { reviewTitle } from '../review-title.ts';

const choices: readonly (readonly [ReviewState | 'any', string])[] = [
  ['waiting', 'Waiting'],
  ['held', 'Held'],
  ['accepted', 'Accepted'],
  ['rejected', 'Rejected'],
  ['examining', 'Being examined'],
  ['any', 'All'],
];

/** Steps of upstream, by where they stand. */
export function ReviewsPage({
  mode,
  habits,
  page,
  state,
  after,
  context,
}: {
  readonly mode: ReviewMode;
  readonly habits: ReviewHabits;
  readonly page: Page<Review>;
  readonly state: ReviewState | null;
  readonly after: string | null;
  readonly context: PageContext;
}) {
  return (
    <>
      <h1>Reviews</h1>
      <p class="lead">
        What upstream wants to bring in. A step that changes no covered package passes with its proof; every other one
        is looked at by fifteen detectors and by two people.
      </p>
      {mode === 'observe' && (
        <div class="notice calm">
          <p>
            Reviews are only observed here: steps go in beside them. Set <code>mode = "enforce"</code> under{' '}
            <code>[review]</code> once two reviewers are known.
          </p>
        </div>
      )}
      <Habits habits={habits} />
      <nav class="more" aria-label="State">
        {choices.map(([value, label]) => (
          <a href={`/reviews?state=${value}`} aria-current={value === (state ?? 'any') ? 'true' : undefined}>
            {label}
          </a>
        ))}
      </nav>
      {page.items.length === 0 ? (
        <Empty>
          <p>{state === 'waiting' ? 'Nothing waits for anybody.' : 'There is none of this kind.'}</p>
        </Empty>
      ) : (
        <ol class="rows">
          {page.items.map((review) => (
            <ReviewRow review={review} now={context.now} />
          ))}
        </ol>
      )}
      <Pager page={page} path="/reviews" query={{ state: state ?? 'any' }} after={after} />
    </>
  );
}

function ReviewRow({ review, now }: { readonly review: Review; readonly now: number }) {
  const { examination } = review;
  const detectors = [...new Set(examination?.hits.map(({ detector, title }) => `${detector} ${title}`) ?? [])];
  const packages = examination?.packages.map(({ attr }) => attr) ?? [];
  return (
    <li data-row>
      <span class={`band ${bandOf(review)}`}>{review.state}</span>
      <div>
        <a class="name" href={paths.review(review.id)}>
          {reviewTitle(review)}
        </a>
        {detectors.map((detector) => (
          <span class="tag alarm">{detector}</span>
        ))}
        <p class="sub">
          {review.channel} · {examination === null ? 'being examined' : counted(examination.commitCount, 'commit')} ·{' '}
          {packages.length === 0 ? 'no covered package' : packages.slice(0, 8).join(', ')}
          {packages.length > 8 && ` and ${packages.length - 8} more`}
        </p>
      </div>
      <div class="end">
        <Moment at={review.openedAt} now={now} />
      </div>
    </li>
  );
}

function bandOf({ examination }: Review): string {
  const severities = examination?.hits.map(({ severity }) => severity) ?? [];
  return severities.includes('critical') ? 'critical' : severities.includes('high') ? 'high' : 'unknown';
}

function Habits({ habits: { accepted, pairs, stamps } }: { readonly habits: ReviewHabits }) {
  if (pairs.length === 0 && stamps.length === 0) return null;
  return (
    <div class="notice">
      {pairs.map(({ people: [one, other], reviews }) => (
        <p>
          {one} and {other} approved {reviews} of the {accepted} steps that people let in within 30 days: let others
          look too.
        </p>
      ))}
      {stamps.length > 0 && (
        <p>
          Approved within a minute of being seen:{' '}
          {stamps.slice(0, 10).map(({ reviewId, by }, index) => (
            <>
              {index > 0 && ', '}
              <a href={paths.review(reviewId)}>review {reviewId}</a> by {by}
            </>
          ))}
          {stamps.length > 10 && ` and ${stamps.length - 10} more`}.
        </p>
      )}
    </div>
  );
}
