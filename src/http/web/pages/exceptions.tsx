import type { Child } from 'hono/jsx';
import type { AskedException } from '../../../pipeline/releases/index.ts';
import { Proposals } from './proposals.tsx';

interface Props {
  readonly waiting: readonly AskedException[];
  readonly channels: readonly string[];
  /** Who looks at it, when they may decide here; null for everyone else. */
  readonly manager: string | null;
  readonly formKey: Child;
  readonly now: number;
  readonly refusal: string | null;
}

/** Releases below the minimum of what can be fetched: one release manager asks, another approves. */
export function Exceptions(props: Props) {
  const { waiting, manager, refusal } = props;
  if (waiting.length === 0 && manager === null) return null;
  return (
    <>
      {refusal !== null && (
        <div class="notice" role="alert">
          <p>{refusal}</p>
        </div>
      )}
      {waiting.length > 0 && <Waiting {...props} />}
      {manager !== null && <Ask {...props} />}
    </>
  );
}

function Waiting({ waiting, manager, formKey, now }: Props) {
  return (
    <section aria-labelledby="exceptions">
      <h2 id="exceptions">Waiting for a second release manager</h2>
      <Proposals
        waiting={waiting.map(({ content, channel, commitId, reason, askedBy: by, askedAt: at, expiresAt }) => ({
          content,
          by,
          at,
          expiresAt,
          says: (
            <>
              <span class="name">
                {channel} at <code>{commitId.slice(0, 10)}</code>
              </span>
              : {reason}
            </>
          ),
        }))}
        place="/releases"
        proposed="asked for by"
        approve="Release it"
        stop={{ act: 'refuse', label: 'Refuse' }}
        person={manager}
        formKey={formKey}
        now={now}
      />
    </section>
  );
}

function Ask({ channels, formKey }: Props) {
  return (
    <details>
      <summary>A release cannot wait for what it lacks in the cache</summary>
      <form method="post" action="/releases/ask">
        {formKey}
        <div class="ask">
          <label class="narrow">
            Channel
            <select name="channel">
              {channels.map((channel) => (
                <option value={channel}>{channel}</option>
              ))}
            </select>
          </label>
          <label>
            Why; everybody sees it
            <input type="text" name="reason" maxlength={2000} required />
          </label>
        </div>
        <button type="submit">Ask another release manager</button>
      </form>
    </details>
  );
}
