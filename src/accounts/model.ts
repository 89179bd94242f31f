/** What a person may do. Acts that need two people need two different people, each holding the role. */
export const roles = [
  'analyst',
  'reviewer',
  'security_lead',
  'release_manager',
  'duty_officer',
  'policy_admin',
  'customer_admin',
  'auditor',
] as const;
export type Role = (typeof roles)[number];

/** A person, as signed in: never the robot, and one however many accounts and tokens they have. */
export interface Person {
  /** Lower case, unique, never reused: the `actor` of the journal. */
  readonly name: string;
  readonly roles: readonly Role[];
}

/**
 * What a token is good for. `read`: the private flakes and caches that its holder was let into. `act`: whatever the roles of its
 * person allow. `publish`: upload releases. `cache-write`: upload store paths. `push`: propose a change with git.
 */
export const scopes = ['read', 'act', 'publish', 'cache-write', 'push'] as const;
export type Scope = (typeof scopes)[number];

/** What a member of an organisation may do: an owner decides who else may, a publisher uploads, a reader reads. */
export const grantRoles = ['owner', 'publisher', 'reader'] as const;
export type GrantRole = (typeof grantRoles)[number];

/** A flake, or with null every flake of the organisation; the names count in any case. */
export interface GrantPlace {
  readonly organisation: string;
  readonly flake: string | null;
}

export interface Grant extends GrantPlace {
  readonly role: GrantRole;
}

/** Who asks: a person by session or token, or a workload (a CI job by OIDC, a robot's token). */
export type Principal =
  | {
      readonly kind: 'person';
      readonly person: Person;
      readonly scopes: readonly Scope[];
      /** The organisations and flakes that they belong to. */
      readonly grants: readonly Grant[];
    }
  | {
      readonly kind: 'workload';
      readonly name: string;
      readonly scopes: readonly Scope[];
      readonly organisation: string;
      /** The one flake it is for; null for every flake of the organisation. */
      readonly flake: string | null;
    };

/** Why an act of a person was refused; null when it may go on. */
export function refusalOf(person: Person, role: Role): 'not_a_person' | 'role_missing' | null {
  if (person.name === 'robot' || person.name.trim() === '') return 'not_a_person';
  return person.roles.includes(role) ? null : 'role_missing';
}
