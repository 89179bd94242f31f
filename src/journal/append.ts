import type { Transaction } from 'kysely';
import { type Database, insertRows } from '../platform/database/index.ts';
import type { JournalTables, NewEvent } from './model.ts';

/** Adds an event and gives its sequence; it stands or falls with the rest of the transaction. */
export async function appendEvent<Tables extends JournalTables>(
  trx: Transaction<Tables>,
  { at, kind, subject, actor, payload }: NewEvent,
): Promise<number> {
  // Writes come one after the other (`Database.write`), so the order of sequences is the order of commits.
  const { sequence } = await (trx as unknown as Transaction<JournalTables>)
    .insertInto('journal_event')
    .values({ at, kind, subject, actor, payload: JSON.stringify(payload) })
    .returning('sequence')
    .executeTakeFirstOrThrow();
  return sequence;
}

/** Adds many at once, in this order. */
export async function appendEvents<Tables extends JournalTables>(
  trx: Transaction<Tables>,
  dialect: Database<never>['dialect'],
  events: readonly NewEvent[],
): Promise<void> {
  await insertRows(trx as unknown as Transaction<JournalTables>, {
    dialect,
    table: 'journal_event',
    columns: ['at', 'kind', 'subject', 'actor', 'payload'],
    rows: events.map(({ at, kind, subject, actor, payload }) => [at, kind, subject, actor, JSON.stringify(payload)]),
  });
}
