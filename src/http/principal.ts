import type { Context } from 'hono';
import { isGranted, type Person, type Principal, type Proven } from '../accounts/index.ts';

/** Who asks; null for a stranger. */
export function principalOf(c: Context): Principal | null {
  return (c.get('principal') as Principal | undefined) ?? null;
}

/** The person whom a private page may be shown to; null for strangers, workloads and tokens that may not read. */
export function readerOf(principal: Principal | null): Person | null {
  return principal?.kind === 'person' && principal.scopes.includes('read') ? principal.person : null;
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

/** As what is done is written down: the name of a person, or of a robot. */
export function nameOf(principal: Principal): string {
  return principal.kind === 'person' ? principal.person.name : principal.name;
}

/** A person may be of another organisation whose flakes lie here, and a robot is of none. */
export function isOfTheHouse(principal: Principal | null, organisation: string): boolean {
  if (principal?.kind !== 'person' || !principal.scopes.includes('read')) return false;
  return isGranted(principal.grants, { organisation, flake: null }, 'reader');
}

/** Who may see what everyone asks for, and decide it. */
export function isOperator(principal: Principal | null): boolean {
  return (
    principal?.kind === 'person' &&
    principal.person.roles.some((role) => role === 'policy_admin' || role === 'security_lead' || role === 'auditor')
  );
}
