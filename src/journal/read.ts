import type { Selectable, Transaction } from 'kysely';
import { inParts } from '../foundation/in-parts.ts';
import type { Database } from '../platform/database/index.ts';
import type { JournalEvent, JournalTables } from './model.ts';

/** Oldest first. */
export async function eventsAfter<Tables extends JournalTables>(
  db: Pick<Database<Tables>, 'read'>,
  sequence: number,
  limit: number,
): Promise<readonly JournalEvent[]> {
  const rows = await journalOf(db)
    .selectFrom('journal_event')
    .selectAll()
    .where('sequence', '>', sequence)
    .orderBy('sequence')
    .limit(limit)
    .execute();
  return rows.map(eventOfRow);
}

/** Newest first; `before` is the last sequence of the page before. */
export async function latestEvents<Tables extends JournalTables>(
  db: Pick<Database<Tables>, 'read'>,
  {
    limit,
    before,
    kinds,
    subject,
  }: {
    readonly limit: number;
    readonly before?: number;
    readonly kinds?: readonly string[];
    readonly subject?: string;
  },
): Promise<readonly JournalEvent[]> {
  let query = journalOf(db).selectFrom('journal_event').selectAll().orderBy('sequence', 'desc').limit(limit);
  if (before !== undefined) query = query.where('sequence', '<', before);
  if (kinds !== undefined) query = query.where('kind', 'in', kinds);
  if (subject !== undefined) query = query.where('subject', '=', subject);
  return (await query.execute()).map(eventOfRow);
}

/** Tells the sequence of the newest event; 0 when there is none. Cheap enough to be asked all the time. */
export function sequenceReader<Tables extends JournalTables>(
  db: Pick<Database<Tables>, 'read'>,
): () => Promise<number> {
  const query = journalOf(db)
    .selectFrom('journal_event')
    .select(({ fn }) => fn.max('sequence').as('newest'))
    .compile();
  return async () => Number((await db.read.executeQuery(query)).rows[0]?.newest ?? 0);
}

/** All of them, oldest first. */
export async function eventsOfKinds<Tables extends JournalTables>(
  db: Pick<Database<Tables>, 'read'>,
  kinds: readonly string[],
): Promise<readonly JournalEvent[]> {
  const rows = await journalOf(db)
    .selectFrom('journal_event')
    .selectAll()
    .where('kind', 'in', kinds)
    .orderBy('sequence')
    .execute();
  return rows.map(eventOfRow);
}

/** All about these subjects, oldest first. */
export async function eventsOfSubjects<Tables extends JournalTables>(
  db: Pick<Database<Tables>, 'read'>,
  subjects: readonly string[],
): Promise<readonly JournalEvent[]> {
  const rows: Selectable<JournalTables['journal_event']>[] = [];
  for (const part of inParts(subjects))
    rows.push(...(await journalOf(db).selectFrom('journal_event').selectAll().where('subject', 'in', part).execute()));
  return rows.sort((a, b) => a.sequence - b.sequence).map(eventOfRow);
}

/** The last sequence that a reader is done with; 0 at first. */
export async function cursorOf<Tables extends JournalTables>(
  db: Pick<Database<Tables>, 'read'>,
  reader: string,
): Promise<number> {
  const row = await journalOf(db)
    .selectFrom('journal_cursor')
    .select('sequence')
    .where('reader', '=', reader)
    .executeTakeFirst();
  return row?.sequence ?? 0;
}

/** A cursor never goes back. */
export async function advanceCursor<Tables extends JournalTables>(
  trx: Transaction<Tables>,
  reader: string,
  sequence: number,
): Promise<void> {
  await (trx as unknown as Transaction<JournalTables>)
    .insertInto('journal_cursor')
    .values({ reader, sequence })
    .onConflict((conflict) =>
      conflict.column('reader').doUpdateSet({ sequence }).where('journal_cursor.sequence', '<', sequence),
    )
    .execute();
}

// Kysely's types do not see that more tables than these are fine.
function journalOf<Tables extends JournalTables>(db: Pick<Database<Tables>, 'read'>) {
  return (db as unknown as Database<JournalTables>).read;
}

function eventOfRow(row: Selectable<JournalTables['journal_event']>): JournalEvent {
  return { ...row, payload: JSON.parse(row.payload) as JournalEvent['payload'] };
}
