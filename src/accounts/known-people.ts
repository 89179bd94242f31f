import type { Kysely, Transaction } from 'kysely';
import type { Role } from './model.ts';
import type { KnownPerson } from './people-change.ts';
import type { AccountsTables } from './tables.ts';

type Tables = Pick<AccountsTables, 'account_person'>;

/** All who are or were known. */
export async function everyone<Known extends Tables>(
  db: Kysely<Known> | Transaction<Known>,
): Promise<readonly KnownPerson[]> {
  const rows = await (db as unknown as Kysely<Tables>).selectFrom('account_person').selectAll().execute();
  return rows.map(personOf);
}

export function personOf(row: Tables['account_person']): KnownPerson {
  return {
    name: row.name,
    roles: JSON.parse(row.roles) as Role[],
    email: row.email,
    identity: row.identity,
    addedAt: row.added_at,
    removedAt: row.removed_at,
  };
}
