import { simplifiedVersion } from '../../../formats/nix/flake-version.ts';
import { channelAnchor, inputUrl, paths } from '../../addresses.ts';
import type { ChannelRow } from '../../channel-port.ts';
import type { PageContext } from '../context.ts';
import { counted, duration } from '../format-time.ts';
import { CopyLine, Day, Empty, Moment } from '../parts.tsx';
import { Validated } from './validated.tsx';

const kinds: Readonly<Record<ChannelRow['line']['kind'], string>> = {
  rolling: 'rolling',
  stable: 'stable line',
  variant: 'variant',
  cooldown: 'cooldown',
};
const stepWords: Readonly<Record<ChannelRow['troubles'][number]['step'], string>> = {
  sync: 'Nothing new comes in, since',
  evaluate: 'It does not evaluate, since',
  settle: 'Nothing is released, since',
  review: 'A step cannot be examined, since',
};
const day = 86_400_000;

/** What each channel is, what it follows, how far it is, and how long it is supported. */
export function ChannelsPage({
  rows,
  context,
}: {
  readonly rows: readonly ChannelRow[];
  readonly context: PageContext;
}) {
  return (
    <>
      <h1>Channels</h1>
      <p class="lead">
        Each is a branch of ours over a branch of upstream, or over another channel, and is published as a flake.
      </p>
      {rows.length === 0 ? (
        <Empty>
          <p>
            No channel is set up. Add a <code>[[channel]]</code> to <code>snowguard.toml</code>.
          </p>
        </Empty>
      ) : (
        rows.map((row) => <Channel row={row} context={context} />)
      )}
    </>
  );
}

function Channel({ row, context }: { readonly row: ChannelRow; readonly context: PageContext }) {
  const { id, flake, line, latestRelease, evaluated, waitingReviews, conflict, troubles, validations } = row;
  const { now, publicUrl, organisation } = context;
  return (
    <section aria-labelledby={channelAnchor(id)}>
      <h2 id={channelAnchor(id)}>
        {id} <span class="tag">{kinds[line.kind]}</span>
      </h2>
      {troubles.map(({ step, says, hint, at }) => (
        <div class="notice">
          <p>
            {stepWords[step]} <Moment at={at} now={now} />: {says}. {hint}
          </p>
        </div>
      ))}
      {conflict !== null && (
        <div class="notice">
          <p>
            Patch {conflict.patchId} does not apply to what comes next: {conflict.paths.slice(0, 5).join(', ')}. Both
            sides are shown by <code>snowguard patches show {conflict.patchId}</code>
          </p>
        </div>
      )}
      <dl class="facts">
        <dt>Support</dt>
        <dd>
          <SupportWords row={row} now={now} />
        </dd>
        <dt>Follows</dt>
        <dd>{followsWords(row)}</dd>
        <dt>Stands</dt>
        <dd>
          <Stands row={row} now={now} />
        </dd>
        <dt>Waiting</dt>
        <dd>
          {waitingReviews.length === 0
            ? 'no review'
            : waitingReviews.slice(0, 5).map((review, index) => (
                <>
                  {index > 0 && ', '}
                  <a href={paths.review(review)}>review {review}</a>
                </>
              ))}
          {waitingReviews.length > 5 && (
            <>
              {' '}
              and <a href="/reviews">{waitingReviews.length - 5} more</a>
            </>
          )}
        </dd>
        <dt>Carried</dt>
        <dd>{counted(row.patches, 'patch', 'patches')} over what it follows</dd>
        {validations.length > 0 && (
          <>
            <dt>Validated</dt>
            <dd>
              <ul class="evidence">
                {validations.map((validation) => (
                  <li>
                    <Validated validation={validation} />
                  </li>
                ))}
              </ul>
            </dd>
          </>
        )}
        <dt>Packages</dt>
        <dd>
          {counted(evaluated.packages, 'package')}
          {evaluated.failures > 0 && `, ${counted(evaluated.failures, 'failure')}`}
          {evaluated.evaluatedAt !== null && (
            <>
              , evaluated <Moment at={evaluated.evaluatedAt} now={now} />
            </>
          )}
        </dd>
        <dt>Releases</dt>
        <dd>
          0.{line.minor}.N
          {latestRelease === null ? (
            ', none yet'
          ) : (
            <>
              , the newest is <a href={paths.flakeVersion(latestRelease)}>{simplifiedVersion(latestRelease.version)}</a>
              , <Moment at={latestRelease.publishedAt} now={now} />
            </>
          )}
        </dd>
      </dl>
      {latestRelease !== null && (
        <CopyLine
          text={`inputs.nixpkgs.url = "${inputUrl(publicUrl, organisation, flake, `0.${line.minor}`)}";`}
          label="the input line"
        />
      )}
    </section>
  );
}

function SupportWords({ row: { support, successor }, now }: { readonly row: ChannelRow; readonly now: number }) {
  const next = successor !== null && (
    <>
      ; after it comes <a href={`#${channelAnchor(successor)}`}>{successor}</a>
    </>
  );
  switch (support.kind) {
    case 'open':
      return <>no end is set</>;
    case 'not-yet':
      return (
        <>
          from <Day at={support.from} />
        </>
      );
    case 'supported':
      return (
        <>
          until <Day at={support.until - 1} />
          {next}
        </>
      );
    case 'ending':
      return (
        <>
          <span class="due at_risk">
            until <Day at={support.until - 1} />, {duration(support.until - now)} left
          </span>
          {next}
        </>
      );
    case 'ended':
      return (
        <>
          <span class="due breached">
            ended on <Day at={support.since - 1} />: what becomes known later is not fixed here
          </span>
          {next}
        </>
      );
  }
}

function followsWords({ line: { over, cooldownMs } }: ChannelRow) {
  if (over === null) return <>upstream</>;
  const base = <a href={`#${channelAnchor(over)}`}>{over}</a>;
  return cooldownMs === 0 ? (
    <>{base}, with patches of its own on top</>
  ) : (
    <>
      {base} as it was at least {counted(Math.round(cooldownMs / day), 'day')} ago
    </>
  );
}

function Stands({ row: { head, source, behind }, now }: { readonly row: ChannelRow; readonly now: number }) {
  if (head === null) return <>empty until the first sync</>;
  return (
    <>
      at <code>{head.slice(0, 12)}</code>
      {source !== null && behind !== null && (
        <>
          , {behind === 0 ? 'with everything of' : `${counted(behind, 'commit')} behind`}{' '}
          <code>{source.commitId.slice(0, 12)}</code> from <Moment at={source.committedAt} now={now} />
        </>
      )}
    </>
  );
}
