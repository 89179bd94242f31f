import type { Child } from 'hono/jsx';
import type { CoverageRequest } from '../../../pipeline/consumers/index.ts';
import { paths } from '../../addresses.ts';
import type { PageContext } from '../context.ts';
import { counted } from '../format-time.ts';
import { CopyLine, Empty, Moment } from '../parts.tsx';

/** `requests` null: not for whoever asks. `field`: of the form, for those who may decide. */
export function RequestsPage({
  requests,
  field,
  context,
}: {
  readonly requests: readonly CoverageRequest[] | null;
  readonly field: Child | null;
  readonly context: PageContext;
}) {
  return (
    <>
      <h1>Coverage requests</h1>
      <p class="lead">Packages that consumers ask to have covered, with who needs them and what for.</p>
      {requests === null ? (
        <Empty>
          <p>
            What others ask for is shown to those who decide it: <a href={paths.signIn('/requests')}>sign in</a>. To ask
            for what you use:
          </p>
          <CopyLine
            text={`snowguard coverage .#default --request --reason "…" --server ${context.publicUrl}`}
            label="the command"
          />
        </Empty>
      ) : requests.length === 0 ? (
        <Empty>
          <p>Nobody has asked for anything.</p>
        </Empty>
      ) : (
        <ol class="rows plain">
          {requests.map((request) => (
            <Row request={request} field={field} context={context} />
          ))}
        </ol>
      )}
    </>
  );
}

function Row({
  request,
  field,
  context,
}: {
  readonly request: CoverageRequest;
  readonly field: Child | null;
  readonly context: PageContext;
}) {
  const { package: name, attr, askedBy, state, decision } = request;
  const first = askedBy[0]?.askedAt ?? context.now;
  return (
    <li>
      <div>
        <span class="name">{name}</span>
        {attr !== null && attr !== name && ` carried as ${attr}`}
        {askedBy.map(({ requester, version, reason }) => (
          <p class="sub">
            {requester}
            {version === null ? '' : ` uses ${version}`}: {reason}
          </p>
        ))}
        {decision !== null && (
          <p class="sub">
            {state} by {decision.by}: {decision.reason}
          </p>
        )}
        {field !== null && state === 'open' && (
          <form method="post" action="/requests">
            {field}
            <input type="hidden" name="package" value={name} />
            <label>
              Reason <input name="reason" required maxlength={2000} />
            </label>{' '}
            <button type="submit" name="answer" value="accepted">
              Accept
            </button>{' '}
            <button type="submit" name="answer" value="declined">
              Decline
            </button>
          </form>
        )}
      </div>
      <div class="end soft">
        {state}
        <span class="soft">{counted(askedBy.length, 'consumer', 'consumers')}</span>
        <Moment at={first} now={context.now} />
      </div>
    </li>
  );
}
