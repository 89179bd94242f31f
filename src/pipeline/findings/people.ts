/** What a person may do about findings; who holds which is the accounts' business. */
export type Role = 'analyst' | 'reviewer' | 'security_lead';

/** A person, as signed in: never the robot, and one however many accounts they have. */
export interface Person {
  readonly name: string;
  readonly roles: readonly Role[];
}

/** Why an act of a person was refused; null when it may go on. */
export function refusalOf(person: Person, role: Role): 'not_a_person' | 'role_missing' | null {
  if (person.name === 'robot' || person.name.trim() === '') return 'not_a_person';
  return person.roles.includes(role) ? null : 'role_missing';
}
