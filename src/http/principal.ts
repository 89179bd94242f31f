import type { Context } from 'hono';
import type { Person, Principal, Proven } from '../accounts/index.ts';

/** Who asks; null for a stranger. */
export function principalOf(c: Context): Principal | null {
  return (c.get('principal') as Principal | undefined) ?? null;
}

/** The person who asks and may act; null for strangers, workloads and tokens that only read. */
export function actingPersonOf(c: Context): Person | null {
  const principal = principalOf(c);
  return principal?.kind === 'person' && principal.scopes.includes('act') ? principal.person : null;
}

/** The token or session by which the principal is known, and until when it is good; null for a stranger. */
export function provenOf(c: Context): Proven | null {
  return (c.get('proven') as Proven | undefined) ?? null;
}

/** The store path whose closure the token sent opens at the cache, and nothing else; null without such a token. */
export function closureOf(c: Context): string | null {
  return (c.get('closure') as string | undefined) ?? null;
}
