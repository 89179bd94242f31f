import fc from 'fast-check';
import { type Generated, sql } from 'kysely';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Database } from '../../src/platform/database/index.ts';
import { openPostgres } from '../../src/platform/database/postgres.ts';
import { openSqlite } from '../../src/platform/database/sqlite.ts';
import { databasesForTests } from '../../src/platform/database/testing.ts';

interface Tables {
  readonly thing: {
    readonly id: Generated<number>;
    readonly name: string;
    readonly amount: number | null;
    readonly body: Uint8Array | null;
  };
  readonly part: { readonly thing_id: number; readonly position: number };
}

const open = <T>(place: string, lockWaitMs?: number): Promise<Database<T>> => {
  const wait = lockWaitMs === undefined ? {} : { lockWaitMs };
  return place.startsWith('postgres:')
    ? openPostgres<T>({ url: place, ...wait })
    : openSqlite<T>({ file: place, ...wait });
};

describe.each(await databasesForTests())('a database on $name', (engine) => {
  let place: string;
  let db: Database<Tables>;

  beforeAll(async () => {
    place = await engine.place();
    db = await open<Tables>(place);
    const counter = engine.name === 'sqlite' ? 'integer' : 'bigserial';
    await db.write(async ({ schema }) => {
      await schema
        .createTable('thing')
        .addColumn('id', counter, (column) =>
          engine.name === 'sqlite' ? column.primaryKey().autoIncrement() : column.primaryKey(),
        )
        .addColumn('name', 'text', (column) => column.notNull())
        .addColumn('amount', 'bigint')
        .addColumn('body', 'bytea')
        .execute();
      await schema
        .createTable('part')
        .addColumn('thing_id', 'bigint', (column) => column.notNull().references('thing.id'))
        .addColumn('position', 'integer', (column) => column.notNull())
        .addPrimaryKeyConstraint('part_pk', ['thing_id', 'position'])
        .execute();
    });
    return () => db.close();
  });
  beforeEach(() =>
    db.write(async (trx) => {
      await trx.deleteFrom('part').execute();
      await trx.deleteFrom('thing').execute();
    }),
  );
  const add = (...names: string[]) =>
    db.write((trx) =>
      trx
        .insertInto('thing')
        .values(names.map((name) => ({ name })))
        .execute(),
    );
  const names = async () =>
    (await db.read.selectFrom('thing').select('name').orderBy('id').execute()).map((row) => row.name);

  test('what was written is read at once, and is gone after a throw', async () => {
    await add('a', 'b');
    expect(await names()).toEqual(['a', 'b']);
    const failing = db.write(async (trx) => {
      await trx.deleteFrom('thing').execute();
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await names()).toEqual(['a', 'b']);
  });

  test('a transaction sees its own rows; a reader sees them after its end', async () => {
    await db.write(async (trx) => {
      await trx.insertInto('thing').values({ name: 'mine' }).execute();
      expect(await trx.selectFrom('thing').select('name').execute()).toEqual([{ name: 'mine' }]);
      expect(await names()).toEqual([]);
    });
    expect(await names()).toEqual(['mine']);
  });

  test('writes come one after the other, in the order asked', async () => {
    const seen: string[] = [];
    const one = async (name: string) =>
      db.write(async (trx) => {
        seen.push(`begin ${name}`);
        await trx.insertInto('thing').values({ name }).execute();
        await new Promise((resolve) => setTimeout(resolve, 2));
        seen.push(`end ${name}`);
      });
    await Promise.all(['a', 'b', 'c'].map(one));
    expect(seen).toEqual(['begin a', 'end a', 'begin b', 'end b', 'begin c', 'end c']);
    expect(await names()).toEqual(['a', 'b', 'c']);
  });

  test('a failed write leaves the next ones as they are', async () => {
    const outcomes = await Promise.allSettled([
      add('a'),
      db.write((trx) => trx.insertInto('part').values({ thing_id: 99, position: 1 }).execute()),
      add('b'),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await names()).toEqual(['a', 'b']);
  });

  test('a write inside a write is refused instead of waiting for ever', async () => {
    await expect(db.write(() => add('inner'))).rejects.toMatchObject({ code: 'database.misused' });
    await add('after');
    expect(await names()).toEqual(['after']);
  });

  test('values come back as they went in', async () => {
    const value = fc.record({
      name: fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\0', '')),
      amount: fc.option(fc.maxSafeInteger()),
      body: fc.option(fc.uint8Array({ maxLength: 300 })),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(value, { minLength: 1, maxLength: 20 }), async (rows) => {
        const ids = await db.write((trx) => trx.insertInto('thing').values(rows).returning('id').execute());
        const read = await db.read
          .selectFrom('thing')
          .select(['name', 'amount', 'body'])
          .where(
            'id',
            'in',
            ids.map(({ id }) => id),
          )
          .orderBy('id')
          .execute();
        expect(read.map((row) => ({ ...row }))).toEqual(rows);
      }),
      { numRuns: 50 },
    );
  });

  test('counts, sums and the number of changed rows are numbers', async () => {
    await add('a', 'b', 'c');
    const changed = await db.write((trx) =>
      trx
        .updateTable('thing')
        .set({ amount: 2 ** 40 })
        .executeTakeFirst(),
    );
    expect(changed.numUpdatedRows).toBe(3n);
    const row = await db.read
      .selectFrom('thing')
      .select(({ fn }) => [
        fn.countAll<number>().as('count'),
        fn.sum<number>('amount').as('sum'),
        fn.max('id').as('last'),
      ])
      .executeTakeFirstOrThrow();
    expect(row).toMatchObject({ count: 3, sum: 3 * 2 ** 40, last: expect.any(Number) });
  });

  test('text is ordered by its bytes', async () => {
    await add('b', 'B', 'a', 'Z', 'é', '_', 'a-b', 'ab');
    const rows = await db.read.selectFrom('thing').select('name').orderBy('name').execute();
    expect(rows.map((row) => row.name)).toEqual(['B', 'Z', '_', 'a', 'a-b', 'ab', 'b', 'é']);
  });

  test('a value of a wrong type is refused', async () => {
    const wrong = db.write((trx) =>
      trx
        .insertInto('thing')
        .values({ name: 'x', amount: 'much' as unknown as number })
        .execute(),
    );
    await expect(wrong).rejects.toThrow(/much|INTEGER/);
  });

  test('reading cannot write', async () => {
    await expect(db.read.insertInto('thing').values({ name: 'x' }).execute()).rejects.toThrow(/read-?only/);
    expect(await names()).toEqual([]);
  });

  test('a statement after the end of its transaction is refused', async () => {
    const { promise, resolve } = Promise.withResolvers<() => Promise<unknown>>();
    await db.write(async (trx) => resolve(() => trx.insertInto('thing').values({ name: 'late' }).execute()));
    await expect((await promise)()).rejects.toThrow();
    expect(await names()).toEqual([]);
  });

  test('another process waits for its turn, and says so when that takes too long', async () => {
    const other = await open<Tables>(place, 200);
    const { promise, resolve } = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const held = db.write(async () => {
      begun.resolve();
      await promise;
    });
    await begun.promise;
    const blocked = other.write((trx) => trx.insertInto('thing').values({ name: 'other' }).execute());
    await expect(blocked).rejects.toMatchObject({ code: 'database.locked', retryable: true });
    const patient = await open<Tables>(place);
    const waiting = patient.write((trx) => trx.insertInto('thing').values({ name: 'patient' }).execute());
    resolve();
    await Promise.all([held, waiting]);
    expect(await names()).toEqual(['patient']);
    await Promise.all([other.close(), patient.close()]);
  });

  test('several at once lose no update', async () => {
    await add('counter');
    await db.write((trx) => trx.updateTable('thing').set({ amount: 0 }).execute());
    const all = await Promise.all([1, 2, 3].map(() => open<Tables>(place)));
    const increase = (one: Database<Tables>) =>
      one.write(async (trx) => {
        const { amount } = await trx.selectFrom('thing').select('amount').executeTakeFirstOrThrow();
        await trx
          .updateTable('thing')
          .set({ amount: (amount ?? 0) + 1 })
          .execute();
      });
    await Promise.all(all.flatMap((one) => Array.from({ length: 20 }, () => increase(one))));
    const row = await db.read.selectFrom('thing').select('amount').executeTakeFirstOrThrow();
    expect(row.amount).toBe(60);
    await Promise.all(all.map((one) => one.close()));
  });

  test('once closed it takes no more, and closing again does nothing', async () => {
    const other = await open<Tables>(place);
    await other.close();
    await other.close();
    await expect(other.write((trx) => sql`select 1`.execute(trx))).rejects.toThrow();
    await expect(sql`select 1`.execute(other.read)).rejects.toThrow();
  });
});
