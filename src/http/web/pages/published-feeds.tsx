import { Fragment } from 'hono/jsx';
import { bands } from '../../../pipeline/findings/index.ts';
import { type FeedSubject, feedStates, placeOf } from '../../syndication/subject.ts';
import { CopyLine } from '../parts.tsx';

const main: readonly (readonly [FeedSubject, string])[] = [
  [{ kind: 'all' }, 'Releases and advisories together'],
  [{ kind: 'releases', channel: null }, 'Every release with what it fixes'],
  [{ kind: 'advisories' }, 'What touches the packages carried, and what became of it'],
];

/** Every feed there is to subscribe to, for everyone and without an account. */
export function PublishedFeeds({ publicUrl }: { readonly publicUrl: string }) {
  return (
    <>
      {main.map(([subject, what]) => {
        const { path, title } = placeOf(subject);
        return (
          <Fragment>
            <h3>{`${title[0]?.toUpperCase()}${title.slice(1)}`}</h3>
            <p class="soft">
              {what}. Also as <a href={`${path}.rss`}>RSS</a> and <a href={`${path}.json`}>JSON Feed</a>.
            </p>
            <CopyLine text={`${publicUrl}${path}.atom`} label={`the address of the feed ${title}`} />
          </Fragment>
        );
      })}
      <h3>Narrower</h3>
      <p class="soft">Each of these ends in .atom, .rss or .json.</p>
      <dl class="facts">
        <dt>Severity</dt>
        <dd>{bands.map((band) => feedLink({ kind: 'severity', band }))}</dd>
        <dt>State</dt>
        <dd>{feedStates.map((state) => feedLink({ kind: 'state', state }))}</dd>
        <dt>One package</dt>
        <dd>
          <code>{publicUrl}/feeds/package/openssl.atom</code>
        </dd>
        <dt>One vulnerability</dt>
        <dd>
          <code>{publicUrl}/feeds/cve/CVE-2024-6387.atom</code>
        </dd>
        <dt>One channel</dt>
        <dd>
          <code>{publicUrl}/feeds/channel/NAME.atom</code>, its releases{' '}
          <code>{publicUrl}/feeds/releases/NAME.atom</code>
        </dd>
        <dt>For scanners</dt>
        <dd>
          <code>{publicUrl}/vex/channel/NAME.json</code>, <code>{publicUrl}/vex/package/openssl.json</code>: what is
          affected, fixed, not affected and why, as OpenVEX
        </dd>
        <dt>Our advisories</dt>
        <dd>
          <a href="/osv/all.zip">OSV</a> with what <a href="/osv/modified_id.csv">changed when</a>,{' '}
          <a href="/.well-known/csaf/provider-metadata.json">CSAF</a>, of one channel{' '}
          <code>{publicUrl}/secdb/NAME.json</code>, <code>{publicUrl}/cyclonedx/NAME.json</code>
        </dd>
      </dl>
      <p>
        With an account, messages come by mail or chat: <a href="/subscriptions">subscriptions</a>.
      </p>
    </>
  );
}

function feedLink(subject: FeedSubject) {
  const { path, title } = placeOf(subject);
  return (
    <>
      <a href={`${path}.atom`}>{title}</a>{' '}
    </>
  );
}
