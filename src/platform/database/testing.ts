import { randomBytes } from 'node:crypto';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { afterAll } from 'vitest';
import { migrate, migrations } from '../../migrations/index.ts';
import type { Database } from './index.ts';
import { openPostgres } from './postgres.ts';
import { openSqlite } from './sqlite.ts';

interface TestEngine {
  readonly name: Database<never>['dialect'];
  /** A new database with all tables, empty; closed and removed after the tests of the file. */
  readonly open: <Tables>() => Promise<Database<Tables>>;
  /** Where a new, really empty one is: the file or the URL. */
  readonly place: () => Promise<string>;
}

const cleanUps: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const tool = new URL('../../../scripts/test-tools/postgres.mjs', import.meta.url);

/** For `describe.each`: SQLite, and PostgreSQL where it can be had; one line says why when it cannot. */
export async function databasesForTests(): Promise<readonly TestEngine[]> {
  const { ensurePostgres } = (await import(tool.href)) as {
    readonly ensurePostgres: () => Promise<{ readonly url: string } | { readonly missing: string }>;
  };
  const postgres = await ensurePostgres();
  if ('url' in postgres) return [sqlite, postgresEngine(postgres.url)];
  console.log(`not tested with PostgreSQL: ${postgres.missing}`);
  return [sqlite];
}

/** A new SQLite database with all tables, empty; closed and removed after the tests of the file. */
export function openTestDatabase<Tables>(): Promise<Database<Tables>> {
  return sqlite.open<Tables>();
}

const sqlite = sqliteEngine();

function sqliteEngine(): TestEngine {
  let folder: Promise<string> | undefined;
  let template: Promise<string> | undefined;
  let count = 0;
  const place = async () => {
    if (folder === undefined) {
      folder = mkdtemp(path.join(tmpdir(), 'snowguard-database-'));
      cleanUps.push(async () => rm((await folder) ?? '', { recursive: true, force: true }));
    }
    return path.join(await folder, `${count++}.sqlite`);
  };
  const makeTemplate = async () => {
    const file = await place();
    const db = await openSqlite<Record<string, never>>({ file });
    await migrate(db, migrations, 0);
    await db.close();
    return file;
  };
  return {
    name: 'sqlite',
    place,
    open: async () => {
      template ??= makeTemplate();
      const file = await place();
      await copyFile(await template, file);
      return closedAfterwards(await openSqlite({ file }));
    },
  };
}

function postgresEngine(url: string): TestEngine {
  const prefix = `test_${randomBytes(6).toString('hex')}`;
  let template: Promise<string> | undefined;
  let count = 0;
  const create = async (from: string) => {
    const name = `${prefix}_${count++}`;
    await asAdmin(url, `create database ${name} template ${from}`);
    cleanUps.push(() => asAdmin(url, `drop database if exists ${name} with (force)`));
    const own = new URL(url);
    own.pathname = `/${name}`;
    return { name, url: own.href };
  };
  const makeTemplate = async () => {
    const made = await create('template0');
    const db = await openPostgres<Record<string, never>>({ url: made.url });
    await migrate(db, migrations, 0);
    await db.close();
    return made.name;
  };
  return {
    name: 'postgres',
    place: async () => (await create('template0')).url,
    open: async () => {
      template ??= makeTemplate();
      return closedAfterwards(await openPostgres({ url: (await create(await template)).url }));
    },
  };
}

function closedAfterwards<Tables>(db: Database<Tables>): Database<Tables> {
  cleanUps.push(() => db.close());
  return db;
}

async function asAdmin(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
