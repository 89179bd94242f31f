import { isGranted, isWithin } from './grant.ts';
import type { GrantPlace, Principal, Role } from './model.ts';

/** `unlisted`: read by whoever knows its name. `private`: to an outsider it does not exist. */
export type Visibility = 'public' | 'unlisted' | 'private';

/** A flake of an organisation; the names count in any case. */
export interface FlakePlace {
  readonly organisation: string;
  readonly flake: string;
}

/** What is written, and by whom it may be. */
export type WriteScope = 'publish' | 'cache-write' | 'push';

/** Whoever works on the set proposes changes to it. */
const proposers: readonly Role[] = ['analyst', 'reviewer', 'security_lead', 'release_manager', 'duty_officer'];

/** Whether a flake may be read; where not, answer exactly as if there were none. */
export function mayRead(principal: Principal | null, place: FlakePlace & { readonly visibility: Visibility }): boolean {
  if (place.visibility !== 'private') return true;
  if (principal === null || !principal.scopes.includes('read')) return false;
  return principal.kind === 'person' ? isGranted(principal.grants, place, 'reader') : isWithin(place, principal);
}

/** Whether something may be written, `flake` null: to what the whole organisation shares. */
export function mayWrite(principal: Principal | null, scope: WriteScope, place: GrantPlace): boolean {
  if (principal === null || !principal.scopes.includes(scope)) return false;
  if (principal.kind === 'workload') return isWithin(place, principal);
  if (scope !== 'push') return isGranted(principal.grants, place, 'publisher');
  return (
    isGranted(principal.grants, place, 'reader') && proposers.some((role) => principal.person.roles.includes(role))
  );
}
