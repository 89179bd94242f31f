import { type Context, Hono } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { type Accounts, type Person, type Proven, type Scope, type SignInFlow, scopes } from '../../accounts/index.ts';
import type { Clock } from '../../foundation/clock.ts';
import type { RandomBytes } from '../../foundation/ids.ts';
import { csrfField, prepareStrangersForm } from '../csrf.tsx';
import type { Credentials } from '../middleware/identify.ts';
import { actingPersonOf, principalOf, provenOf, readerOf } from '../principal.ts';
import { clearSessionCookie, setSessionCookie } from '../session-cookie.ts';
import { SignInPage } from './pages/sign-in.tsx';
import { createShowPage } from './show-page.ts';

const memoryCookie = 'snowguard_oidc';

interface Options {
  readonly accounts: Accounts;
  readonly service: SignInFlow | null;
  readonly credentials: Credentials;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly name: string;
  readonly secure: boolean;
}

/** How a person of the house becomes a session of their browser, and ends it. */
export function signInRoutes({ accounts, service, credentials, clock, random, name, secure }: Options): Hono {
  const app = new Hono();
  const show = createShowPage(name);
  const memoryPlace = { httpOnly: true, sameSite: 'Lax', path: '/sign-in/oidc', secure } as const;
  const form = (c: Context, next: string, refusal: string | null, status: 200 | 403 | 429 = 200) => {
    prepareStrangersForm(c, { random, secure });
    return show(
      c,
      null,
      'Sign in',
      <SignInPage formKey={csrfField(c)} next={next} service={service?.title ?? null} refusal={refusal} />,
      status,
    );
  };
  const begin = async (
    c: Context,
    given: {
      readonly person: Person;
      readonly scopes: readonly Scope[];
      readonly token: Proven | null;
      readonly next: string;
    },
  ) => {
    const at = clock.now();
    const agent = c.req.header('User-Agent') ?? '';
    const { text, expiresAt } = await accounts.sessions.start({ ...given, agent, at });
    setSessionCookie(c, { text, lifetimeMs: expiresAt - at, secure });
    return c.redirect(given.next, 303);
  };

  app.get('/sign-in', (c) => {
    const next = localPath(c.req.query('next'));
    if (principalOf(c)?.kind !== 'person') return form(c, next, null);
    // Who may do less than the page asks for came from there: going back would lead here again.
    if (readerOf(principalOf(c)) !== null && actingPersonOf(c) !== null) return c.redirect(next, 303);
    return form(c, next, 'Your token may do less than this page asks for. Sign in with one that may "read" and "act".');
  });
  app.post('/sign-in', async (c) => {
    const sent = await c.req.parseBody();
    const next = localPath(sent.next);
    const text = typeof sent.token === 'string' ? sent.token.trim().slice(0, 200) : '';
    const found = await credentials.authenticate(c, text);
    if (found.kind === 'wait') {
      c.header('Retry-After', String(Math.ceil(found.ms / 1000)));
      return form(c, next, 'Too many tokens that are not valid came from here. Wait some minutes.', 429);
    }
    if (found.kind !== 'principal')
      return form(c, next, 'This token is not valid: it is unknown, has expired or was revoked.', 403);
    if (found.principal.kind !== 'person')
      return form(c, next, 'This token belongs to a robot; a session needs one of a person.', 403);
    return begin(c, { ...found.principal, token: found, next });
  });
  app.get('/sign-in/oidc', async (c) => {
    if (service === null) return c.notFound();
    const { url, memory } = await service.begin();
    const next = localPath(c.req.query('next'));
    setCookie(c, memoryCookie, JSON.stringify({ memory, next }), { ...memoryPlace, maxAge: 600 });
    return c.redirect(url, 303);
  });
  app.get('/sign-in/oidc/return', async (c) => {
    if (service === null) return c.notFound();
    const { memory, next } = remembered(getCookie(c, memoryCookie));
    deleteCookie(c, memoryCookie, memoryPlace);
    const vouched = await service.finish({ memory, query: c.req.query() });
    if (vouched === null) return form(c, next, `${service.title} did not sign you in. Try once more.`, 403);
    const person = await accounts.people.personByIdentity(vouched);
    if (person !== null) return begin(c, { person, scopes, token: null, next });
    const who = vouched.verifiedEmail ?? vouched.identity;
    return form(c, next, `Nobody of this house is known as ${who}. A policy admin can add you.`, 403);
  });
  app.post('/sign-out', async (c) => {
    const proven = provenOf(c);
    if (proven?.principal.kind === 'person')
      await accounts.sessions.end({ id: proven.id, person: proven.principal.person.name, at: clock.now() });
    clearSessionCookie(c, secure);
    return c.redirect('/', 303);
  });
  // What `fh login` tells people to open.
  app.get('/token/create', (c) => {
    const label = (c.req.query('description') ?? '').slice(0, 100);
    return c.redirect(`/account?label=${encodeURIComponent(label)}#new-token`, 303);
  });
  return app;
}

/** What the browser remembered while it was away. */
function remembered(cookie: string | undefined): { readonly memory: string; readonly next: string } {
  try {
    const { memory, next } = JSON.parse(cookie ?? '') as Readonly<Record<string, unknown>>;
    return { memory: typeof memory === 'string' ? memory : '', next: localPath(next) };
  } catch {
    return { memory: '', next: localPath(undefined) };
  }
}

/** A path of ours, so that nobody is sent elsewhere by a link to this page. */
function localPath(given: unknown): string {
  return typeof given === 'string' && given.length <= 2000 && /^\/(?![/\\])[^\\\p{Cc}]*$/u.test(given)
    ? given
    : '/account';
}
