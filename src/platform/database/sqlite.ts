import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Driver, Kysely } from 'kysely';
import { AppError } from '../../foundation/errors.ts';
import { strictTables } from './column-types.ts';
import { databaseErrors } from './errors.ts';
import type { Database } from './index.ts';
import { connectionOver, sqliteDialect } from './sqlite-dialect.ts';
import { explained } from './sqlite-errors.ts';
import { createStatementRunner } from './sqlite-statements.ts';
import { type SqliteWriter, startSqliteWriter } from './sqlite-writer.ts';
import { createTurns } from './turns.ts';

/**
 * A database in one file (and its `-wal` and `-shm` beside), made when absent. Other processes may have it open too:
 * a write waits up to `lockWaitMs` for theirs, then fails with `database.locked`.
 */
export async function openSqlite<Tables>(options: {
  readonly file: string;
  readonly lockWaitMs?: number;
}): Promise<Database<Tables>> {
  const file = path.resolve(options.file);
  const lockWaitMs = options.lockWaitMs ?? 30_000;
  const writer = await startSqliteWriter({ file, lockWaitMs });
  const reading = openReader(file);
  const read = new Kysely<Tables>({ dialect: sqliteDialect(readDriver(file, reading)) });
  const write = new Kysely<Tables>({ dialect: sqliteDialect(writeDriver(writer)), plugins: [strictTables()] });
  const inTurn = createTurns();
  let closed: Promise<void> | undefined;
  return {
    read,
    write: (work) => inTurn(() => write.transaction().execute(work)),
    dialect: 'sqlite',
    close: () => {
      closed ??= inTurn(async () => {
        reading.close();
        await writer.close();
      });
      return closed;
    },
  };
}

function openReader(file: string): DatabaseSync {
  const connection = new DatabaseSync(file, { readOnly: true, timeout: 5_000 });
  connection.exec('pragma cache_size = -32000; pragma mmap_size = 268435456;');
  return connection;
}

function readDriver(file: string, reading: DatabaseSync): Driver {
  const run = createStatementRunner(reading);
  const connection = connectionOver({
    run: (sql, parameters) => {
      try {
        return run(sql, parameters);
      } catch (error) {
        throw explained(file, error);
      }
    },
  });
  const refuse = async () => {
    throw new AppError(databaseErrors.misused, 'a transaction is begun with write');
  };
  return {
    init: async () => {},
    acquireConnection: async () => connection,
    beginTransaction: refuse,
    commitTransaction: refuse,
    rollbackTransaction: refuse,
    releaseConnection: async () => {},
    destroy: async () => {},
  };
}

function writeDriver(writer: SqliteWriter): Driver {
  return {
    init: async () => {},
    // One a transaction: a statement that was not awaited must not land in the next transaction.
    acquireConnection: async () => {
      let over = false;
      return {
        ...connectionOver({
          run: (sql, parameters) => {
            if (over) throw new AppError(databaseErrors.misused, 'a statement after the end of its transaction');
            return writer.ask({ kind: 'run', sql, parameters });
          },
        }),
        end: () => {
          over = true;
        },
      };
    },
    beginTransaction: async () => void (await writer.ask({ kind: 'begin' })),
    commitTransaction: async () => void (await writer.ask({ kind: 'commit' })),
    rollbackTransaction: async () => void (await writer.ask({ kind: 'rollback' })),
    releaseConnection: async (connection) => {
      (connection as unknown as { readonly end: () => void }).end();
    },
    destroy: async () => {},
  };
}
