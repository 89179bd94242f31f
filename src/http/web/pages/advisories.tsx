import { paths } from '../../addresses.ts';
import type { AdvisoryRow, Page, TextQuery } from '../../ports.ts';
import { counted } from '../format-time.ts';
import { Band, Day, Empty, Pager } from '../parts.tsx';

export function AdvisoriesPage({ page, query }: { readonly page: Page<AdvisoryRow>; readonly query: TextQuery }) {
  return (
    <>
      <h1>Advisories</h1>
      <p class="lead">
        Every vulnerability the feeds know, merged by alias, whether or not it touches what is carried.
      </p>
      <form class="ask" method="get" action="/advisories">
        <label>
          Search by id or words
          <input type="search" name="q" value={query.text} maxlength={200} placeholder="CVE-2024-3094" />
        </label>
        <button type="submit">Search</button>
      </form>
      {page.items.length === 0 ? (
        <Empty>
          {query.text === '' ? (
            <p>
              No advisory has been read yet. Run <code>snowguard sync</code>, or see the <a href="/feeds">feeds</a>.
            </p>
          ) : (
            <p>
              Nothing fits “{query.text}”. <a href="/advisories">Show all</a>
            </p>
          )}
        </Empty>
      ) : (
        <ol class="rows">
          {page.items.map(({ advisory, openFindings, findings }) => (
            <li data-row>
              <Band band={advisory.band} />
              <div>
                <a class="name" href={paths.cve(advisory.id)}>
                  {advisory.id}
                </a>
                {advisory.knownExploited && <span class="tag alarm">exploited</span>}
                {advisory.state === 'withdrawn' && <span class="tag">withdrawn</span>}
                <p class="sub">{advisory.title}</p>
              </div>
              <div class="end">
                {openFindings > 0 ? (
                  <span class="due at_risk">{counted(openFindings, 'open finding')}</span>
                ) : (
                  <span>{findings > 0 ? 'dealt with' : 'not carried'}</span>
                )}{' '}
                {advisory.publishedAt !== null && (
                  <span class="soft">
                    <Day at={advisory.publishedAt} />
                  </span>
                )}
              </div>
            </li>
          ))}
        </ol>
      )}
      <Pager page={page} path="/advisories" query={{ q: query.text }} after={query.after} />
    </>
  );
}
