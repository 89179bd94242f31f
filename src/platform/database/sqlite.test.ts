import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Generated, sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSqlite } from './sqlite.ts';

interface Tables {
  readonly thing: { readonly id: Generated<number>; readonly name: string };
}

let root: string;
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'snowguard-sqlite-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function openFresh(name: string) {
  const file = path.join(root, name);
  const db = await openSqlite<Tables>({ file });
  await db.write((trx) =>
    trx.schema
      .createTable('thing')
      .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())
      .addColumn('name', 'text', (column) => column.notNull())
      .execute(),
  );
  return { file, db };
}

test('what lies in the way is said with what to do', async () => {
  const noDatabase = path.join(root, 'letter.txt');
  await writeFile(noDatabase, 'Dear reader, '.repeat(1_000));
  await expect(openSqlite({ file: noDatabase })).rejects.toMatchObject({
    code: 'database.corrupt',
    message: expect.stringContaining(noDatabase),
    hint: expect.stringContaining('correct the path'),
  });
  await expect(openSqlite({ file: path.join(root, 'no', 'such', 'folder.sqlite') })).rejects.toMatchObject({
    code: 'database.unusable',
    hint: expect.stringContaining('folder'),
  });
  await expect(openSqlite({ file: root })).rejects.toMatchObject({ code: 'database.unusable' });
});

test('a commit is on the disk: WAL, synchronous FULL, foreign keys, strict tables', async () => {
  const { db } = await openFresh('settings.sqlite');
  const settings = await db.write(async (trx) => {
    const one = async (name: string) => Object.values((await sql.raw(`pragma ${name}`).execute(trx)).rows[0] ?? {})[0];
    return [await one('journal_mode'), await one('synchronous'), await one('foreign_keys')];
  });
  expect(settings).toEqual(['wal', 2, 1]);
  const list = await sql<{ readonly name: string; readonly strict: number }>`pragma table_list('thing')`.execute(
    db.read,
  );
  expect(list.rows.map(({ name, strict }) => [name, strict])).toEqual([['thing', 1]]);
  await db.close();
});

test('a long statement holds neither the event loop nor the readers', async () => {
  const { db } = await openFresh('long.sqlite');
  let longest = 0;
  let last = performance.now();
  const beat = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 5);
  const started = performance.now();
  let over = false;
  const writing = db.write(async (trx) => {
    await sql`insert into thing (name)
      with recursive n(i) as (select 1 union all select i + 1 from n where i < 1500000) select 'thing ' || i from n`.execute(
      trx,
    );
    over = true;
  });
  let reads = 0;
  while (!over) {
    expect(await db.read.selectFrom('thing').select('id').limit(1).execute()).toEqual([]);
    reads++;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await writing;
  clearInterval(beat);
  expect(reads).toBeGreaterThan(5);
  expect(longest).toBeLessThan((performance.now() - started) / 2);
  await db.close();
});

test('statements run in the order they were issued, also when nobody waits in between', async () => {
  const { db } = await openFresh('order.sqlite');
  await db.write(async (trx) => {
    await Promise.all(
      Array.from({ length: 200 }, (_, index) =>
        trx
          .insertInto('thing')
          .values({ name: `${index}` })
          .execute(),
      ),
    );
  });
  const rows = await db.read.selectFrom('thing').selectAll().orderBy('id').execute();
  expect(rows.map(({ name }) => Number(name))).toEqual(Array.from({ length: 200 }, (_, index) => index));
  await db.close();
});

test('an integer too large for a number is an error, not another integer', async () => {
  const { file, db } = await openFresh('large.sqlite');
  const other = new DatabaseSync(file);
  other.exec(`insert into thing (id, name) values (9007199254740993, 'large')`);
  other.close();
  await expect(db.read.selectFrom('thing').selectAll().execute()).rejects.toThrow(/too large/);
  await db.close();
});

test('more statements than are kept prepared', async () => {
  const { db } = await openFresh('many.sqlite');
  await db.write((trx) => trx.insertInto('thing').values({ name: 'x' }).execute());
  for (let round = 0; round < 2; round++)
    for (let index = 0; index < 450; index++) {
      const { rows } = await sql<{ readonly n: number }>`select ${sql.lit(index)} + id as n from thing`.execute(
        db.read,
      );
      expect(rows[0]?.n).toBe(index + 1);
    }
  await db.close();
});
