import type { Child } from 'hono/jsx';
import type { ConsumerFeed } from '../../../pipeline/consumers/index.ts';
import { feedTypes } from '../../syndication/routes.ts';
import type { PageContext } from '../context.ts';
import { CopyLine, Empty, Moment } from '../parts.tsx';

/** The feeds of one consumer, of which only those know the addresses who were told them. */
export function ConsumerFeedsPage({
  name,
  feeds,
  made,
  refusal,
  field,
  context,
}: {
  readonly name: string;
  readonly feeds: readonly ConsumerFeed[];
  /** The key of the one that was just made: it is shown this once. */
  readonly made: string | null;
  readonly refusal: string | null;
  /** Null: who looks may not change them. */
  readonly field: Child | null;
  readonly context: PageContext;
}) {
  return (
    <>
      <p class="kicker">
        <a href="/consumers">Consumers</a>
      </p>
      <h1>Feeds of {name}</h1>
      <p class="lead">
        Each tells what {name} must act on and what is fixed there, and nothing else. Whoever has the address reads it,
        without signing in; take it back where it went too far.
      </p>
      {refusal !== null && (
        <p class="notice" role="alert">
          {refusal}
        </p>
      )}
      {made !== null && (
        <section aria-labelledby="made">
          <h2 id="made">The new address</h2>
          <p>It is shown this once. Copy the one that your reader takes.</p>
          {Object.entries(feedTypes).map(([type, { title }]) => (
            <CopyLine
              text={`${context.publicUrl}/feeds/consumer/${made}.${type}`}
              label={`the address of the feed as ${title}`}
            />
          ))}
        </section>
      )}
      {feeds.length === 0 ? (
        <Empty>
          <p>There is none yet.</p>
        </Empty>
      ) : (
        <ol class="rows plain">
          {feeds.map(({ id, madeAt, madeBy }) => (
            <li>
              <div>
                <span class="name">{id}</span>
                <p class="sub">
                  made by {madeBy} <Moment at={madeAt} now={context.now} />
                </p>
              </div>
              {field !== null && (
                <form method="post" class="end">
                  {field}
                  <input type="hidden" name="act" value="revoke" />
                  <input type="hidden" name="id" value={id} />
                  <button type="submit" aria-label={`Take feed ${id} back`}>
                    Take it back
                  </button>
                </form>
              )}
            </li>
          ))}
        </ol>
      )}
      {field !== null && (
        <form method="post">
          {field}
          <input type="hidden" name="act" value="make" />
          <button type="submit">Make a feed</button>
        </form>
      )}
    </>
  );
}
