import fc from 'fast-check';
import { sql } from 'kysely';
import { beforeEach, describe, expect, test } from 'vitest';
import { migrate, migrations } from '../migrations/index.ts';
import type { Database } from '../platform/database/index.ts';
import { openPostgres } from '../platform/database/postgres.ts';
import { openSqlite } from '../platform/database/sqlite.ts';
import { databasesForTests } from '../platform/database/testing.ts';
import {
  advanceCursor,
  appendEvent,
  cursorOf,
  eventsAfter,
  type JournalTables,
  latestEvents,
  type NewEvent,
} from './index.ts';

const event = (subject: string, given: Partial<NewEvent> = {}): NewEvent => ({
  at: 1_800_000_000_000,
  kind: 'thing.happened',
  subject,
  actor: 'robot',
  payload: {},
  ...given,
});

describe.each(await databasesForTests())('the journal on $name', (engine) => {
  let db: Database<JournalTables>;
  beforeEach(async () => {
    db = await engine.open<JournalTables>();
  });
  const append = (...events: readonly NewEvent[]) =>
    db.write(async (trx) => {
      const sequences: number[] = [];
      for (const one of events) sequences.push(await appendEvent(trx, one));
      return sequences;
    });
  const subjects = async (...given: Parameters<typeof latestEvents> extends [unknown, ...infer Rest] ? Rest : never) =>
    (await latestEvents(db, ...given)).map(({ subject }) => subject);

  test('an event comes back as it went in', async () => {
    const given = event('xz', { actor: 'Ada Lovelace', payload: { list: [1, null, 'ü'], deep: { yes: true } } });
    const [sequence] = await append(given);
    expect(await eventsAfter(db, 0, 10)).toEqual([{ ...given, sequence }]);
  });

  test('what is rolled back never happened', async () => {
    await expect(
      db.write(async (trx) => {
        await appendEvent(trx, event('lost'));
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    await append(event('kept'));
    expect((await eventsAfter(db, 0, 10)).map(({ subject }) => subject)).toEqual(['kept']);
  });

  test('the newest first, by page, kind and subject', async () => {
    await append(event('a'), event('b', { kind: 'other.thing' }), event('a', { kind: 'other.thing' }), event('c'));
    expect(await subjects({ limit: 2 })).toEqual(['c', 'a']);
    const [, third] = await latestEvents(db, { limit: 2 });
    expect(await subjects({ limit: 9, before: third?.sequence ?? 0 })).toEqual(['b', 'a']);
    expect(await subjects({ limit: 9, kinds: ['other.thing'] })).toEqual(['a', 'b']);
    expect(await subjects({ limit: 9, kinds: ['other.thing'], subject: 'b' })).toEqual(['b']);
    expect(await subjects({ limit: 9, subject: 'nothing' })).toEqual([]);
  });

  test.each(['update journal_event set actor = $$x$$', 'delete from journal_event'])(
    'refuses to %s',
    async (statement) => {
      await append(event('a'));
      const text = statement.replaceAll('$$', "'");
      await expect(db.write((trx) => sql.raw(text).execute(trx))).rejects.toThrow('the journal only grows');
      expect(await subjects({ limit: 9 })).toEqual(['a']);
    },
  );

  test('a cursor moves forward only, each reader for itself', async () => {
    const move = (reader: string, sequence: number) => db.write((trx) => advanceCursor(trx, reader, sequence));
    expect(await cursorOf(db, 'worker')).toBe(0);
    await move('worker', 7);
    await move('worker', 3);
    await move('mail', 2);
    expect([await cursorOf(db, 'worker'), await cursorOf(db, 'mail')]).toEqual([7, 2]);
  });
});

describe.each(await databasesForTests())('several processes on $name', (engine) => {
  test('a reader that follows by sequence misses none, whoever writes and however long it takes', async () => {
    const place = await engine.place();
    const open = () =>
      engine.name === 'sqlite'
        ? openSqlite<JournalTables>({ file: place })
        : openPostgres<JournalTables>({ url: place });
    const [first, ...others] = await Promise.all([open(), open(), open()]);
    await migrate(first, migrations, 0);
    const writers = [first, ...others];
    let count = 0;
    let at = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            writer: fc.nat(2),
            events: fc.integer({ min: 1, max: 4 }),
            pauseMs: fc.nat(3),
            fails: fc.boolean(),
          }),
          { maxLength: 8 },
        ),
        async (plan) => {
          const seen: number[] = [];
          let done = false;
          const follow = async () => {
            for (;;) {
              const last = done;
              const events = await eventsAfter(first, at, 3);
              seen.push(...events.map(({ sequence }) => sequence));
              at = events.at(-1)?.sequence ?? at;
              if (last && events.length === 0) return;
              await new Promise((resolve) => setTimeout(resolve, 1));
            }
          };
          const following = follow();
          const written = await Promise.all(
            plan.map(async ({ writer, events, pauseMs, fails }) => {
              const write = writers[writer]?.write(async (trx) => {
                const sequences: number[] = [];
                for (let index = 0; index < events; index++) {
                  sequences.push(await appendEvent(trx, event(String(count++))));
                  await new Promise((resolve) => setTimeout(resolve, pauseMs));
                }
                if (fails) throw new Error('rolled back');
                return sequences;
              });
              return (await write?.catch(() => [])) ?? [];
            }),
          );
          done = true;
          await following;
          expect(seen).toEqual(written.flat().sort((a, b) => a - b));
        },
      ),
      { numRuns: 15 },
    );
    await Promise.all(writers.map((db) => db.close()));
  });
});
