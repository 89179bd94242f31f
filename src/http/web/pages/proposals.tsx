import type { Child } from 'hono/jsx';
import type { EpochMs } from '../../../foundation/clock.ts';
import { Moment } from '../parts.tsx';

/** Something that one person proposed. */
interface Waiting {
  /** What the second person signs. */
  readonly content: string;
  readonly by: string;
  readonly at: EpochMs;
  readonly expiresAt: EpochMs;
  readonly says: Child;
  readonly more?: Child;
}

interface Props {
  readonly waiting: readonly Waiting[];
  /** Where their forms go, below which the acts lie: `/policy`. */
  readonly place: string;
  readonly proposed?: string;
  readonly approve?: string;
  readonly stop?: { readonly act: string; readonly label: string };
  /** Who may decide here; null for everyone else. */
  readonly person: string | null;
  readonly formKey: Child;
  readonly now: EpochMs;
}

/** What waits for a second person, to be signed by another one than who proposed it, or stopped. */
export function Proposals({
  waiting,
  place,
  proposed = 'proposed by',
  approve = 'Approve',
  stop = { act: 'withdraw', label: 'Withdraw' },
  person,
  formKey,
  now,
}: Props) {
  return (
    <ol class="rows plain">
      {waiting.map(({ content, by, at, expiresAt, says, more }) => (
        <li data-row>
          <div>
            {says}
            <p class="sub">
              {proposed} {by} <Moment at={at} now={now} />, lapses <Moment at={expiresAt} now={now} /> · content{' '}
              <code>{content.slice(0, 16)}</code>
            </p>
            {more}
          </div>
          {person !== null && (
            <div class="end">
              {by !== person && (
                <Decide action={`${place}/approve`} content={content} formKey={formKey}>
                  <button type="submit">{approve}</button>
                </Decide>
              )}
              <Decide action={`${place}/${stop.act}`} content={content} formKey={formKey}>
                <button type="submit" class="quiet">
                  {stop.label}
                </button>
              </Decide>
            </div>
          )}
        </li>
      ))}
    </ol>
  );
}

function Decide(props: {
  readonly action: string;
  readonly content: string;
  readonly formKey: Child;
  readonly children?: Child;
}) {
  return (
    <form method="post" action={props.action}>
      {props.formKey}
      <input type="hidden" name="content" value={props.content} />
      {props.children}
    </form>
  );
}
