import type { Context, MiddlewareHandler } from 'hono';
import { type Accounts, createFailedCredentials, readCredential } from '../../accounts/index.ts';
import type { Clock } from '../../foundation/clock.ts';
import type { Problem } from '../problem.ts';
import { sessionCookieOf } from '../session-cookie.ts';

/** These answer everybody alike, whatever is sent. A refusal would switch the whole cache off in the client. */
const open = /^\/(healthz$|readyz$|metrics$|cache\/)/;

export interface Credentials {
  readonly authenticate: (c: Context, text: string) => Promise<Attempt>;
}

export type Attempt = Awaited<ReturnType<Accounts['authenticate']>> | { readonly kind: 'wait'; readonly ms: number };

/** Checks credentials; who sent too many bad ones from one address has to wait. */
export function createCredentials(given: {
  readonly accounts: Pick<Accounts, 'authenticate'>;
  readonly clock: Clock;
  readonly trustForwarded: boolean;
}): Credentials {
  const failed = createFailedCredentials();
  return {
    authenticate: async (c, text) => {
      const at = given.clock.now();
      const address = addressOf(c, given.trustForwarded);
      const ms = failed.waitOf(address, at);
      if (ms !== null) return { kind: 'wait', ms };
      const found = await given.accounts.authenticate(text, at);
      if (found.kind === 'invalid') failed.note(address, at);
      return found;
    },
  };
}

/** Sets who asks: by `Authorization: Bearer` or `Basic` (any user name, as netrc has it), else by the session's cookie. */
export function identify(given: {
  readonly credentials: Credentials;
  readonly sessions: Accounts['sessions'];
  readonly clock: Clock;
  readonly answer: (c: Context, problem: Problem) => Response | Promise<Response>;
}): MiddlewareHandler {
  return async (c, next) => {
    const header = c.req.header('Authorization');
    if (header === undefined) await bySession(c, given);
    else {
      const text = credentialIn(header);
      const found = text === '' ? null : await given.credentials.authenticate(c, text);
      if (found?.kind === 'principal') setPrincipal(c, found);
      else if (found?.kind === 'closure') c.set('closure', found.storePath);
      else if (found !== null && (c.req.method === 'PUT' || !open.test(c.req.path)))
        return refuse(c, found, given.answer);
    }
    await next();
  };
}

async function bySession(
  c: Context,
  { sessions, clock }: { readonly sessions: Accounts['sessions']; readonly clock: Clock },
): Promise<void> {
  const text = sessionCookieOf(c);
  const credential = text === null ? null : readCredential(text);
  if (credential === null) return;
  const proven = await sessions.prove(credential, clock.now());
  // A session that is over makes a stranger, who can sign in again.
  if (proven === null) return;
  setPrincipal(c, proven);
  c.set('formSecret', text);
}

function setPrincipal(c: Context, proven: Awaited<ReturnType<Accounts['sessions']['prove']>>): void {
  c.set('principal', proven?.principal);
  c.set('proven', proven);
}

async function refuse(
  c: Context,
  found: Extract<Attempt, { kind: 'invalid' | 'wait' }>,
  answer: (c: Context, problem: Problem) => Response | Promise<Response>,
): Promise<Response> {
  if (found.kind === 'wait') {
    const seconds = Math.ceil(found.ms / 1000);
    const response = await answer(c, {
      status: 429,
      code: 'too-many-attempts',
      title: 'Too many credentials that are not valid',
      detail: `Wait ${seconds} seconds, then try again with a valid token.`,
    });
    response.headers.set('Retry-After', String(seconds));
    return response;
  }
  const response = await answer(c, {
    status: 401,
    code: 'credentials',
    title: 'The credentials are not valid',
    detail: 'The token is unknown, has expired or was revoked. Send a valid one, or none.',
  });
  // Not Basic: a browser would ask for a password, remember it, and send it with every form.
  response.headers.set('WWW-Authenticate', 'Bearer realm="snowguard"');
  return response;
}

/** The token in a header; empty when there is none, as in an entry of netrc without a password. */
function credentialIn(header: string): string {
  const [, scheme = '', value = ''] = /^(bearer|basic)\s+(\S+)\s*$/i.exec(header) ?? [];
  if (scheme.toLowerCase() !== 'basic') return scheme === '' ? header : value;
  const pair = Buffer.from(value, 'base64').toString('utf8');
  return pair.slice(pair.indexOf(':') + 1);
}

function addressOf(c: Context, trustForwarded: boolean): string {
  const forwarded = trustForwarded ? c.req.header('X-Forwarded-For')?.split(',').at(-1)?.trim() : undefined;
  const { incoming } = (c.env ?? {}) as {
    readonly incoming?: { readonly socket?: { readonly remoteAddress?: string } };
  };
  return forwarded || incoming?.socket?.remoteAddress || 'unknown';
}
