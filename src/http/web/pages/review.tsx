import type { Child } from 'hono/jsx';
import type { Person } from '../../../accounts/index.ts';
import {
  type Decision,
  type DetectorHit,
  type Examination,
  lackWords,
  type ReviewedPackage,
  type ReviewMode,
} from '../../../pipeline/changes/index.ts';
import { paths } from '../../addresses.ts';
import type { ReviewPage as ReviewReads } from '../../ports.ts';
import type { PageContext } from '../context.ts';
import { effectWords } from '../effect-words.ts';
import { Day, Empty, Moment } from '../parts.tsx';
import { reviewTitle } from '../review-title.ts';
import { DiffText } from './diff-text.tsx';
import { Gates, Measure, NotExamined, Sources } from './review-facts.tsx';

/** One step of upstream with everything needed to decide: what fired, what changes, the text, who did what. */
export function ReviewPage({
  page,
  mode,
  person,
  refusal,
  field,
  context,
}: {
  readonly page: ReviewReads;
  readonly mode: ReviewMode;
  readonly person: Person | null;
  readonly refusal: string | null;
  readonly field: Child;
  readonly context: PageContext;
}) {
  const { review, acts, decision, diff } = page;
  const { examination } = review;
  return (
    <>
      <p class="kicker">
        <a href="/reviews">Reviews</a> · {review.channel} · review {review.id}
      </p>
      <h1>{reviewTitle(review)}</h1>
      <p class="lead">
        {review.state === 'superseded' ? 'Something newer stands in its place.' : stand(decision, mode)} Opened{' '}
        <Moment at={review.openedAt} now={context.now} /> by {review.author}.
      </p>
      {refusal !== null && (
        <div class="notice" role="alert">
          <p>{refusal}</p>
        </div>
      )}
      {review.state === 'superseded' && review.trouble !== null && (
        <div class="notice">
          <p>
            It cannot go in as it is: {review.trouble.says}. {review.trouble.hint}
          </p>
        </div>
      )}
      <section aria-labelledby="hits">
        <h2 id="hits">What the detectors saw</h2>
        {examination === null ? (
          <Empty>
            <Unexamined review={review} />
          </Empty>
        ) : (
          <Hits hits={examination.hits} />
        )}
        {examination !== null && <NotExamined lacking={examination.notExamined} />}
        {examination !== null && <Measure examination={examination} />}
      </section>
      <section aria-labelledby="decide">
        <h2 id="decide">Decide</h2>
        <Acts page={page} person={person} field={field} />
        {acts.length > 0 && (
          <ol class="rows plain">
            {acts.map((act) => (
              <li>
                <div>
                  {act.by} {act.kind === 'carried' ? '' : act.kind.replace('-', ' ')}{' '}
                  {act.reason !== '' && `· ${act.reason}`}
                </div>
                <div class="end">
                  <Moment at={act.at} now={context.now} />
                </div>
              </li>
            ))}
          </ol>
        )}
      </section>
      <Elsewhere reviews={page.elsewhere} />
      <section aria-labelledby="packages">
        <h2 id="packages">Packages</h2>
        <Packages packages={examination?.packages ?? []} />
        {examination !== null && <Vulnerabilities change={examination.vulnerabilities} />}
      </section>
      <Gates gates={examination?.gates ?? []} />
      <Sources id={review.id} sources={examination?.sources ?? []} />
      {diff !== null && (
        <section aria-labelledby="diff">
          <h2 id="diff">Text</h2>
          <DiffText text={diff.text} />
          {diff.cut && (
            <p class="sub">
              Cut here. All of it: git diff {(examination?.since ?? review.base)?.slice(0, 12)}{' '}
              {review.candidate.slice(0, 12)}
            </p>
          )}
        </section>
      )}
      <section aria-labelledby="commits">
        <h2 id="commits">Commits</h2>
        <ol class="rows plain">
          {(examination?.commits ?? []).map((commit) => (
            <li>
              <div>
                {commit.subject}
                <p class="sub">{commit.people.map(({ account, role }) => `${account} (${role})`).join(', ')}</p>
              </div>
              <div class="end">
                <Day at={commit.committedAt} />{' '}
                <span class="soft">
                  <code>{commit.id.slice(0, 10)}</code>
                </span>
              </div>
            </li>
          ))}
        </ol>
      </section>
      <section aria-labelledby="identity">
        <h2 id="identity">What an approval is for</h2>
        <dl class="facts">
          <dt>Tree</dt>
          <dd>
            <code>{review.treeId}</code>
          </dd>
          <dt>Commit</dt>
          <dd>
            <code>{review.candidate}</code>
          </dd>
          <dt>Onto</dt>
          <dd>
            <code>{review.base ?? 'nothing: the first tree of the channel'}</code>
          </dd>
          {examination !== null && (
            <>
              <dt>Derivations</dt>
              <dd>
                <code>{examination.proof.before.slice(0, 16)}</code> to{' '}
                <code>{examination.proof.after.slice(0, 16)}</code>, by {examination.proof.evaluator} on{' '}
                {examination.proof.systems.join(', ')}
              </dd>
            </>
          )}
        </dl>
      </section>
    </>
  );
}

function Elsewhere({ reviews }: { readonly reviews: ReviewReads['elsewhere'] }) {
  if (reviews.length === 0) return null;
  return (
    <section aria-labelledby="elsewhere">
      <h2 id="elsewhere">The same patches elsewhere</h2>
      <p class="sub">
        What two people approved there is noted here; one more who looks at how it fits is enough, unless something
        critical was seen.
      </p>
      <ol class="rows plain">
        {reviews.map(({ id, channel, state }) => (
          <li>
            <div>
              <a class="name" href={paths.review(id)}>
                {channel}
              </a>
            </div>
            <div class="end">
              {state}, review {id}
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Unexamined({ review: { state, trouble } }: { readonly review: ReviewReads['review'] }) {
  if (state === 'superseded') return <p>It was not examined before something newer took its place.</p>;
  if (trouble === null) return <p>It is being examined. Load this page again in a moment.</p>;
  return (
    <p>
      It could not be examined: {trouble.says}. {trouble.hint} It is tried again at every sync.
    </p>
  );
}

function Hits({ hits }: { readonly hits: readonly DetectorHit[] }) {
  if (hits.length === 0)
    return (
      <Empty>
        <p>Nothing.</p>
      </Empty>
    );
  return (
    <ol class="rows">
      {hits.map(({ detector, title, severity, attr, says, systems }) => (
        <li>
          <span class={`band ${severity === 'info' ? 'unknown' : severity}`}>{severity}</span>
          <div>
            <span class="name">
              {detector} {title}
            </span>
            {attr !== null && <span class="tag">{attr}</span>}
            <p class="sub">
              {says}
              {systems.length > 0 && ` · ${systems.join(', ')}`}
            </p>
          </div>
        </li>
      ))}
    </ol>
  );
}

function Packages({ packages }: { readonly packages: readonly ReviewedPackage[] }) {
  if (packages.length === 0)
    return (
      <Empty>
        <p>No covered package changes.</p>
      </Empty>
    );
  return (
    <ol class="rows plain">
      {packages.map(({ attr, effects }) => (
        <li>
          <div>
            <a class="name" href={paths.package(attr)}>
              {attr}
            </a>
            <p class="sub">{effects.map(effectWords).join('; ')}</p>
          </div>
        </li>
      ))}
    </ol>
  );
}

function Vulnerabilities({ change }: { readonly change: Examination['vulnerabilities'] }) {
  const list = (what: string, items: typeof change.opened) =>
    items.length > 0 && (
      <p>
        {what}{' '}
        {items.map(({ attr, advisoryId }, index) => (
          <>
            {index > 0 && ', '}
            <a href={paths.explain(advisoryId, attr)}>{advisoryId}</a> in {attr}
          </>
        ))}
        .
      </p>
    );
  return (
    <>
      {list('Resolves', change.resolved)}
      {list('Brings in', change.opened)}
    </>
  );
}

function Acts({
  page,
  person,
  field,
}: {
  readonly page: ReviewReads;
  readonly person: Person | null;
  readonly field: Child;
}) {
  const { review, acts, decision } = page;
  const isOpen = review.state === 'waiting' || review.state === 'held' || decision.kind === 'broken-glass';
  if (!isOpen)
    return (
      <Empty>
        <p>There is nothing to decide here any more.</p>
      </Empty>
    );
  if (person === null)
    return (
      <Empty>
        <p>
          <a href={paths.signIn(paths.review(review.id))}>Sign in</a> to decide.
        </p>
      </Empty>
    );
  const own = acts.findLast(({ by, kind }) => by === person.name && (kind === 'approved' || kind === 'withdrawn'));
  return (
    <form class="ask" method="post" action={paths.review(review.id)}>
      {field}
      <input type="hidden" name="tree" value={review.treeId} />
      <label>
        Reason
        <input name="reason" maxlength={4000} placeholder="what you compared it with" />
      </label>
      {own?.kind === 'approved' ? (
        <button type="submit" name="kind" value="withdrawn">
          Take my approval back
        </button>
      ) : (
        <button type="submit" name="kind" value="approved">
          Approve
        </button>
      )}
      {review.state === 'held' ? (
        <button type="submit" name="kind" value="released">
          End the hold
        </button>
      ) : (
        <button type="submit" name="kind" value="held">
          Hold for a week
        </button>
      )}
      <button type="submit" name="kind" value="rejected">
        Reject
      </button>
      {person.roles.includes('duty_officer') && decision.kind !== 'broken-glass' && (
        <button type="submit" name="kind" value="broke-glass">
          Break the glass
        </button>
      )}
    </form>
  );
}

function stand(decision: Decision, mode: ReviewMode): string {
  switch (decision.kind) {
    case 'accepted':
      return `Accepted by ${decision.by.join(' and ')}.`;
    case 'broken-glass':
      return `Let in by ${decision.by} alone; two others have to approve it, or releases stop.`;
    case 'waiting':
      return `${mode === 'observe' ? 'Only observed, so it goes in as it is. To be approved' : 'Waiting'}: ${decision.lacks.map((lack) => lackWords[lack]).join('; ')}.`;
    case 'held':
      return 'Held.';
    case 'rejected':
      return `Rejected by ${decision.by}.`;
  }
}
