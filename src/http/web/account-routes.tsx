import { type Context, Hono } from 'hono';
import { type Accounts, type CreateTokenOutcome, type Person, type Scope, scopes } from '../../accounts/index.ts';
import { assertNever } from '../../foundation/assert-never.ts';
import type { Clock } from '../../foundation/clock.ts';
import { paths } from '../addresses.ts';
import { csrfField } from '../csrf.tsx';
import { actingPersonOf, principalOf, provenOf } from '../principal.ts';
import { type Problem, problemText } from '../problem.ts';
import { AccountPage } from './pages/account.tsx';
import { createShowPage } from './show-page.ts';

interface Options {
  readonly accounts: Accounts;
  readonly clock: Clock;
  readonly name: string;
  readonly answer: (c: Context, problem: Problem) => Response | Promise<Response>;
}

/** A person's own tokens and sessions, and what `fh` asks of its token. */
export function accountRoutes({ accounts, clock, name, answer }: Options): Hono {
  const app = new Hono();
  const show = createShowPage(name);
  const account = async (
    c: Context,
    person: Person,
    given: { readonly made?: { readonly text: string; readonly label: string }; readonly refusal?: string } = {},
  ) => {
    const now = clock.now();
    const [tokens, sessions] = await Promise.all([
      accounts.tokens.tokensOf({ person: person.name }),
      accounts.sessions.sessionsOf(person.name, now),
    ]);
    const response = await show(
      c,
      null,
      person.name,
      <AccountPage
        person={person}
        sessions={sessions}
        ownSession={provenOf(c)?.id ?? null}
        tokens={tokens}
        formKey={csrfField(c)}
        now={now}
        label={(c.req.query('label') ?? '').slice(0, 100)}
        made={given.made ?? null}
        refusal={given.refusal ?? null}
      />,
      given.refusal === undefined ? 200 : 400,
    );
    response.headers.set('Cache-Control', 'no-store');
    return response;
  };
  /** Own things are changed by a person who may act; the others are told how. */
  const acting = (work: (c: Context, person: Person) => Response | Promise<Response>) => (c: Context) => {
    const person = actingPersonOf(c);
    if (person !== null) return work(c, person);
    return answer(c, {
      status: 403,
      code: 'not-acting',
      title: 'You may not do this',
      detail: 'Sign in with a token that has the scope "act", and try again.',
    });
  };

  app.get('/account', (c) => {
    const principal = principalOf(c);
    if (principal?.kind === 'person') return account(c, principal.person);
    const here = new URL(c.req.url);
    return c.redirect(paths.signIn(here.pathname + here.search), 303);
  });
  app.post(
    '/account/tokens',
    acting(async (c, person) => {
      const sent = await c.req.parseBody({ all: true });
      const wanted = [sent.scope].flat();
      const made = await accounts.tokens.create({
        holder: { kind: 'person', name: person.name },
        label: String(sent.label ?? ''),
        scopes: scopes.filter((scope): scope is Scope => wanted.includes(scope)),
        lifetimeMs: Number(sent.days) * 86_400_000,
        by: person,
        at: clock.now(),
      });
      return made.kind === 'created'
        ? account(c, person, { made: { text: made.text, label: made.token.label } })
        : account(c, person, { refusal: refusalText(made.why) });
    }),
  );
  app.post(
    '/account/tokens/revoke',
    acting(async (c, person) => {
      const { id } = await c.req.parseBody();
      await accounts.tokens.revoke({ id: String(id ?? ''), by: person, at: clock.now() });
      return c.redirect('/account', 303);
    }),
  );
  app.post(
    '/account/sessions/end',
    acting(async (c, person) => {
      const { id } = await c.req.parseBody();
      await accounts.sessions.end({ id: String(id ?? ''), person: person.name, at: clock.now() });
      return c.redirect('/account', 303);
    }),
  );
  app.get('/cli/status', (c) => {
    const proven = provenOf(c);
    if (proven === null)
      return problemText(c, {
        status: 401,
        code: 'credentials',
        title: 'No token',
        detail: 'No token was sent. Make one at /token/create.',
      });
    const { principal, expiresAt } = proven;
    const ghName = principal.kind === 'person' ? principal.person.name : principal.name;
    return c.json({ gh_name: ghName, expires_at: Math.floor(expiresAt / 1000) }, 200, { 'Cache-Control': 'no-store' });
  });
  return app;
}

function refusalText(why: Extract<CreateTokenOutcome, { kind: 'refused' }>['why']): string {
  switch (why) {
    case 'bad_label':
      return 'Say in at most 100 characters what the token is for.';
    case 'no_scope':
      return 'Choose what the token may do.';
    case 'bad_lifetime':
      return 'A token lasts from 1 to 366 days.';
    case 'not_a_person':
    case 'role_missing':
    case 'other_person':
    case 'bad_workload':
    case 'scope_not_for_workloads':
      return 'You may not make this token.';
    default:
      return assertNever(why);
  }
}
