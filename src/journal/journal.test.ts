import { sql } from 'kysely';
import { beforeEach, expect, test } from 'vitest';
import type { Database } from '../platform/database/index.ts';
import { openTestDatabase } from '../platform/database/testing.ts';
import { advanceCursor, appendEvent, cursorOf, eventsAfter, type JournalTables, latestEvents } from './index.ts';

let db: Database<JournalTables>;
beforeEach(async () => {
  db = await openTestDatabase<JournalTables>();
});
const event = (subject: string) => ({ at: 5, kind: 'a.b', subject, actor: 'robot', payload: { n: 1 } });

test('events come back in order', async () => {
  await db.write(async (trx) => {
    await appendEvent(trx, event('one'));
    await appendEvent(trx, event('two'));
  });
  expect((await eventsAfter(db, 0, 10)).map((e) => [e.sequence, e.subject, e.payload])).toEqual([
    [1, 'one', { n: 1 }],
    [2, 'two', { n: 1 }],
  ]);
  expect((await latestEvents(db, { limit: 1 })).map((e) => e.subject)).toEqual(['two']);
  await expect(db.write((trx) => sql`delete from journal_event`.execute(trx))).rejects.toThrow('only grows');
  await db.write((trx) => advanceCursor(trx, 'x', 2));
  await db.write((trx) => advanceCursor(trx, 'x', 1));
  expect(await cursorOf(db, 'x')).toBe(2);
});
