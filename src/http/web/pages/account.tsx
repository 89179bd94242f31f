import type { Child } from 'hono/jsx';
import { type Person, type Session, scopes, type Token } from '../../../accounts/index.ts';
import { CopyLine, Day, Empty, Moment } from '../parts.tsx';

/** What each scope is good for, in the order they are offered. */
const scopeWords = {
  read: 'read private flakes and caches',
  act: 'decide what your roles allow',
  publish: 'upload releases',
  'cache-write': 'upload store paths',
  push: 'propose changes with git',
} as const;

interface Props {
  readonly person: Person;
  readonly sessions: readonly Session[];
  readonly ownSession: string | null;
  readonly tokens: readonly Token[];
  readonly formKey: Child;
  readonly now: number;
  /** What the form for a new token says already. */
  readonly label: string;
  /** A token just made, shown this once. */
  readonly made: { readonly text: string; readonly label: string } | null;
  readonly refusal: string | null;
}

export function AccountPage(props: Props) {
  const { person, formKey, made, refusal } = props;
  return (
    <>
      <h1>{person.name}</h1>
      <p class="lead">
        {person.roles.length === 0 ? 'You may read everything here.' : `Your roles: ${person.roles.join(', ')}.`}{' '}
        <a href="/people">Who belongs to the house</a> · <a href="/embargoes">Under embargo</a> ·{' '}
        <a href="/policy">The policy</a>
      </p>
      <form method="post" action="/sign-out">
        {formKey}
        <button type="submit">Sign out</button>
      </form>
      {refusal !== null && (
        <div class="notice" role="alert">
          <p>{refusal}</p>
        </div>
      )}
      {made !== null && (
        <section aria-label="The new token">
          <h2>The token “{made.label}”</h2>
          <p>Copy it now: it is shown this once.</p>
          <CopyLine text={made.text} label="the token" />
        </section>
      )}
      <h2 id="new-token">A new token</h2>
      <NewToken {...props} />
      <h2>Your tokens</h2>
      <Tokens {...props} />
      <h2>Where you are signed in</h2>
      <Sessions {...props} />
    </>
  );
}

function NewToken({ formKey, label }: Props) {
  return (
    <form method="post" action="/account/tokens">
      {formKey}
      <div class="ask">
        <label>
          What it is for
          <input type="text" name="label" value={label} maxlength={100} required />
        </label>
        <label class="narrow">
          Days it lasts
          <input type="number" name="days" value="90" min="1" max="366" required />
        </label>
      </div>
      <fieldset class="checks">
        <legend>What it may do</legend>
        {scopes.map((scope) => (
          <label>
            <input type="checkbox" name="scope" value={scope} checked={scope === 'read'} /> {scopeWords[scope]}
          </label>
        ))}
      </fieldset>
      <button type="submit">Make the token</button>
    </form>
  );
}

function Tokens({ tokens, formKey, now }: Props) {
  const live = tokens.filter(({ revokedAt, expiresAt }) => revokedAt === null && expiresAt > now);
  if (live.length === 0)
    return (
      <Empty>
        <p>You have no token. Git, Nix and the command line need one.</p>
      </Empty>
    );
  return (
    <ol class="rows plain">
      {live.map((token) => (
        <li data-row>
          <div>
            <span class="name">{token.label}</span> <code class="soft">{token.id}</code>
            <p class="sub">
              {token.scopes.join(', ')} · until <Day at={token.expiresAt} /> ·{' '}
              {token.lastUsedAt === null ? (
                'never used'
              ) : (
                <>
                  used <Moment at={token.lastUsedAt} now={now} />
                </>
              )}
            </p>
          </div>
          <form class="end" method="post" action="/account/tokens/revoke">
            {formKey}
            <input type="hidden" name="id" value={token.id} />
            <button type="submit" class="quiet" aria-label={`Revoke ${token.label}`}>
              Revoke
            </button>
          </form>
        </li>
      ))}
    </ol>
  );
}

function Sessions({ sessions, ownSession, formKey, now }: Props) {
  if (sessions.length === 0)
    return (
      <Empty>
        <p>No browser is signed in.</p>
      </Empty>
    );
  return (
    <ol class="rows plain">
      {sessions.map((session) => (
        <li data-row>
          <div>
            <span class="name">{session.agent === '' ? 'A browser' : session.agent}</span>
            {session.id === ownSession && <span class="tag">this one</span>}
            <p class="sub">
              since <Moment at={session.createdAt} now={now} />, ends <Moment at={session.expiresAt} now={now} />
            </p>
          </div>
          <form class="end" method="post" action="/account/sessions/end">
            {formKey}
            <input type="hidden" name="id" value={session.id} />
            <button type="submit" class="quiet" aria-label={`End the session ${session.id}`}>
              End
            </button>
          </form>
        </li>
      ))}
    </ol>
  );
}
