import { Kysely, PostgresDialect, type PostgresPool, sql, type Transaction } from 'kysely';
import { Pool, type PoolConfig } from 'pg';
import { AppError, messageOf } from '../../foundation/errors.ts';
import { binaryOrder } from './column-types.ts';
import { databaseErrors } from './errors.ts';
import type { Database } from './index.ts';
import { postgresTypes } from './postgres-types.ts';
import { createTurns } from './turns.ts';

// Held by every write to its end, in whatever process: the same order of things as on SQLite, and the order of the journal.
const writeLock = 5_906_842_617_301;

/** A PostgreSQL database, 15 or newer, made beforehand. A write waits up to `lockWaitMs` for those of other processes, then fails with `database.locked`. */
export async function openPostgres<Tables>(options: {
  readonly url: string;
  readonly lockWaitMs?: number;
  /** Connections for reading; writing takes one more. */
  readonly maxReaders?: number;
}): Promise<Database<Tables>> {
  const { url, lockWaitMs = 30_000, maxReaders = 10 } = options;
  const base: PoolConfig = {
    connectionString: url,
    types: postgresTypes,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  };
  const readers = openPool({ ...base, max: maxReaders, options: '-c default_transaction_read_only=on' });
  const writer = openPool({ ...base, max: 1 });
  const read = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: readers }) });
  const write = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: writer }), plugins: [binaryOrder()] });
  const inTurn = createTurns();
  const close = async () => {
    await Promise.all([readers.end(), writer.end()]);
  };
  try {
    await sql`select 1`.execute(read);
  } catch (error) {
    await close();
    throw error;
  }
  let closed: Promise<void> | undefined;
  return {
    read,
    write: (work) =>
      inTurn(() =>
        write.transaction().execute(async (trx) => {
          await takeWriteLock(trx, lockWaitMs);
          return work(trx);
        }),
      ),
    dialect: 'postgres',
    close: () => {
      closed ??= inTurn(close);
      return closed;
    },
  };
}

async function takeWriteLock<Tables>(trx: Transaction<Tables>, lockWaitMs: number): Promise<void> {
  try {
    await sql`select set_config('lock_timeout', ${String(lockWaitMs)}, true), pg_advisory_xact_lock(${writeLock})`.execute(
      trx,
    );
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === '55P03')) throw error;
    throw new AppError(databaseErrors.locked, 'another process has been writing to the database for too long', {
      cause: error,
      hint: 'Try again when it is done.',
    });
  }
}

function openPool(config: PoolConfig): PostgresPool {
  const pool = new Pool(config);
  // A connection lost while idle is replaced by the next one asked for.
  pool.on('error', () => {});
  return {
    options: {},
    connect: async () => {
      try {
        return await pool.connect();
      } catch (error) {
        throw new AppError(databaseErrors.unreachable, `PostgreSQL does not answer: ${messageOf(error)}`, {
          cause: error,
          hint: 'Check that the server runs, and the address, user and password in the configuration.',
        });
      }
    },
    end: () => pool.end(),
  };
}
