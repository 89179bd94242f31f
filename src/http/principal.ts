import type { Context } from 'hono';
import type { Person, Principal } from '../accounts/index.ts';

/** Who asks; null for a stranger. */
export function principalOf(c: Context): Principal | null {
  return (c.get('principal') as Principal | undefined) ?? null;
}

/** The person who asks and may act; null for strangers, workloads and tokens that only read. */
export function actingPersonOf(c: Context): Person | null {
  const principal = principalOf(c);
  return principal?.kind === 'person' && principal.scopes.includes('act') ? principal.person : null;
}
