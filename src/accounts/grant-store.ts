import type { Selectable } from 'kysely';
import type { EpochMs } from '../foundation/clock.ts';
import { appendEvent, type JournalTables } from '../journal/index.ts';
import type { Database } from '../platform/database/index.ts';
import { grantsOfTheHouse, isGranted } from './grant.ts';
import type { Grant, GrantPlace, GrantRole, Person } from './model.ts';
import type { PeopleStore } from './people-store.ts';
import type { AccountsTables } from './tables.ts';

type Tables = AccountsTables & JournalTables;

/** A person who was let in, by whom and when. */
export interface Member extends Grant {
  readonly person: string;
  readonly grantedAt: EpochMs;
  readonly grantedBy: string;
}

export type GrantOutcome =
  | { readonly kind: 'granted' | 'unchanged' | 'revoked' }
  | { readonly kind: 'refused'; readonly reason: string };

export interface GrantStore {
  /** Everything that a person was given, and what they may because they belong to the house. */
  readonly grantsOf: (person: Person) => Promise<readonly Grant[]>;
  /** Who was let into an organisation or one of its flakes, by name. */
  readonly members: (organisation: string) => Promise<readonly Member[]>;
  /** Whether a person decides who may do what at a place. */
  readonly decides: (person: Person, place: GrantPlace) => Promise<boolean>;
  /** Gives a person this role at a place, instead of what they had there; null takes it away. At once. */
  readonly set: (given: {
    readonly place: GrantPlace;
    readonly person: string;
    readonly role: GrantRole | null;
    readonly by: Person;
    readonly at: EpochMs;
  }) => Promise<GrantOutcome>;
}

export function createGrantStore(given: {
  readonly db: Database<Tables>;
  readonly people: Pick<PeopleStore, 'person'>;
  /** The organisation of the house. */
  readonly organisation: string;
}): GrantStore {
  const { db, people, organisation: house } = given;
  const grantsOf = async (person: Person): Promise<readonly Grant[]> => {
    const rows = await db.read.selectFrom('account_grant').selectAll().where('person', '=', person.name).execute();
    return [...grantsOfTheHouse(person, house), ...rows.map(memberOfRow)];
  };
  // Whoever admits people to the house may let them in anywhere, themselves too, and the journal says so.
  const decides = async (person: Person, place: GrantPlace) =>
    person.roles.includes('policy_admin') || isGranted(await grantsOf(person), place, 'owner');
  return {
    grantsOf,
    decides,
    members: async (organisation) => {
      const rows = await db.read
        .selectFrom('account_grant')
        .selectAll()
        .where('organisation_key', '=', organisation.toLowerCase())
        .orderBy('flake_key')
        .orderBy('person')
        .execute();
      return rows.map(memberOfRow);
    },
    set: async ({ place, person, role, by, at }) => {
      const name = place.flake === null ? place.organisation : `${place.organisation}/${place.flake}`;
      if (!(await decides(by, place))) return refused(`${by.name} is neither an owner of ${name} nor a policy admin`);
      // Whoever left can still be taken out.
      if (role !== null && (await people.person(person)) === null)
        return refused(`there is no ${person.slice(0, 100)} in the house`);
      return db.write(async (trx) => {
        const key = { organisation_key: place.organisation.toLowerCase(), flake_key: place.flake?.toLowerCase() ?? '' };
        const before = await trx
          .deleteFrom('account_grant')
          .where('organisation_key', '=', key.organisation_key)
          .where('flake_key', '=', key.flake_key)
          .where('person', '=', person)
          .returningAll()
          .executeTakeFirst();
        if (role !== null)
          await trx
            .insertInto('account_grant')
            .values({
              ...key,
              person,
              organisation: place.organisation,
              flake: place.flake,
              role,
              granted_at: before?.role === role ? before.granted_at : at,
              granted_by: before?.role === role ? before.granted_by : by.name,
            })
            .execute();
        if ((before?.role ?? null) === role) return { kind: 'unchanged' };
        await appendEvent(trx, {
          at,
          kind: role === null ? 'accounts.grant-revoked' : 'accounts.granted',
          subject: person,
          actor: by.name,
          payload: { ...place, role: role ?? before?.role ?? null },
        });
        return { kind: role === null ? 'revoked' : 'granted' };
      });
    },
  };
}

function memberOfRow(row: Selectable<AccountsTables['account_grant']>): Member {
  return {
    organisation: row.organisation,
    flake: row.flake,
    role: row.role as GrantRole,
    person: row.person,
    grantedAt: row.granted_at,
    grantedBy: row.granted_by,
  };
}

function refused(reason: string): GrantOutcome {
  return { kind: 'refused', reason };
}
