import { readdirSync } from 'node:fs';
import type { ColumnMetadata, Kysely } from 'kysely';
import { describe, expect, test } from 'vitest';
import type { Database } from '../platform/database/index.ts';
import { openPostgres } from '../platform/database/postgres.ts';
import { openSqlite } from '../platform/database/sqlite.ts';
import { databasesForTests } from '../platform/database/testing.ts';
import { migrate, migrations } from './index.ts';
import type { Migration } from './migration.ts';

type AnyTables = Record<string, Record<string, unknown>>;

const engines = await databasesForTests();
const open = (place: string): Promise<Database<AnyTables>> =>
  place.startsWith('postgres:') ? openPostgres({ url: place }) : openSqlite({ file: place });

test('every file of a step is listed, once and in the order of its number', () => {
  const files = readdirSync(new URL('.', import.meta.url)).filter((name) => /^\d{4}-[a-z0-9-]+\.ts$/.test(name));
  expect(migrations.map(({ name }) => `${name}.ts`)).toEqual(files.sort());
  expect(new Set(files.map((name) => name.slice(0, 4))).size).toBe(files.length);
});

describe.each(engines)('on $name', (engine) => {
  const names = migrations.map(({ name }) => name);

  test('all run once; again, nothing does', async () => {
    const db = await open(await engine.place());
    expect(await migrate(db, migrations, 0)).toEqual(names);
    expect(await migrate(db, migrations, 0)).toEqual([]);
    await db.close();
  });

  test('two processes at once run each step once', async () => {
    const place = await engine.place();
    const both = await Promise.all([open(place), open(place)]);
    const ran = await Promise.all(both.map((db) => migrate(db, migrations, 0)));
    expect(ran.flat().sort()).toEqual([...names].sort());
    await Promise.all(both.map((db) => db.close()));
  });

  test('a step that fails leaves nothing behind and is tried again', async () => {
    const db = await open(await engine.place());
    let fails = true;
    const step: Migration = {
      name: '0001-half',
      up: async (trx) => {
        await trx.schema.createTable('half').addColumn('a', 'text').execute();
        if (fails) throw new Error('no space');
      },
    };
    await expect(migrate(db, [step], 0)).rejects.toThrow('no space');
    expect((await db.read.introspection.getTables()).map(({ name }) => name)).not.toContain('half');
    fails = false;
    expect(await migrate(db, [step], 0)).toEqual(['0001-half']);
    await db.close();
  });

  test('what distributions fixed before their fixes were filed is read again at the next sync', async () => {
    const db = await open(await engine.place());
    const before = migrations.filter(({ name }) => name < '0038');
    await migrate(db, before, 0);
    await db.write(async (trx) => {
      for (const [id, source] of ['debian', 'nvd'].entries()) {
        const blank = { state: 'active', published_at: null, modified_at: null, missing_since: null };
        const at = { first_seen_at: 0, raw_pack: 0, raw_offset: 0, raw_length: 0, change: id };
        const row = { id, source, record_id: 'CVE-2026-1', meaning_digest: 'm', raw_digest: 'r', ...blank, ...at };
        await trx.insertInto('feed_record').values(row).execute();
      }
    });
    await migrate(db, migrations, 0);
    const rows = await db.read.selectFrom('feed_record').select(['source', 'meaning_digest', 'raw_digest']).execute();
    expect(rows.map((row) => Object.values(row)).sort()).toEqual([
      ['debian', '', ''],
      ['nvd', 'm', 'r'],
    ]);
    await db.close();
  });

  test('the database of a newer version is refused in one sentence', async () => {
    const db = await open(await engine.place());
    await migrate(db, [...migrations, { name: '9999-tomorrow', up: async () => {} }], 0);
    await expect(migrate(db, migrations, 0)).rejects.toMatchObject({
      code: 'migrations.unknown-schema',
      message: expect.stringContaining('9999-tomorrow'),
      hint: expect.stringContaining('newer version'),
    });
    await db.close();
  });
});

test.skipIf(engines.length < 2)('both engines have the same tables, columns and rules of absence', async () => {
  const [first, second] = await Promise.all(
    engines.map(async (engine) => {
      const db = await engine.open<AnyTables>();
      return columnsOf(db.read);
    }),
  );
  expect(first).toEqual(second);
  expect(Object.keys(first ?? {}).length).toBeGreaterThan(10);
});

const sameType: Readonly<Record<string, string>> = {
  integer: 'integer',
  bigint: 'integer',
  int4: 'integer',
  int8: 'integer',
  bytea: 'bytes',
  blob: 'bytes',
};

async function columnsOf(db: Kysely<AnyTables>): Promise<Readonly<Record<string, readonly string[]>>> {
  const shown = ({ name, dataType, isNullable, isAutoIncrementing }: ColumnMetadata) => {
    const type = dataType.toLowerCase();
    return `${name} ${sameType[type] ?? type}${isNullable && !isAutoIncrementing ? '' : ' not null'}`;
  };
  const tables = await db.introspection.getTables();
  return Object.fromEntries(
    tables
      .map(({ name, columns }) => [name, columns.map(shown).sort()])
      .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
  );
}
