import { paths } from '../../addresses.ts';
import type { Page, UnboundedRow } from '../../ports.ts';
import { Band, CopyLine, Empty, Pager } from '../parts.tsx';

/** What may concern packages although no record says where it ends, and how to take it on. */
export function UnboundedPage({ page, after }: { readonly page: Page<UnboundedRow>; readonly after: string | null }) {
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
      {page.items.length === 0 ? (
        <Empty>
          <p>Nothing here: every record that may concern a package says where it ends.</p>
        </Empty>
      ) : (
        <ol class="rows plain">
          {page.items.map((row) => (
            <UnboundedItem row={row} />
          ))}
        </ol>
      )}
      <Pager page={page} path={paths.unbounded} query={{}} after={after} />
    </>
  );
}

function UnboundedItem({ row: { advisoryId, title, band, packages } }: { readonly row: UnboundedRow }) {
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
        <CopyLine text={`snowguard triage unbounded --take ${advisoryId}`} label="the command that takes it on" />
      </div>
      <div class="end">
        <Band band={band} />
      </div>
    </li>
  );
}
