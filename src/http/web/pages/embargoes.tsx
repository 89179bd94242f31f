import type { Child } from 'hono/jsx';
import { type Embargo, reportExample } from '../../../pipeline/embargoes/index.ts';
import { paths } from '../../addresses.ts';
import { Day, Empty, Moment } from '../parts.tsx';

/** What somebody was let into. `field`: of the form, for those who may open one. */
export function EmbargoesPage({
  embargoes,
  field,
  said,
  now,
}: {
  readonly embargoes: readonly Embargo[];
  readonly field: Child | null;
  readonly said: { readonly draft: string; readonly problem: string } | null;
  readonly now: number;
}) {
  return (
    <>
      <p class="kicker">
        <a href="/account">Your account</a>
      </p>
      <h1>Under embargo</h1>
      <p class="lead">What you were let into before it is public. Nobody else sees that there is anything.</p>
      {said !== null && (
        <div class="notice" role="alert">
          <p>Nothing was opened. {said.problem}</p>
        </div>
      )}
      {embargoes.length === 0 ? (
        <Empty>
          <p>Nothing: you were let into no embargo.</p>
        </Empty>
      ) : (
        <ol class="rows plain">
          {embargoes.map(({ id, report, endsAt, ended, cases }) => (
            <li data-row>
              <div>
                <a class="name" href={paths.embargo(id)}>
                  {id}
                </a>{' '}
                {report.summary}
                <p class="sub">
                  {[...new Set(cases.filter(({ isAffected }) => isAffected).map(({ attr }) => attr))].join(', ') ||
                    'no channel carries an affected version'}
                </p>
              </div>
              <div class="end">
                {ended === null ? (
                  <>
                    public <Moment at={endsAt} now={now} />
                  </>
                ) : (
                  <>
                    public since <Day at={ended.at} />
                  </>
                )}
              </div>
            </li>
          ))}
        </ol>
      )}
      {field !== null && (
        <section aria-labelledby="open">
          <h2 id="open">Open one</h2>
          <p>
            As TOML. When the embargo ends, all of it but <code>reported_to</code> becomes public, and with it since
            when it was known, and to whom.
          </p>
          <form method="post" action={paths.embargoes}>
            {field}
            <label>
              The report
              <textarea name="report" rows={18} required spellcheck={false}>
                {said?.draft ?? reportExample}
              </textarea>
            </label>
            <button type="submit">Open the embargo</button>
          </form>
        </section>
      )}
    </>
  );
}
