import type { Child } from 'hono/jsx';
import { type ApartList, apartLists } from '../../../pipeline/matching/index.ts';
import { paths } from '../../addresses.ts';
import type { Page, UnboundedRow } from '../../ports.ts';
import { Band, Empty, Pager } from '../parts.tsx';

export const titles: Readonly<Record<ApartList, string>> = {
  unbounded: 'Without an end',
  elsewhere: 'Fixed elsewhere',
};

interface Props {
  readonly list: ApartList;
  readonly page: Page<UnboundedRow>;
  readonly after: string | null;
  /** Of the forms, for those who may take something on. */
  readonly field: Child | null;
  readonly refusal: string | null;
}

/** What may concern packages although no record says so, and how to take it on. */
export function UnboundedPage({ list, page, after, field, refusal }: Props) {
  return (
    <>
      <p class="kicker">
        <a href={paths.queue}>Queue</a>
      </p>
      <h1>{titles[list]}</h1>
      <nav class="more" aria-label="List">
        {apartLists.map((one) => (
          <a href={placeOf(one)} aria-current={one === list ? 'true' : undefined}>
            {titles[one]}
          </a>
        ))}
      </nav>
      {list === 'unbounded' ? (
        <p class="lead">
          Their records name no version in which these vulnerabilities end, so every version seems affected. Nothing is
          opened by that alone. Whoever knows better takes them on, and they wait in the queue; what is exploited or
          critical is there already.
        </p>
      ) : (
        <p class="lead">
          Another distribution fixed these in a newer version than ours, or by a patch on ours, and no record tells
          whether ours has them. Whoever finds that it has takes them on, and they wait in the queue; what is exploited
          or critical is there already.
        </p>
      )}
      {refusal !== null && <p role="alert">Nothing was changed. {refusal}</p>}
      {page.items.length === 0 ? (
        <Empty>
          <p>
            {list === 'unbounded'
              ? 'Nothing here: every record that may concern a package says where it ends.'
              : 'Nothing here: whatever another distribution fixed, our records speak of as well.'}
          </p>
        </Empty>
      ) : (
        <ol class="rows plain">
          {page.items.map((row) => (
            <UnboundedItem {...{ list, row, field }} />
          ))}
        </ol>
      )}
      <Pager page={page} path={paths.unbounded} query={list === 'unbounded' ? {} : { kind: list }} after={after} />
    </>
  );
}

function placeOf(list: ApartList): string {
  return list === 'unbounded' ? paths.unbounded : `${paths.unbounded}?kind=${list}`;
}

function UnboundedItem({ list, row, field }: Pick<Props, 'list' | 'field'> & { readonly row: UnboundedRow }) {
  const { advisoryId, title, band, packages } = row;
  return (
    <li data-row>
      <div>
        <a class="name" href={paths.cve(advisoryId)}>
          {advisoryId}
        </a>
        <p class="sub">{title}</p>
        <ul class="plain small">
          {packages.map(({ channel, attr, version, fixedIn, explanation }) => (
            <li>
              <a href={paths.explain(advisoryId, attr)}>
                {attr} {version}
              </a>{' '}
              in {channel}
              {fixedIn !== null && `, fixed in ${fixedIn}`}
              <details>
                <summary class="small">Reasons</summary>
                <p>{explanation}</p>
              </details>
            </li>
          ))}
        </ul>
        {field !== null && (
          <form method="post" action={placeOf(list)}>
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
