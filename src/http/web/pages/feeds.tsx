import { withQuery } from '../../addresses.ts';
import type { FeedState } from '../../ports.ts';
import type { PageContext } from '../context.ts';
import { duration } from '../format-time.ts';
import { Empty, Moment } from '../parts.tsx';
import { safeLink } from '../safe-link.tsx';
import { PublishedFeeds } from './published-feeds.tsx';

const stateWords = {
  ok: 'In order',
  never: 'Not read yet',
  stale: 'Stale',
  failing: 'Failing',
  incident: 'Incident: the old records are kept',
} as const;
const fromWhere = {
  address: '',
  copy: 'From a copy here, of ',
  bundle: 'Not read here, but as it was brought in, of ',
};

/** The feeds that are published, then the feeds that are read. */
export function FeedsPage({ feeds, context }: { readonly feeds: readonly FeedState[]; readonly context: PageContext }) {
  return (
    <>
      <h1>Feeds</h1>
      <p class="lead">What you can subscribe to, and what all answers here stand on.</p>
      <section aria-labelledby="subscribe">
        <h2 id="subscribe">Subscribe</h2>
        <PublishedFeeds publicUrl={context.publicUrl} />
      </section>
      <section aria-labelledby="read">
        <h2 id="read">Vulnerability feeds that are read</h2>
        {feeds.length === 0 ? (
          <Empty>
            <p>
              None is set up. Add one under <code>[feeds]</code> in the configuration, then run{' '}
              <code>snowguard sync</code>.
            </p>
          </Empty>
        ) : (
          <ol class="rows plain">
            {feeds.map((feed) => (
              <li id={feed.id}>
                <div>
                  <span class="name">{feed.title}</span>
                  <p class="sub">
                    {feed.records.toLocaleString('en-GB')} records
                    {feed.quarantined > 0 && (
                      <>
                        ,{' '}
                        <a href={withQuery('/feeds/quarantine', { source: feed.id })}>
                          {feed.quarantined.toLocaleString('en-GB')} set aside as unreadable
                        </a>
                      </>
                    )}
                    {feed.latency !== null && (
                      <>
                        , {duration(feed.latency.medianMs)} from publication to us (9 of 10 within{' '}
                        {duration(feed.latency.ninthDecileMs)})
                      </>
                    )}
                    {feed.lastChangeAt !== null && (
                      <>
                        , changed <Moment at={feed.lastChangeAt} now={context.now} />
                      </>
                    )}
                    . {feed.message}
                    {feed.state === 'incident' && (
                      <>
                        . If the source is right: <code>snowguard feeds accept {feed.id}</code>
                      </>
                    )}
                  </p>
                  <p class="sub small">
                    {fromWhere[feed.readFrom]}
                    {safeLink(feed.url)}
                    <br />
                    {feed.attribution} {feed.licence}
                  </p>
                </div>
                <div class="end">
                  <span
                    class={`verdict ${feed.state === 'ok' ? 'fixed' : feed.state === 'never' ? 'unknown' : 'affected'}`}
                  >
                    {stateWords[feed.state]}
                  </span>{' '}
                  {feed.lastSyncAt !== null && (
                    <span class="soft">
                      read <Moment at={feed.lastSyncAt} now={context.now} />
                    </span>
                  )}
                </div>
              </li>
            ))}
          </ol>
        )}
      </section>
    </>
  );
}
