import type { Child } from 'hono/jsx';
import type { Person } from '../../../accounts/index.ts';
import {
  type AwaitedAct,
  type QueueQuery,
  stages,
  type TriagedFinding,
  type WorkItem,
} from '../../../pipeline/findings/index.ts';
import { paths } from '../../addresses.ts';
import type { PageContext } from '../context.ts';
import { counted } from '../format-time.ts';
import { Band, Due, Empty, Moment, Pager } from '../parts.tsx';
import { awaitedWords, stageName } from '../triage-words.ts';
import { nothingNeeded } from './finding-decide.tsx';

const bands = [
  ['', 'Any'],
  ['critical', 'Critical'],
  ['high', 'High'],
  ['medium', 'Medium'],
  ['low', 'Low'],
  ['unknown', 'Not rated'],
] as const;

export interface QueueReads {
  readonly items: readonly WorkItem[];
  readonly next: string | null;
  readonly awaited: readonly AwaitedAct[];
  readonly owed: readonly TriagedFinding[];
  readonly reviews: readonly TriagedFinding[];
}

/** What is to be decided: a piece of work for each version of a package, what breaches first on top. */
export function QueuePage({
  reads,
  query,
  person,
  field,
  context,
}: {
  readonly reads: QueueReads;
  readonly query: QueueQuery;
  readonly person: Person | null;
  readonly field: Child;
  readonly context: PageContext;
}) {
  const { items, awaited, owed, reviews } = reads;
  const forMe = awaited.filter(({ awaited: { by } }) => by !== person?.name);
  const filtered = query.band !== null || query.stage !== null || query.attr !== null || query.claimedBy !== null;
  return (
    <>
      <h1>Queue</h1>
      <p class="lead">
        What is open, by time to breach and then by risk. All that is open in one version of a package is one piece of
        work. Vulnerabilities of which no record says where they end, or that only{' '}
        <a href={`${paths.unbounded}?kind=elsewhere`}>other distributions fixed</a>, are on{' '}
        <a href={paths.unbounded}>lists of their own</a>.
      </p>
      {person !== null && forMe.length > 0 && <Awaiting awaited={forMe} now={context.now} />}
      {reviews.length > 0 && query.after === null && <ReviewsOwed reviews={reviews} now={context.now} />}
      {owed.length > 0 && query.after === null && <AnswersOwed {...{ owed, person, field, now: context.now }} />}
      <form class="ask" method="get" action={paths.queue}>
        <label>
          Package
          <input type="search" name="attr" value={query.attr ?? ''} placeholder="begins with…" />
        </label>
        <label class="narrow">
          Severity
          <select name="band">
            {bands.map(([value, label]) => (
              <option value={value} selected={value === (query.band ?? '')}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <label class="narrow">
          Stage
          <select name="stage">
            <option value="">Any</option>
            {stages.slice(0, 8).map((stage) => (
              <option value={stage} selected={stage === query.stage}>
                {stageName(stage)}
              </option>
            ))}
          </select>
        </label>
        {person !== null && (
          <label class="tick">
            <input type="checkbox" name="mine" value="1" checked={query.claimedBy !== null} /> mine
          </label>
        )}
        <button type="submit">Show</button>
      </form>
      {items.length === 0 ? (
        <Empty>
          {filtered ? (
            <p>
              Nothing fits this choice. <a href={paths.queue}>Show the whole queue</a>
            </p>
          ) : (
            <p>
              Nothing is to be decided. <a href="/findings?state=any">Every finding</a> is still there to look up.
            </p>
          )}
        </Empty>
      ) : (
        <form method="post" action={paths.bulk}>
          {field}
          <ol class="rows work">
            {items.map((item) => (
              <Item item={item} person={person} context={context} />
            ))}
          </ol>
          {person !== null && (
            <p class="bulk">
              <button type="submit" data-key="b" data-says="decide on what is ticked">
                Decide on what is ticked…
              </button>
            </p>
          )}
        </form>
      )}
      <Pager
        page={{ items, next: reads.next, total: null }}
        path={paths.queue}
        query={{
          attr: query.attr,
          band: query.band,
          stage: query.stage,
          mine: query.claimedBy === null ? null : '1',
        }}
        after={query.after}
      />
      {person === null && (
        <p>
          <a href={paths.signIn(paths.queue)}>Sign in</a> to decide.
        </p>
      )}
    </>
  );
}

function Item({
  item,
  person,
  context,
}: {
  readonly item: WorkItem;
  readonly person: Person | null;
  readonly context: PageContext;
}) {
  const [head] = item.findings;
  if (head === undefined) return null;
  const { finding, claim } = head;
  return (
    <li data-row>
      {person !== null && (
        <input
          type="checkbox"
          name="item"
          value={finding.id}
          aria-label={`Choose ${finding.attr} ${finding.version}`}
        />
      )}
      <Band band={finding.band} />
      <div>
        <a class="name" href={paths.finding(finding.id)}>
          {finding.attr} {finding.version}
        </a>
        {item.findings.some((one) => one.finding.knownExploited) && <span class="tag alarm">exploited</span>}
        {item.findings.some((one) => one.acceptedRisk !== null) && <span class="tag">risk accepted</span>}
        {item.findings.some((one) => one.rejection !== null) && <span class="tag">rejection proposed</span>}
        {claim !== null && <span class="tag">{claim.by}</span>}
        {head.stage !== 'matched' && <span class="tag">{stageName(head.stage)}</span>}
        <p class="sub">
          {finding.channel} · {counted(item.count, 'vulnerability', 'vulnerabilities')}:{' '}
          {item.findings.map((one, index) => (
            <>
              {index > 0 && ', '}
              <a href={paths.finding(one.finding.id)}>{one.finding.advisoryId}</a>
            </>
          ))}
          {item.count > item.findings.length && ` and ${item.count - item.findings.length} more`}
        </p>
      </div>
      <Due row={head} now={context.now} />
    </li>
  );
}

function ReviewsOwed({ reviews, now }: { readonly reviews: readonly TriagedFinding[]; readonly now: number }) {
  return (
    <section aria-labelledby="reviews">
      <h2 id="reviews">What went wrong?</h2>
      <p>A promise was broken. Say why, and what changes so that it is kept the next time.</p>
      <ol class="rows plain">
        {reviews.map(({ finding, reviewOwedSince }) => (
          <li data-row>
            <Band band={finding.band} />
            <div>
              <a class="name" href={`${paths.finding(finding.id)}#post-mortem`}>
                {finding.advisoryId} in {finding.attr}
              </a>
              <p class="sub">{finding.channel}</p>
            </div>
            <div class="end">asked {reviewOwedSince !== null && <Moment at={reviewOwedSince} now={now} />}</div>
          </li>
        ))}
      </ol>
    </section>
  );
}

function AnswersOwed({
  owed,
  person,
  field,
  now,
}: {
  readonly owed: readonly TriagedFinding[];
  readonly person: Person | null;
  readonly field: Child;
  readonly now: number;
}) {
  return (
    <section aria-labelledby="owed">
      <h2 id="owed">Answer owed</h2>
      <p>Fixed by an update before anybody answered. The promise asks for a person who looked at it.</p>
      <form method="post" action={paths.bulk}>
        {field}
        <input type="hidden" name="act" value="answer" />
        <ol class="rows work">
          {owed.map(({ finding, deadlines: { responseDueAt } }) => (
            <li data-row>
              {person !== null && (
                <input
                  type="checkbox"
                  name="id"
                  value={finding.id}
                  aria-label={`Answer for ${finding.advisoryId} in ${finding.attr}`}
                />
              )}
              <Band band={finding.band} />
              <div>
                <a class="name" href={paths.finding(finding.id)}>
                  {finding.advisoryId} in {finding.attr}
                </a>
                <p class="sub">
                  {finding.channel} · fixed by {finding.fixedVersion}
                </p>
              </div>
              <div class="end">answer due {responseDueAt !== null && <Moment at={responseDueAt} now={now} />}</div>
            </li>
          ))}
        </ol>
        {person !== null && (
          <div class="ask">
            <label>
              Mitigation until then
              <input name="mitigation" value={nothingNeeded} minlength={3} required />
            </label>
            <button type="submit">Answer for what is ticked…</button>
          </div>
        )}
      </form>
    </section>
  );
}

function Awaiting({ awaited, now }: { readonly awaited: readonly AwaitedAct[]; readonly now: number }) {
  return (
    <section aria-labelledby="awaited">
      <h2 id="awaited">Waits for somebody else</h2>
      <ol class="rows plain">
        {awaited.map(({ finding: { finding }, awaited: waiting }) => (
          <li data-row>
            <div>
              <a class="name" href={paths.finding(finding.id)}>
                {finding.advisoryId} in {finding.attr}
              </a>
              <p class="sub">{awaitedWords(waiting)}</p>
            </div>
            <div class="end">
              {waiting.by}, <Moment at={waiting.at} now={now} />
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}
