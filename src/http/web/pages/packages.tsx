import { paths } from '../../addresses.ts';
import type { PackageRow, Page, TextQuery } from '../../ports.ts';
import { counted } from '../format-time.ts';
import { Band, Empty, Pager } from '../parts.tsx';

export function PackagesPage({ page, query }: { readonly page: Page<PackageRow>; readonly query: TextQuery }) {
  return (
    <>
      <h1>Packages</h1>
      <p class="lead">
        {page.total === null
          ? 'What is carried and watched.'
          : query.text === ''
            ? `${counted(page.total, 'package')} carried and watched.`
            : `${counted(page.total, 'package')} of that name.`}{' '}
        <a href="/covered">The covered set</a>
      </p>
      <form class="ask" method="get" action="/packages">
        <label>
          Search by name
          <input type="search" name="q" value={query.text} maxlength={200} placeholder="openssl" />
        </label>
        <button type="submit">Search</button>
      </form>
      {page.items.length === 0 ? (
        <Empty>
          {query.text === '' ? (
            <p>
              Nothing has been evaluated yet. Run <code>snowguard scan</code>.
            </p>
          ) : (
            <p>
              No package is called “{query.text}”. <a href="/packages">Show all</a>
            </p>
          )}
        </Empty>
      ) : (
        <ol class="rows plain">
          {page.items.map((row) => (
            <li data-row>
              <div>
                <a class="name" href={paths.package(row.attr)}>
                  {row.attr}
                </a>{' '}
                {[...new Set(row.versions.map(({ version }) => version))].join(', ')}
                {row.category === null && <span class="tag">not covered</span>}
                <p class="sub">{row.description}</p>
              </div>
              <div class="end">
                {row.openFindings === 0 ? (
                  <span class="soft">nothing open</span>
                ) : (
                  <>
                    <Band band={row.worst ?? 'unknown'} /> <span class="soft">{row.openFindings} open</span>
                  </>
                )}
              </div>
            </li>
          ))}
        </ol>
      )}
      <Pager page={page} path="/packages" query={{ q: query.text }} after={query.after} />
    </>
  );
}
