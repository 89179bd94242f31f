import type { Principal, Role } from './model.ts';

/** `unlisted`: read by whoever knows its name. `private`: to an outsider it does not exist. */
export type Visibility = 'public' | 'unlisted' | 'private';

/** A flake of an organisation; the names count in any case. */
export interface FlakePlace {
  readonly organisation: string;
  readonly flake: string;
}

/** What is written, and by whom it may be. */
export type WriteScope = 'publish' | 'cache-write' | 'push';

const writers: Readonly<Record<WriteScope, readonly Role[]>> = {
  publish: ['release_manager'],
  'cache-write': ['release_manager'],
  push: ['analyst', 'reviewer', 'security_lead', 'release_manager', 'duty_officer'],
};

/** Whether a flake may be read; where not, answer exactly as if there were none. */
export function mayRead(principal: Principal | null, place: FlakePlace & { readonly visibility: Visibility }): boolean {
  if (place.visibility !== 'private') return true;
  if (principal === null || !principal.scopes.includes('read')) return false;
  return principal.kind === 'person' || isFor(principal, place);
}

/**
 * Whether something may be written: a person needs the scope and a role, a workload the scope and the place.
 * `flake` null: to what the whole organisation shares.
 */
export function mayWrite(
  principal: Principal | null,
  scope: WriteScope,
  place: { readonly organisation: string; readonly flake: string | null },
): boolean {
  if (principal === null || !principal.scopes.includes(scope)) return false;
  return principal.kind === 'person'
    ? writers[scope].some((role) => principal.person.roles.includes(role))
    : isFor(principal, place);
}

function isFor(
  workload: Extract<Principal, { kind: 'workload' }>,
  { organisation, flake }: { readonly organisation: string; readonly flake: string | null },
): boolean {
  if (workload.organisation.toLowerCase() !== organisation.toLowerCase()) return false;
  return workload.flake === null || workload.flake.toLowerCase() === flake?.toLowerCase();
}
