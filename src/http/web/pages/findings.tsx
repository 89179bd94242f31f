import type { FindingQuery, FindingRow, Page } from '../../ports.ts';
import type { PageContext } from '../context.ts';
import { Empty, FindingRows, Pager } from '../parts.tsx';

const bands = [
  ['', 'Any'],
  ['critical', 'Critical'],
  ['high', 'High'],
  ['medium', 'Medium'],
  ['low', 'Low'],
  ['unknown', 'Not rated'],
] as const;
const states = [
  ['open', 'Open'],
  ['under_investigation', 'Under investigation'],
  ['fixed', 'Fixed'],
  ['not_affected', 'Not affected'],
  ['retracted', 'Retracted'],
  ['any', 'Any'],
] as const;
const orders = [
  ['breach', 'Time to breach'],
  ['risk', 'Risk'],
] as const;

/** Vulnerabilities in what is carried, the most pressing first. */
export function FindingsPage({
  page,
  query,
  context,
}: {
  readonly page: Page<FindingRow>;
  readonly query: FindingQuery;
  readonly context: PageContext;
}) {
  const state = query.state ?? 'any';
  return (
    <>
      <h1>Findings</h1>
      <p class="lead">
        One vulnerability in one package of one channel. The clock runs from its first public disclosure, but not from
        before the package was covered or the channel had the version.
      </p>
      <form class="ask" method="get" action="/findings">
        <Choice label="State" name="state" options={states} chosen={state} />
        <Choice label="Severity" name="band" options={bands} chosen={query.band ?? ''} />
        <Choice label="Order" name="order" options={orders} chosen={query.order} />
        <button type="submit">Show</button>
      </form>
      {page.items.length === 0 ? (
        <Empty>
          {query.state === 'open' && query.band === null ? (
            <>
              <p>Nothing is open.</p>
              <p>
                See what was <a href="/findings?state=fixed">fixed</a>, or how fresh the <a href="/feeds">feeds</a> are.
              </p>
            </>
          ) : (
            <p>
              No finding fits this choice. <a href="/findings?state=any">Show every finding</a>
            </p>
          )}
        </Empty>
      ) : (
        <FindingRows rows={page.items} now={context.now} />
      )}
      <Pager page={page} path="/findings" query={{ state, band: query.band, order: query.order }} after={query.after} />
    </>
  );
}

function Choice({
  label,
  name,
  options,
  chosen,
}: {
  readonly label: string;
  readonly name: string;
  readonly options: readonly (readonly [string, string])[];
  readonly chosen: string;
}) {
  return (
    <label class="narrow">
      {label}
      <select name={name}>
        {options.map(([value, text]) => (
          <option value={value} selected={value === chosen}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
