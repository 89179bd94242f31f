import type { Child } from 'hono/jsx';
import type { Asked, Replied } from '../../../pipeline/alerts/index.ts';
import { paths } from '../../addresses.ts';
import { Day, Moment } from '../parts.tsx';

const answers = [
  { answer: 'done', label: 'Done', what: 'it is updated and runs. The lock, or what runs, will show it' },
  { answer: 'not-exposed', label: 'Not exposed', what: 'nobody from outside can reach it there' },
  { answer: 'accepted', label: 'Accept', what: 'we know of it and stay as we are; say why' },
] as const;

/** Behind the link of a message that asks somebody to act; null: the link is good for nothing any more. */
export function ReplyPage({
  asked,
  field,
  refusal,
  isNoted,
  now,
}: {
  readonly asked: Asked | null;
  readonly field: Child;
  readonly refusal: string | null;
  readonly isNoted: boolean;
  readonly now: number;
}) {
  if (asked === null)
    return (
      <>
        <h1>This link does nothing</h1>
        <p class="lead">It is older than 30 days, or was cut off on its way. A newer message has a newer one.</p>
      </>
    );
  const consumers = [...Map.groupBy(asked.concerns, ({ consumer }) => consumer)];
  return (
    <>
      <h1>{isNoted ? 'Noted' : 'What do you answer?'}</h1>
      <p class="lead">{asked.subject}</p>
      <p>
        Sent to {asked.subscriber} <Moment at={asked.toldAt} now={now} />. This page is for who got it: no sign-in,
        until <Day at={asked.expiresAt} />.
      </p>
      <Replies replies={asked.replies} now={now} />
      {refusal !== null && (
        <p class="notice" role="alert">
          {refusal}
        </p>
      )}
      {consumers.map(([consumer, concerns]) => (
        <form method="post" aria-label={`Answer for ${consumer}`}>
          {field}
          <input type="hidden" name="consumer" value={consumer} />
          <fieldset>
            <legend>{consumer}: about</legend>
            {concerns.map(({ findingId, advisoryId, attr }) => (
              <label class="tick">
                <input type="checkbox" name="finding" value={findingId} checked />{' '}
                <a href={paths.cve(advisoryId)}>{advisoryId}</a> in {attr}
              </label>
            ))}
          </fieldset>
          <fieldset>
            <legend>Answer</legend>
            {answers.map(({ answer, label, what }) => (
              <label class="tick">
                <input type="radio" name="answer" value={answer} required /> {label}: {what}
              </label>
            ))}
          </fieldset>
          <label>
            Why (needed to accept)
            <textarea name="reason" rows={3} maxlength={2000} />
          </label>
          <button type="submit">Answer for {consumer}</button>
        </form>
      ))}
    </>
  );
}

function Replies({ replies, now }: { readonly replies: readonly Replied[]; readonly now: number }) {
  if (replies.length === 0) return null;
  return (
    <>
      <h2>Answered so far</h2>
      <ul>
        {replies.map((reply) => (
          <li>
            <Moment at={reply.at} now={now} />, {reply.consumer}: {replyWords(reply)}
          </li>
        ))}
      </ul>
    </>
  );
}

/** A claim is shown as one. */
export function replyWords({ answer, reason, advisoryIds, by }: Replied): string {
  const said = { done: 'says that it is done', accepted: 'accepts it', 'not-exposed': 'says that it is not exposed' };
  const about = advisoryIds.length <= 3 ? advisoryIds.join(', ') : `${advisoryIds.length} vulnerabilities`;
  return `${by} ${said[answer]} (${about})${reason === null ? '' : `: ${reason}`}`;
}
