import type { Child } from 'hono/jsx';

/** A token always works; a sign-in service where one is set up. */
export function SignInPage(props: {
  readonly formKey: Child;
  /** Where to go afterwards. */
  readonly next: string;
  /** What the sign-in service is called; null without one. */
  readonly service: string | null;
  /** Why the last try failed. */
  readonly refusal: string | null;
}) {
  const { formKey, next, service, refusal } = props;
  return (
    <>
      <h1>Sign in</h1>
      <p class="lead">Reading needs no account. What is decided is decided in somebody’s name.</p>
      {refusal !== null && (
        <div class="notice" role="alert">
          <p>{refusal}</p>
        </div>
      )}
      {service !== null && (
        <p>
          <a class="button" href={`/sign-in/oidc?next=${encodeURIComponent(next)}`}>
            Sign in with {service}
          </a>
        </p>
      )}
      <form class="ask" method="post" action="/sign-in">
        {formKey}
        <input type="hidden" name="next" value={next} />
        <input type="text" name="user" autocomplete="username" value="token" hidden />
        <label>
          Your token
          <input type="password" name="token" autocomplete="current-password" maxlength={200} required />
        </label>
        <button type="submit">Sign in</button>
      </form>
      <h2>No token yet?</h2>
      <p>
        Run <code>snowguard token new</code> where you work. It keeps a token for you, and prints a fingerprint: give
        that to two policy admins, who add you with <code>snowguard people add</code>. Nobody else ever sees the token.
      </p>
    </>
  );
}
