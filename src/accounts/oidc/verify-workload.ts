import type { EpochMs } from '../../foundation/clock.ts';
import type { Proven } from '../token-store.ts';
import { fits, type WorkloadRule } from './claim-rules.ts';
import type { Issuers } from './issuers.ts';

const maxTokenLength = 16_384;

/** Who a CI job is, by the token that its issuer signed for us; null when no rule knows it. */
export type VerifyWorkload = (token: string, at: EpochMs) => Promise<Proven | null>;

export function createVerifyWorkload(given: {
  readonly rules: readonly WorkloadRule[];
  readonly issuers: Issuers;
}): VerifyWorkload {
  return async (token, at) => {
    const claimed = claimedIssuer(token);
    // Nobody makes us ask an issuer that no rule names.
    const rules = given.rules.filter(({ issuer }) => issuer === claimed);
    for (const audience of new Set(rules.map((rule) => rule.audience))) {
      const issuer = claimed ?? '';
      const claims = await given.issuers.verify(token, { issuer, audience, at });
      const rule = claims === null ? undefined : rules.find((each) => each.audience === audience && fits(each, claims));
      if (claims === null || rule === undefined) continue;
      const { organisation, flake, scopes } = rule;
      // No person's name has a colon.
      const name = `ci:${String(claims.sub).slice(0, 200)}`;
      return {
        principal: { kind: 'workload', name, organisation, flake, scopes },
        expiresAt: (claims.exp ?? 0) * 1000,
        id: String(claims.jti ?? name).slice(0, 200),
      };
    }
    return null;
  };
}

/** What a token says of itself before anything is believed; null when it is no token of that kind. */
function claimedIssuer(token: string): string | null {
  const [header, payload, signature, more] = token.length > maxTokenLength ? [] : token.split('.');
  if (!header || !payload || !signature || more !== undefined) return null;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    const issuer = typeof claims === 'object' && claims !== null && 'iss' in claims ? claims.iss : null;
    return typeof issuer === 'string' ? issuer : null;
  } catch {
    return null;
  }
}
