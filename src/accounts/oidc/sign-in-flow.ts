import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../../foundation/clock.ts';
import { AppError } from '../../foundation/errors.ts';
import type { RandomBytes } from '../../foundation/ids.ts';
import { jsonOrNull } from '../../foundation/json.ts';
import type { Poster } from '../../platform/fetcher/index.ts';
import type { Discovery, Issuers } from './issuers.ts';

const errors = {
  noCodeFlow: { code: 'accounts.no-code-flow', retryable: false },
} as const;

const TokenAnswer = z.object({ id_token: z.string().max(32_768) });

/** Whom the sign-in service vouches for. */
export interface Vouched {
  /** `<issuer> <subject>` */
  readonly identity: string;
  readonly verifiedEmail: string | null;
}

/** Signing in at a service of the house: the authorization code flow of OpenID Connect Core 1.0 with PKCE (RFC 7636). */
export interface SignInFlow {
  readonly title: string;
  /** Where to send the browser, and what it has to remember until it comes back. */
  readonly begin: () => Promise<{ readonly url: string; readonly memory: string }>;
  /** Null when the service did not vouch for this browser. */
  readonly finish: (given: {
    readonly memory: string;
    readonly query: Readonly<Record<string, string | undefined>>;
  }) => Promise<Vouched | null>;
}

export function createSignInFlow(given: {
  readonly title: string;
  readonly issuer: string;
  readonly clientId: string;
  /** Null for a public client. */
  readonly secret: () => Promise<string | null>;
  readonly redirectUri: string;
  readonly issuers: Issuers;
  readonly poster: Poster;
  readonly clock: Clock;
  readonly random: RandomBytes;
}): SignInFlow {
  const { issuer, clientId, redirectUri, issuers, poster, clock } = given;
  const fresh = () => Buffer.from(given.random(32)).toString('base64url');

  return {
    title: given.title,
    begin: async () => {
      const { authorization_endpoint: place } = await endpointsOf();
      const [state, nonce, verifier] = [fresh(), fresh(), fresh()];
      const url = new URL(place);
      const parameters = {
        response_type: 'code',
        client_id: clientId,
        redirect_uri: redirectUri,
        scope: 'openid email',
        state,
        nonce,
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
      };
      for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
      return { url: url.href, memory: [state, nonce, verifier].join('.') };
    },
    finish: async ({ memory, query }) => {
      const [state = '', nonce = '', verifier = ''] = memory.split('.');
      const { code } = query;
      if (state === '' || query.state !== state || !code || code.length > 4096) return null;
      // RFC 9207: an answer of another issuer is not for us.
      if (query.iss !== undefined && query.iss !== issuer) return null;
      const token = await exchange(code, verifier);
      const at = clock.now();
      const claims = token === null ? null : await issuers.verify(token, { issuer, audience: clientId, at });
      if (claims === null || claims.nonce !== nonce) return null;
      if (Array.isArray(claims.aud) && claims.aud.length > 1 && claims.azp !== clientId) return null;
      const { email, email_verified: verified } = claims;
      return {
        identity: `${issuer} ${claims.sub}`,
        verifiedEmail: typeof email === 'string' && verified === true ? email : null,
      };
    },
  };

  async function endpointsOf(): Promise<Discovery & { authorization_endpoint: string; token_endpoint: string }> {
    const discovery = await issuers.discover(issuer);
    const { authorization_endpoint, token_endpoint } = discovery;
    if (authorization_endpoint === undefined || token_endpoint === undefined)
      throw new AppError(errors.noCodeFlow, `${issuer} offers no sign-in by authorization code`, {
        hint: 'Correct [sign_in] in snowguard.toml. A token signs in meanwhile.',
      });
    return { ...discovery, authorization_endpoint, token_endpoint };
  }

  async function exchange(code: string, verifier: string): Promise<string | null> {
    const { token_endpoint: url, token_endpoint_auth_methods_supported: methods } = await endpointsOf();
    const secret = await given.secret();
    const form = new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirectUri,
      client_id: clientId,
      code_verifier: verifier,
    });
    // Basic is what a service understands that names no method; some understand the other one only.
    const inBody = methods !== undefined && !methods.includes('client_secret_basic');
    if (secret !== null && inBody) form.set('client_secret', secret);
    const pair = `${encodeURIComponent(clientId)}:${encodeURIComponent(secret ?? '')}`;
    const answer = await poster.post({
      url,
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'application/json',
        ...(secret === null || inBody ? {} : { authorization: `Basic ${Buffer.from(pair).toString('base64')}` }),
      },
      body: form.toString(),
    });
    if (answer.status !== 200) return null;
    const parsed = TokenAnswer.safeParse(jsonOrNull(answer.body));
    return parsed.success ? parsed.data.id_token : null;
  }
}
