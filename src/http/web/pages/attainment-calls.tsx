import type { Context } from 'hono';
import type { SlaPage } from '../../../pipeline/findings/index.ts';
import { paths } from '../../addresses.ts';
import { csrfField } from '../../csrf.tsx';
import type { PageContext } from '../context.ts';
import { Band, Empty, Moment } from '../parts.tsx';

/** Who is called about which clock, and the button to take it on. */
export function CallsPage({
  pages,
  mayAnswer,
  c,
  context,
}: {
  readonly pages: readonly SlaPage[];
  readonly mayAnswer: boolean;
  readonly c: Context;
  readonly context: PageContext;
}) {
  return (
    <>
      <h1>Calls</h1>
      <p class="lead">
        When a clock runs out somebody is called, then the next, then the lead, until one takes it on.{' '}
        <a href="/sla">How the promise is kept</a>
      </p>
      {pages.length === 0 ? (
        <Empty>
          <p>Nobody was called about a clock.</p>
        </Empty>
      ) : (
        <ol class="rows">
          {pages.map((page) => (
            <li data-row>
              <Band band={page.band} />
              <div>
                <a class="name" href={paths.slaCase(page.findingId)}>
                  {page.advisoryId}
                </a>{' '}
                in {page.attr} of {page.channel}
                <p class="sub">
                  {page.clock === 'response' ? 'The initial response' : 'The fix'}: {page.reason}. Called{' '}
                  {page.person ?? 'nobody by name'} <Moment at={page.askedAt} now={context.now} />.
                </p>
              </div>
              <div class="end">
                {page.acknowledgedBy !== null ? (
                  <span class="due met">taken on by {page.acknowledgedBy}</span>
                ) : mayAnswer ? (
                  <form method="post" action={`/sla/calls/${encodeURIComponent(page.id)}`}>
                    {csrfField(c)}
                    <button type="submit">Take it on</button>
                  </form>
                ) : (
                  <span class="due at_risk">waits</span>
                )}
              </div>
            </li>
          ))}
        </ol>
      )}
    </>
  );
}
