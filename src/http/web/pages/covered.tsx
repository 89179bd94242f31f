import type { Child } from 'hono/jsx';
import { someOf } from '../../../foundation/some-of.ts';
import { paths } from '../../addresses.ts';
import {
  type CoveredEvent,
  type CoveredPage,
  type CoveredQuery,
  type CoveredRow,
  standings,
} from '../../covered-port.ts';
import { counted } from '../format-time.ts';
import { Day, Empty, Moment, Pager } from '../parts.tsx';

export const standingWords: Readonly<Record<(typeof standings)[number], string>> = {
  carried: 'carried',
  partly: 'not on all systems',
  renamed: 'renamed',
  gone: 'gone',
  broken: 'does not evaluate',
  unknown: 'not evaluated yet',
};

interface Props {
  readonly page: CoveredPage;
  readonly history: readonly CoveredEvent[];
  readonly query: CoveredQuery;
  /** Of the forms, for those who may decide. */
  readonly field: Child | null;
  readonly said: string | null;
  readonly now: number;
}

/** What the promise is given for, by category, and how each package stands in the newest tree. */
export function CoveredSetPage({ page, history, query, field, said, now }: Props) {
  const all = Object.values(page.counts).reduce((sum, count) => sum + count, 0);
  const wrong = page.counts.gone + page.counts.renamed + page.counts.broken;
  return (
    <>
      <p class="kicker">
        <a href="/packages">Packages</a>
      </p>
      <h1>Covered set</h1>
      <p class="lead">
        {counted(all, 'package')} in {counted(page.categories.length, 'category', 'categories')}
        {wrong === 0 ? '.' : `; ${counted(wrong, 'package')} to look after.`}
      </p>
      {said !== null && <p role="alert">Nothing was changed. {said}</p>}
      <Filter page={page} query={query} />
      {page.items.length === 0 ? (
        <Empty>
          {all === 0 ? (
            <p>
              Nothing is covered yet. Write <code>covered/*.toml</code> in the workspace, then{' '}
              <code>snowguard scan</code>.
            </p>
          ) : (
            <p>
              No covered package is like that. <a href="/covered">Show all</a>
            </p>
          )}
        </Empty>
      ) : (
        [...Map.groupBy(page.items, (row) => row.package.category)].map(([category, rows]) => (
          <section aria-label={category}>
            <h2>{category}</h2>
            <ol class="rows plain">
              {rows.map((row) => (
                <Row row={row} field={field} now={now} />
              ))}
            </ol>
          </section>
        ))
      )}
      <Pager
        page={page}
        path="/covered"
        query={{ category: query.category, standing: query.standing, q: query.text }}
        after={query.after}
      />
      {field !== null && <AddForm field={field} categories={page.categories.map(({ name }) => name)} />}
      <History history={history} now={now} />
    </>
  );
}

function Filter({ page, query }: Pick<Props, 'page' | 'query'>) {
  return (
    <form class="ask" method="get" action="/covered">
      <label>
        Name
        <input type="search" name="q" value={query.text} maxlength={200} placeholder="openssl" />
      </label>
      <label>
        Category
        <select name="category">
          <option value="">All</option>
          {page.categories.map(({ name, packages }) => (
            <option value={name} selected={name === query.category}>
              {name} ({packages})
            </option>
          ))}
        </select>
      </label>
      <label>
        State
        <select name="standing">
          <option value="">Any</option>
          {standings.map((standing) => (
            <option value={standing} selected={standing === query.standing}>
              {standingWords[standing]} ({page.counts[standing]})
            </option>
          ))}
        </select>
      </label>
      <button type="submit">Show</button>
    </form>
  );
}

function Row({ row, field, now }: { readonly row: CoveredRow; readonly field: Child | null; readonly now: number }) {
  const { package: covered, standing, suggestion, notice } = row;
  const less = Object.entries(covered.tiers ?? {}).filter(([, tier]) => tier === 'evaluates');
  return (
    <li data-row>
      <div>
        <a class="name" href={paths.package(covered.attr)}>
          {covered.attr}
        </a>{' '}
        {'version' in standing && standing.version}
        {standing.kind !== 'carried' && <span class="tag">{standingWords[standing.kind]}</span>}
        <p class="sub">
          {covered.owner}, since {covered.since}
          {covered.askedBy !== undefined && `, asked for by ${covered.askedBy.join(', ')}`}
          {less.length > 0 && `, only evaluated on ${less.map(([system]) => system).join(', ')}`}
        </p>
        {'message' in standing && <p class="sub">{standing.message}</p>}
        {suggestion !== null && <p class="sub">{suggestion}</p>}
        {field !== null && (
          <details>
            <summary>{notice === null ? 'End' : 'Decide'}</summary>
            <form method="post" action="/covered">
              {field}
              <input type="hidden" name="attr" value={covered.attr} />
              {notice === null && (
                <label>
                  Reason <input name="reason" required maxlength={2000} />
                </label>
              )}{' '}
              <button type="submit" name="act" value="end">
                {notice === null ? 'Propose its end' : notice.endsAt === null ? 'Agree to its end' : 'Take it out'}
              </button>{' '}
              {notice !== null && (
                <button type="submit" name="act" value="keep">
                  Keep it
                </button>
              )}
            </form>
          </details>
        )}
      </div>
      {notice !== null && (
        <div class="end">
          {notice.endsAt === null ? (
            <span class="soft">
              {notice.proposedBy} would end it, <Moment at={notice.proposedAt} now={now} />: {notice.reason}
            </span>
          ) : (
            <span class="soft">
              ends on <Day at={notice.endsAt} />: {notice.reason}
            </span>
          )}
        </div>
      )}
    </li>
  );
}

function AddForm({ field, categories }: { readonly field: Child; readonly categories: readonly string[] }) {
  return (
    <section aria-labelledby="add">
      <h2 id="add">Cover a package</h2>
      <form class="ask" method="post" action="/covered">
        {field}
        <label>
          Attribute <input name="attr" required maxlength={500} placeholder="python3Packages.requests" />
        </label>
        <label>
          Category <input name="category" required maxlength={61} list="categories" />
        </label>
        <datalist id="categories">
          {categories.map((name) => (
            <option value={name} />
          ))}
        </datalist>
        <label>
          Reason <input name="reason" required maxlength={2000} />
        </label>
        <button type="submit" name="act" value="add">
          Cover it
        </button>
      </form>
    </section>
  );
}

const eventWords: Readonly<Record<string, string>> = {
  'catalog.coverage-end-proposed': 'proposed the end of',
  'catalog.coverage-end-announced': 'agreed to the end of',
  'catalog.coverage-end-withdrawn': 'keeps',
};

function History({ history, now }: { readonly history: readonly CoveredEvent[]; readonly now: number }) {
  if (history.length === 0) return null;
  return (
    <section aria-labelledby="history">
      <h2 id="history">History</h2>
      <ol class="rows plain">
        {history.map((event) => (
          <li data-row>
            <div>
              {event.actor}{' '}
              {eventWords[event.kind] === undefined ? changeWords(event) : `${eventWords[event.kind]} ${event.subject}`}
              {event.reason !== null && <p class="sub">{event.reason}</p>}
            </div>
            <div class="end">
              <Moment at={event.at} now={now} />
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** `added curl and 3 more, removed xz`. */
export function changeWords({ added, removed, altered }: CoveredEvent): string {
  const part = (verb: string, names: readonly string[]) => (names.length === 0 ? [] : [`${verb} ${someOf(names, 5)}`]);
  return [...part('added', added), ...part('removed', removed), ...part('altered', altered)].join('; ');
}
