import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';
import { migrate, migrations } from '../../migrations/index.ts';
import type { Database } from './index.ts';
import { openSqlite } from './sqlite.ts';

const opened: Pick<Database<never>, 'close'>[] = [];
let folder: Promise<string> | undefined;
let template: Promise<string> | undefined;

afterAll(async () => {
  await Promise.allSettled(opened.splice(0).map((db) => db.close()));
  if (folder !== undefined) await rm(await folder, { recursive: true, force: true });
});

/** A new SQLite database with all tables, empty; closed and removed after the tests of the file. */
export async function openTestDatabase<Tables>(): Promise<Database<Tables>> {
  folder ??= mkdtemp(path.join(tmpdir(), 'snowguard-database-'));
  template ??= migrated(path.join(await folder, 'template.sqlite'));
  const file = path.join(await folder, `${opened.length}.sqlite`);
  await copyFile(await template, file);
  const db = await openSqlite<Tables>({ file });
  opened.push(db);
  return db;
}

async function migrated(file: string): Promise<string> {
  const db = await openSqlite<Record<string, never>>({ file });
  await migrate(db, migrations, 0);
  await db.close();
  return file;
}
