import { toIso } from '../../../foundation/clock.ts';
import type { Page, QuarantinedRow, QuarantineQuery } from '../../ports.ts';
import type { PageContext } from '../context.ts';
import { Empty, Moment, Pager } from '../parts.tsx';

/** Records that could not be read, with the reason and what came: set aside, never fatal, never lost. */
export function QuarantinePage({
  page,
  query,
  context,
}: {
  readonly page: Page<QuarantinedRow>;
  readonly query: QuarantineQuery;
  readonly context: PageContext;
}) {
  return (
    <>
      <p class="kicker">
        <a href="/feeds">Feeds</a>
      </p>
      <h1>Set aside as unreadable</h1>
      <p class="lead">
        {query.source === null ? 'Of every feed' : `Of the feed ${query.source}`}. A record leaves this list when its
        feed brings it in a form that can be read.
      </p>
      {page.items.length === 0 ? (
        <Empty>
          <p>Nothing is set aside. Every record that came could be read.</p>
        </Empty>
      ) : (
        <ol class="rows plain">
          {page.items.map((row) => (
            <li data-row>
              <div>
                <span class="name">{row.recordId}</span> <span class="soft">from {row.source}</span>
                <p class="sub">{row.reason}</p>
                <details>
                  <summary class="small">What came</summary>
                  <pre>{row.raw.slice(0, 4000)}</pre>
                </details>
              </div>
              <div class="end soft" title={toIso(row.at)}>
                <Moment at={row.at} now={context.now} />
              </div>
            </li>
          ))}
        </ol>
      )}
      <Pager page={page} path="/feeds/quarantine" query={{ source: query.source ?? '' }} after={query.after} />
    </>
  );
}
