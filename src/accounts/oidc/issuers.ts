import type { JSONWebKeySet, JWTPayload, JWTVerifyOptions } from 'jose';
import { z } from 'zod';
import type { Clock, EpochMs } from '../../foundation/clock.ts';
import { AppError } from '../../foundation/errors.ts';
import type { Fetcher } from '../../platform/fetcher/index.ts';

const maxDocumentBytes = 65_536;
const maxKeysBytes = 262_144;
const timeoutMs = 10_000;
const keptMs = 3_600_000;
// An issuer that exchanged its keys is asked again; a token with a made-up key id must not make us ask without end.
const askAgainMs = 60_000;

/** Public-key signatures only: a shared secret or none would let whoever knows our public keys sign. */
const algorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];
const clockSkewSeconds = 60;

const errors = {
  unreadable: { code: 'accounts.issuer', retryable: true },
} as const;

const address = z.url({ protocol: /^https?$/ }).max(2000);

/** What an issuer says of itself: OpenID Connect Discovery 1.0, section 3. */
const Discovery = z.object({
  issuer: z.string(),
  jwks_uri: address,
  authorization_endpoint: address.optional(),
  token_endpoint: address.optional(),
  token_endpoint_auth_methods_supported: z.array(z.string()).optional(),
});
export type Discovery = z.infer<typeof Discovery>;

const Keys = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).max(200) });

export interface Issuers {
  readonly discover: (issuer: string) => Promise<Discovery>;
  /** The claims of a token that this issuer signed for this audience, and that is good now; null for any other. */
  readonly verify: (
    token: string,
    expected: { readonly issuer: string; readonly audience: string; readonly at: EpochMs },
  ) => Promise<JWTPayload | null>;
}

interface Known {
  readonly discovery: Discovery;
  readonly keys: JSONWebKeySet;
  readonly at: EpochMs;
}

/** Asks issuers for their keys, within bounds, and keeps them for an hour. */
export function createIssuers({ fetcher, clock }: { readonly fetcher: Fetcher; readonly clock: Clock }): Issuers {
  const kept = new Map<string, Promise<Known>>();

  const ask = (issuer: string): Promise<Known> => {
    const asked = askIssuer(issuer);
    kept.set(issuer, asked);
    // A failure is not kept.
    asked.catch(() => kept.get(issuer) === asked && kept.delete(issuer));
    return asked;
  };
  const knownOf = async (issuer: string): Promise<Known> => {
    const known = await kept.get(issuer);
    return known === undefined || clock.now() - known.at > keptMs ? ask(issuer) : known;
  };

  return {
    discover: async (issuer) => (await knownOf(issuer)).discovery,
    verify: async (token, { issuer, audience, at }) => {
      const options: JWTVerifyOptions = {
        issuer,
        audience,
        algorithms,
        clockTolerance: clockSkewSeconds,
        currentDate: new Date(at),
        requiredClaims: ['exp', 'iat', 'sub'],
      };
      const known = await knownOf(issuer);
      const first = await claimsOf(token, known.keys, options);
      if (first !== 'no-such-key') return first;
      if (clock.now() - known.at < askAgainMs) return null;
      const second = await claimsOf(token, (await ask(issuer)).keys, options);
      return second === 'no-such-key' ? null : second;
    },
  };

  async function askIssuer(issuer: string): Promise<Known> {
    const place = `${issuer.replace(/\/+$/, '')}/.well-known/openid-configuration`;
    const discovery = Discovery.safeParse(await json(place, maxDocumentBytes));
    if (!discovery.success || discovery.data.issuer !== issuer) throw unreadable(issuer, 'does not describe itself');
    const keys = Keys.safeParse(await json(discovery.data.jwks_uri, maxKeysBytes));
    if (!keys.success) throw unreadable(issuer, 'does not tell its keys');
    const usable = keys.data.keys.filter(({ kty }) => ['RSA', 'EC', 'OKP'].includes(kty));
    return { discovery: discovery.data, keys: { keys: usable } as JSONWebKeySet, at: clock.now() };
  }

  async function json(url: string, maxBytes: number): Promise<unknown> {
    const outcome = await fetcher.fetch({ url, maxBytes, timeoutMs, headers: { Accept: 'application/json' } });
    if (outcome.kind !== 'content') throw unreadable(url, 'does not answer as it should');
    const chunks: Buffer[] = [];
    for await (const chunk of outcome.body) chunks.push(chunk as Buffer);
    try {
      return JSON.parse(Buffer.concat(chunks).toString('utf8'));
    } catch (error) {
      throw unreadable(url, 'does not answer with JSON', error);
    }
  }
}

async function claimsOf(
  token: string,
  keys: JSONWebKeySet,
  options: JWTVerifyOptions,
): Promise<JWTPayload | 'no-such-key' | null> {
  const { createLocalJWKSet, errors: jose, jwtVerify } = await import('jose');
  try {
    return (await jwtVerify(token, createLocalJWKSet(keys), options)).payload;
  } catch (error) {
    if (error instanceof jose.JWKSNoMatchingKey) return 'no-such-key';
    // The rest says that the token, or a key of the issuer, is not one that proves anything.
    return null;
  }
}

function unreadable(what: string, how: string, cause?: unknown): AppError {
  return new AppError(errors.unreadable, `${what} ${how}`, {
    cause,
    hint: 'Check the issuer in snowguard.toml: it must be written exactly as in its own configuration document.',
  });
}
