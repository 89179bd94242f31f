import { type Grant, type GrantPlace, type GrantRole, grantRoles, type Person } from './model.ts';

/** Who works in the house belongs to its organisation, without being named there. */
export function grantsOfTheHouse({ roles }: Person, organisation: string): readonly Grant[] {
  if (roles.length === 0) return [];
  return [{ organisation, flake: null, role: roles.includes('release_manager') ? 'publisher' : 'reader' }];
}

/** Whether one of these grants reaches a place; what holds for an organisation holds for its flakes, not the other way. */
export function isGranted(grants: readonly Grant[], place: GrantPlace, role: GrantRole): boolean {
  return grants.some((grant) => grantRoles.indexOf(grant.role) <= grantRoles.indexOf(role) && isWithin(place, grant));
}

export function isWithin({ organisation, flake }: GrantPlace, outer: GrantPlace): boolean {
  if (outer.organisation.toLowerCase() !== organisation.toLowerCase()) return false;
  return outer.flake === null || outer.flake.toLowerCase() === flake?.toLowerCase();
}
