import type { Child } from 'hono/jsx';
import { paths } from '../../addresses.ts';
import type { Page, UnboundedRow } from '../../ports.ts';
import { Band, Empty, Pager } from '../parts.tsx';

interface Props {
  readonly page: Page<UnboundedRow>;
  readonly after: string | null;
  /** Of the forms, for those who may take something on. */
  readonly field: Child | null;
  readonly refusal: string | null;
}

/** What may concern packages although no record says where it ends, and how to take it on. */
export function UnboundedPage({ page, after, field, refusal }: Props) {
  return (
    <>
      <p class="kicker">
        <a href={paths.queue}>Queue</a>
      </p>
      <h1>Without an end</h1>
      <p class="lead">
        Their records name no version in which these vulnerabilities end, so every version seems affected. Nothing is
        opened by that alone. Whoever knows better takes them on, and they wait in the queue; what is exploited or
        critical is there already.
      </p>
      {refusal !== null && <p role="alert">Nothing was changed. {refusal}</p>}
      {page.items.length === 0 ? (
        <Empty>
          <p>Nothing here: every record that may concern a package says where it ends.</p>
        </Empty>
      ) : (
        <ol class="rows plain">
          {page.items.map((row) => (
            <UnboundedItem row={row} field={field} />
          ))}
        </ol>
      )}
      <Pager page={page} path={paths.unbounded} query={{}} after={after} />
    </>
  );
}

function UnboundedItem({ row, field }: { readonly row: UnboundedRow; readonly field: Child | null }) {
  const { advisoryId, title, band, packages } = row;
  return (
    <li data-row>
      <div>
        <a class="name" href={paths.cve(advisoryId)}>
          {advisoryId}
        </a>
        <p class="sub">{title}</p>
        <ul class="plain small">
          {packages.map(({ channel, attr, version, explanation }) => (
            <li>
              <a href={paths.explain(advisoryId, attr)}>
                {attr} {version}
              </a>{' '}
              in {channel}
              <details>
                <summary class="small">Reasons</summary>
                <p>{explanation}</p>
              </details>
            </li>
          ))}
        </ul>
        {field !== null && (
          <form method="post" action={paths.unbounded}>
            {field}
            <input type="hidden" name="id" value={advisoryId} />
            {packages.length > 1 &&
              [...new Set(packages.map(({ attr }) => attr))].map((attr) => (
                <label class="tick">
                  <input type="checkbox" name="attr" value={attr} checked /> {attr}
                </label>
              ))}
            <button type="submit">Put it into the queue</button>
          </form>
        )}
      </div>
      <div class="end">
        <Band band={band} />
      </div>
    </li>
  );
}
