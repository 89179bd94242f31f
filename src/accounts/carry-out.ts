import type { Transaction } from 'kysely';
import type { EpochMs } from '../foundation/clock.ts';
import { appendEvent, type JournalTables } from '../journal/index.ts';
import { applyChange, type KnownPerson, mailboxOf, type PeopleChange } from './people-change.ts';
import { type PeopleOutcome, refused } from './people-outcome.ts';
import type { AccountsTables } from './tables.ts';
import { endAccess, firstTokenRow } from './token-rows.ts';

type Tables = AccountsTables & JournalTables;

/** Makes the change, within the transaction that found it allowed. */
export async function carryOut(
  trx: Transaction<Tables>,
  given: {
    readonly people: readonly KnownPerson[];
    readonly change: PeopleChange;
    readonly by: string;
    readonly proposedBy: string | null;
    readonly at: EpochMs;
  },
): Promise<PeopleOutcome> {
  const { people, change, by, proposedBy, at } = given;
  const applied = applyChange(people, change, at);
  if (applied.kind === 'fault') return refused(applied.why);
  const { person } = applied;
  const key = change.kind === 'add' || change.kind === 'key' ? change.key : null;
  if (key !== null) {
    const taken = await trx.selectFrom('account_token').select('id').where('id', '=', key.id).executeTakeFirst();
    if (taken !== undefined) return refused('key_taken');
    await trx
      .insertInto('account_token')
      .values(firstTokenRow({ key, person: person.name, by, at }))
      .execute();
  }
  const row = {
    roles: JSON.stringify(person.roles),
    email: person.email,
    mailbox: person.email === null ? null : mailboxOf(person.email),
    identity: person.identity,
    added_at: person.addedAt,
    removed_at: person.removedAt,
  };
  await trx
    .insertInto('account_person')
    .values({ name: person.name, ...row })
    .onConflict((conflict) => conflict.column('name').doUpdateSet(row))
    .execute();
  if (change.kind === 'remove') await endAccess(trx, person.name, at);
  await appendEvent(trx, {
    at,
    kind: 'accounts.person-changed',
    subject: person.name,
    actor: by,
    payload: { change, proposedBy, roles: person.roles },
  });
  return { kind: 'done', person };
}
