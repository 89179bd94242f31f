/** An issuer as they stand in the world, on a port of this machine: discovery, keys, the code flow. */
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';

type Pair = Awaited<ReturnType<typeof generateKeyPair>>;

export interface TestIssuer {
  readonly url: string;
  readonly host: string;
  /** How often something was asked. */
  readonly asked: (path: string) => number;
  readonly sign: (
    claims: JWTPayload,
    given?: { readonly alg?: 'RS256' | 'ES256'; readonly kid?: string },
  ) => Promise<string>;
  /** From now on it signs with other keys and no longer shows the old ones. */
  readonly rotate: () => Promise<void>;
  /** What it answers instead of what it should. */
  readonly spoil: (path: string, body: string | null) => void;
  /** The public key of the RSA pair, as everybody can read it. */
  readonly publicKey: () => Promise<string>;
  /** The person consents in the browser: leads to the redirect address with a code. */
  readonly consent: (url: string, claims: JWTPayload) => Promise<string>;
  readonly close: () => Promise<void>;
}

export async function startIssuer(secret: string | null = 's3cret/+'): Promise<TestIssuer> {
  let generation = 0;
  let pairs: Readonly<Record<string, Pair>> = {};
  const counts = new Map<string, number>();
  const spoilt = new Map<string, string>();
  const codes = new Map<string, { readonly challenge: string; readonly redirectUri: string; readonly token: string }>();
  const rotate = async () => {
    generation++;
    pairs = { RS256: await generateKeyPair('RS256'), ES256: await generateKeyPair('ES256') };
  };
  await rotate();

  const server = createServer(async (request, response) => {
    const path = request.url ?? '';
    counts.set(path, (counts.get(path) ?? 0) + 1);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const answer = (status: number, body: unknown) => {
      response.writeHead(status, { 'Content-Type': 'application/json' });
      response.end(spoilt.get(path) ?? JSON.stringify(body));
    };
    if (path === '/.well-known/openid-configuration')
      return answer(200, {
        issuer: url,
        jwks_uri: `${url}/keys`,
        authorization_endpoint: `${url}/authorize`,
        token_endpoint: `${url}/token`,
      });
    if (path === '/keys') return answer(200, { keys: await publicKeys() });
    if (path !== '/token') return answer(404, {});
    const form = new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
    const code = form.get('code') ?? '';
    const kept = codes.get(code);
    codes.delete(code);
    const proven = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    const expected = secret === null ? undefined : `Basic ${btoa(`snowguard:${encodeURIComponent(secret)}`)}`;
    const fine =
      kept?.challenge === proven &&
      kept.redirectUri === form.get('redirect_uri') &&
      request.headers.authorization === expected;
    return fine ? answer(200, { id_token: kept.token, token_type: 'Bearer' }) : answer(400, { error: 'invalid_grant' });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const url = `http://${host}`;

  async function publicKeys() {
    return Promise.all(
      Object.entries(pairs).map(async ([alg, { publicKey }]) => ({
        ...(await exportJWK(publicKey)),
        kid: `${alg}-${generation}`,
        use: 'sig',
      })),
    );
  }

  const sign: TestIssuer['sign'] = (claims, { alg = 'RS256', kid = `${alg}-${generation}` } = {}) => {
    const pair = pairs[alg];
    if (pair === undefined) throw new Error(`no key for ${alg}`);
    return new SignJWT(claims).setProtectedHeader({ alg, kid, typ: 'JWT' }).sign(pair.privateKey);
  };

  return {
    url,
    host,
    asked: (path) => counts.get(path) ?? 0,
    sign,
    rotate,
    spoil: (path, body) => (body === null ? spoilt.delete(path) : spoilt.set(path, body)),
    publicKey: async () => JSON.stringify((await publicKeys())[0]),
    consent: async (address, claims) => {
      const asked = new URL(address).searchParams;
      const code = `code-${codes.size}-${Math.random()}`;
      const token = await sign({ nonce: asked.get('nonce') ?? '', ...claims });
      const redirectUri = asked.get('redirect_uri') ?? '';
      codes.set(code, { challenge: asked.get('code_challenge') ?? '', redirectUri, token });
      const back = new URL(redirectUri);
      back.searchParams.set('code', code);
      back.searchParams.set('state', asked.get('state') ?? '');
      return back.href;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
