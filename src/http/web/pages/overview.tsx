import { simplifiedVersion } from '../../../formats/nix/flake-version.ts';
import { channelAnchor, inputUrl, paths } from '../../addresses.ts';
import type { Overview, PromiseLine } from '../../ports.ts';
import type { PageContext } from '../context.ts';
import { counted, duration, promised } from '../format-time.ts';
import { lackingWords } from '../lacking-words.ts';
import { Band, CopyLine, Empty, FindingRows, Moment, Scroll } from '../parts.tsx';
import { JournalList } from './journal-list.tsx';
import { shadowWords } from './rescores.tsx';

/** The promise and how it stands, what presses, and the one line to put into a flake. */
export function OverviewPage({ overview, context }: { readonly overview: Overview; readonly context: PageContext }) {
  const { now } = context;
  const lacking = lackingWords(overview);
  return (
    <>
      <h1>{lacking ?? headline(overview)}</h1>
      <p class="lead">
        {counted(overview.coveredPackages, 'package')} {lacking === null ? 'kept' : 'to be kept'} free of known
        vulnerabilities under a promised response time, held against{' '}
        {counted(overview.advisories, 'advisory', 'advisories')}.
        {lacking !== null && ' Until then nothing can be said of them.'}
      </p>
      <form class="ask" action="/search" method="get">
        <label>
          Are you affected? A CVE id or a package
          <input type="search" name="q" placeholder="CVE-2024-3094" maxlength={200} required />
        </label>
        <button type="submit">Ask</button>
      </form>
      {overview.mustAct > 0 && (
        <div class="notice">
          <p>
            <a href="/consumers">{counted(overview.mustAct, 'locked input')} must be updated</a>: a released fix is not
            in the lock.
          </p>
        </div>
      )}
      {overview.termsNotice !== null && (
        <div class="notice">
          <p>
            {overview.termsNotice} <a href="/policy">The policy</a>
          </p>
        </div>
      )}
      {overview.rescores.map((shadow) => (
        <div class="notice">
          <p>
            <a href={paths.rescore(shadow.channel)}>A newer matching waits to be adopted for {shadow.channel}</a>:{' '}
            {shadowWords(shadow)}
          </p>
        </div>
      ))}
      <section aria-labelledby="use">
        <h2 id="use">Use it</h2>
        <UseIt overview={overview} context={context} />
      </section>
      <section aria-labelledby="promise">
        <h2 id="promise">The promise and how it stands</h2>
        <PromiseTable lines={overview.promise} now={now} />
      </section>
      <section aria-labelledby="urgent">
        <h2 id="urgent">Breaching next</h2>
        {overview.urgent.length === 0 ? (
          <Empty>
            <p>
              {lacking === null ? 'Nothing is open.' : `${lacking}.`} New findings appear here as soon as a feed names
              something that is carried.
            </p>
          </Empty>
        ) : (
          <>
            <FindingRows rows={overview.urgent} now={now} />
            <p class="more">
              <a href="/findings">All findings</a>
              {overview.underInvestigation > 0 && (
                <a href="/findings?state=under_investigation">{overview.underInvestigation} under investigation</a>
              )}
            </p>
          </>
        )}
      </section>
      <div class="split">
        <section aria-labelledby="sources">
          <h2 id="sources">Feeds</h2>
          <FeedSummary overview={overview} now={now} />
        </section>
        <section aria-labelledby="channels">
          <h2 id="channels">Channels</h2>
          <ChannelSummary overview={overview} now={now} />
        </section>
      </div>
      <section aria-labelledby="recent">
        <h2 id="recent">Lately</h2>
        <JournalList events={overview.journal} now={now} />
      </section>
    </>
  );
}

function headline({ promise }: Overview): string {
  const breached = promise.reduce((sum, line) => sum + line.breached, 0);
  const open = promise.reduce((sum, line) => sum + line.open, 0);
  if (breached > 0) return `The promise is broken for ${counted(breached, 'finding')}`;
  if (open === 0) return 'Nothing known is open';
  return `The promise holds, with ${counted(open, 'finding')} open`;
}

function UseIt({ overview, context }: { readonly overview: Overview; readonly context: PageContext }) {
  const { organisation, flake, publicUrl, now } = context;
  const { latestRelease } = overview;
  if (latestRelease === null) {
    return (
      <Empty>
        <p>There is no release yet. The first one is published when the channel has been evaluated.</p>
        <p>
          To make one by hand: <code>snowguard release</code>
        </p>
      </Empty>
    );
  }
  const line = `inputs.nixpkgs.url = "${inputUrl(publicUrl, organisation, flake, '0')}";`;
  return (
    <>
      <p>Change one line of your flake.nix:</p>
      <CopyLine text={line} label="the input line" />
      <p class="small soft">
        It resolves to <a href={paths.flakeVersion(latestRelease)}>{simplifiedVersion(latestRelease.version)}</a>,
        released <Moment at={latestRelease.publishedAt} now={now} />
        {latestRelease.fixes.length > 0 && `, with ${counted(latestRelease.fixes.length, 'fix', 'fixes')}`}.
      </p>
    </>
  );
}

function PromiseTable({ lines, now }: { readonly lines: readonly PromiseLine[]; readonly now: number }) {
  const cell = (count: number) => <td class={count === 0 ? 'number zero' : 'number'}>{count}</td>;
  return (
    <Scroll label="The promise by severity">
      <table>
        <thead>
          <tr>
            <th scope="col">Severity</th>
            <th scope="col">Fix promised in</th>
            <th scope="col" class="number">
              Open
            </th>
            <th scope="col">Next breach</th>
            <th scope="col" class="number">
              Breached
            </th>
            <th scope="col" class="number">
              Kept
            </th>
            <th scope="col" class="number">
              Late
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr>
              <th scope="row">
                <Band band={line.band} />
                {lines.some(({ policy }) => policy !== line.policy) && (
                  <span class="under">{line.channels.join(', ')}</span>
                )}
              </th>
              <td>
                {promised(line.remediationMs)}
                {line.responseMs !== null && <span class="under">answer in {promised(line.responseMs)}</span>}
              </td>
              {cell(line.open)}
              <td>{line.nextDueAt === null ? <span class="soft">none</span> : dueText(line.nextDueAt, now)}</td>
              {cell(line.breached)}
              {cell(line.met)}
              {cell(line.metLate)}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function dueText(due: number, now: number) {
  return due < now ? (
    <span class="due breached">{duration(now - due)} over</span>
  ) : (
    <span class="due">{duration(due - now)} left</span>
  );
}

function FeedSummary({ overview, now }: { readonly overview: Overview; readonly now: number }) {
  if (overview.feeds.length === 0) {
    return (
      <Empty>
        <p>
          No feed is set up. Add one to the configuration, then run <code>snowguard sync</code>.
        </p>
      </Empty>
    );
  }
  return (
    <dl class="facts">
      {overview.feeds.map((feed) => (
        <>
          <dt>
            <a href={`/feeds#${encodeURIComponent(feed.id)}`}>{feed.title}</a>
          </dt>
          <dd>
            {feed.state === 'ok' && feed.lastSyncAt !== null ? (
              <Moment at={feed.lastSyncAt} now={now} />
            ) : (
              <span class="due at_risk">{feed.message ?? feed.state}</span>
            )}
          </dd>
        </>
      ))}
    </dl>
  );
}

function ChannelSummary({ overview, now }: { readonly overview: Overview; readonly now: number }) {
  if (overview.channels.length === 0) {
    return (
      <Empty>
        <p>No channel has been evaluated yet.</p>
      </Empty>
    );
  }
  return (
    <dl class="facts">
      {overview.channels.map((channel) => (
        <>
          <dt>
            <a href={`${paths.channels}#${channelAnchor(channel.id)}`}>{channel.id}</a>
          </dt>
          <dd>
            {counted(channel.packages, 'package')}
            {channel.failures > 0 && `, ${counted(channel.failures, 'failure')}`}
            {channel.evaluatedAt !== null && (
              <>
                , evaluated <Moment at={channel.evaluatedAt} now={now} />
              </>
            )}
          </dd>
        </>
      ))}
    </dl>
  );
}
