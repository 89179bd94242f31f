import { createHash } from 'node:crypto';
import type { EpochMs } from '../foundation/clock.ts';
import { canonicalJson } from '../foundation/json.ts';
import { type Fingerprint, writeFingerprint } from './credential.ts';
import type { Person, Role } from './model.ts';

/** A person as the house knows them. */
export interface KnownPerson extends Person {
  readonly email: string | null;
  /** At the sign-in service: `<issuer> <subject>`. */
  readonly identity: string | null;
  readonly addedAt: EpochMs;
  /** The name stays taken: it stands in the journal. */
  readonly removedAt: EpochMs | null;
}

/**
 * What two people decide about a third. `key`: the fingerprint of a token that the person made and keeps, so that
 * nobody who decides ever holds it.
 */
export type PeopleChange =
  | {
      readonly kind: 'add';
      readonly name: string;
      readonly roles: readonly Role[];
      readonly email: string | null;
      readonly identity: string | null;
      readonly key: Fingerprint | null;
    }
  | { readonly kind: 'roles'; readonly name: string; readonly roles: readonly Role[] }
  | {
      readonly kind: 'identity';
      readonly name: string;
      readonly email: string | null;
      readonly identity: string | null;
    }
  | { readonly kind: 'key'; readonly name: string; readonly key: Fingerprint }
  | { readonly kind: 'remove'; readonly name: string };

export type ChangeFault =
  | 'bad_name'
  | 'bad_email'
  | 'name_taken'
  | 'email_taken'
  | 'identity_taken'
  | 'key_taken'
  | 'no_such_person'
  | 'changes_nothing'
  /** It would leave fewer than two policy admins, and then nobody could change anything again. */
  | 'last_admins';

/** What a change does to the people; a fault where it cannot be. `people` are all, removed ones too. */
export function applyChange(
  people: readonly KnownPerson[],
  change: PeopleChange,
  at: EpochMs,
): { readonly kind: 'person'; readonly person: KnownPerson } | { readonly kind: 'fault'; readonly why: ChangeFault } {
  const fault = (why: ChangeFault) => ({ kind: 'fault', why }) as const;
  const before = people.find(({ name }) => name === change.name);
  const others = people.filter(({ name }) => name !== change.name);
  if (change.kind === 'add') {
    if (!isName(change.name)) return fault('bad_name');
    // Who comes back is the same person, and must be known to be.
    const returns = before?.removedAt != null && before.email !== null && sameMailbox(before.email, change.email);
    if (before !== undefined && !returns) return fault('name_taken');
  } else if (before === undefined || before.removedAt !== null) return fault('no_such_person');
  const after = personAfter(before, change, at);
  const why = clashOf(others, after);
  if (why !== null) return fault(why);
  if (change.kind !== 'key' && before !== undefined && canonicalJson(before) === canonicalJson(after))
    return fault('changes_nothing');
  const lost = before !== undefined && isAdmin(before) && !isAdmin(after);
  return lost && others.filter(isAdmin).length < 2 ? fault('last_admins') : { kind: 'person', person: after };
}

/** What the second person signs: the change, and the person as they were when it was proposed. */
export function contentOfChange(change: PeopleChange, before: KnownPerson | null): string {
  return createHash('sha256').update(canonicalJson({ change, before })).digest('hex');
}

/** `ada+lists@Example.org` and `ada@example.org` reach one person. */
export function mailboxOf(email: string): string {
  const [local = '', domain = ''] = email.trim().toLowerCase().split('@');
  return `${local.split('+')[0]}@${domain}`;
}

export function inWords(change: PeopleChange): string {
  const { name } = change;
  switch (change.kind) {
    case 'add':
      return `add ${name}${change.email === null ? '' : ` <${change.email}>`} as ${listed(change.roles)}${
        change.identity === null ? '' : `, signing in as ${change.identity}`
      }${change.key === null ? '' : `, with the token ${writeFingerprint(change.key)}`}`;
    case 'roles':
      return `${name} becomes ${listed(change.roles)}`;
    case 'identity':
      return `${name} is ${change.email ?? 'without e-mail'}, ${change.identity ?? 'without sign-in'}`;
    case 'key':
      return `${name} gets the token ${writeFingerprint(change.key)}`;
    case 'remove':
      return `remove ${name}`;
  }
}

/** What may leave the house: no address, no sign-in and no token stands in it. */
export function inPublicWords(change: PeopleChange): string {
  switch (change.kind) {
    case 'add':
      return `add ${change.name} as ${listed(change.roles)}`;
    case 'identity':
      return `change how ${change.name} is reached and signs in`;
    case 'key':
      return `give ${change.name} another token`;
    default:
      return inWords(change);
  }
}

function personAfter(before: KnownPerson | undefined, change: PeopleChange, at: EpochMs): KnownPerson {
  const person = before ?? {
    name: change.name,
    roles: [],
    email: null,
    identity: null,
    addedAt: at,
    removedAt: null,
  };
  switch (change.kind) {
    case 'add':
      return {
        ...person,
        roles: ordered(change.roles),
        email: change.email,
        identity: change.identity,
        addedAt: at,
        removedAt: null,
      };
    case 'roles':
      return { ...person, roles: ordered(change.roles) };
    case 'identity':
      return { ...person, email: change.email, identity: change.identity };
    case 'key':
      return person;
    case 'remove':
      return { ...person, removedAt: at };
  }
}

function clashOf(others: readonly KnownPerson[], { email, identity }: KnownPerson): ChangeFault | null {
  if (email !== null && !/^[^\s@<>"]{1,64}@[^\s@<>"]{1,190}$/.test(email)) return 'bad_email';
  if (email !== null && others.some((other) => sameMailbox(email, other.email))) return 'email_taken';
  return identity !== null && others.some((other) => other.identity === identity) ? 'identity_taken' : null;
}

function sameMailbox(email: string, other: string | null): boolean {
  return other !== null && mailboxOf(email) === mailboxOf(other);
}

function isAdmin({ roles, removedAt }: KnownPerson): boolean {
  return removedAt === null && roles.includes('policy_admin');
}

// The machine's own words in the journal are nobody's name.
function isName(name: string): boolean {
  return /^[a-z0-9][a-z0-9._-]{0,63}$/.test(name) && !['robot', 'operator'].includes(name);
}

function ordered(roles: readonly Role[]): readonly Role[] {
  return [...new Set(roles)].sort();
}

function listed(roles: readonly Role[]): string {
  return roles.length === 0 ? 'a reader' : roles.join(', ');
}
