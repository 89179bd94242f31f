import type { Kysely, Transaction } from 'kysely';
import { AppError } from '../foundation/errors.ts';
import type { Database } from '../platform/database/index.ts';
import type { Migration } from './migration.ts';

interface MigrationTables {
  readonly schema_migration: { readonly name: string; readonly at: number };
}

export const migrationErrors = {
  unknownSchema: { code: 'migrations.unknown-schema', retryable: false },
} as const;

/** Brings the schema up to the last of `migrations`, each in a transaction of its own; gives the names of those that ran. Several processes may do so at once. */
export async function migrate<Tables>(
  database: Database<Tables>,
  migrations: readonly Migration[],
  now: number,
): Promise<readonly string[]> {
  const db = database as unknown as Database<MigrationTables>;
  const ran: string[] = [];
  for (;;) {
    const name = await db.write((trx) => runNext(trx, db.dialect, migrations, now));
    if (name === null) return ran;
    ran.push(name);
  }
}

async function runNext(
  trx: Transaction<MigrationTables>,
  dialect: Database<MigrationTables>['dialect'],
  migrations: readonly Migration[],
  now: number,
): Promise<string | null> {
  await trx.schema
    .createTable('schema_migration')
    .ifNotExists()
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .execute();
  const applied = await trx.selectFrom('schema_migration').select('name').orderBy('name').execute();
  const strange = applied.find((row, index) => row.name !== migrations[index]?.name);
  if (strange !== undefined)
    throw new AppError(
      migrationErrors.unknownSchema,
      `the database has ${strange.name}, which this version does not have there`,
      {
        hint: 'A newer version of Snowguard has used this database: run that version, or restore a backup made before.',
      },
    );
  const next = migrations[applied.length];
  if (next === undefined) return null;
  await next.up(trx as unknown as Kysely<never>, dialect);
  await trx.insertInto('schema_migration').values({ name: next.name, at: now }).execute();
  return next.name;
}
