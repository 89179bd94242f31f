import type { SQLInputValue } from 'node:sqlite';
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import { AppError } from '../../foundation/errors.ts';
import { databaseErrors } from './errors.ts';
import type { StatementResult } from './sqlite-messages.ts';

export function sqliteDialect(driver: Driver): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => driver,
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

/** A connection as Kysely sees it, over something that runs one statement. */
export function connectionOver(given: {
  readonly run: (sql: string, parameters: readonly SQLInputValue[]) => StatementResult | Promise<StatementResult>;
}): DatabaseConnection {
  return {
    executeQuery: async <Row>(query: CompiledQuery) => {
      const { rows, changes } = await given.run(query.sql, query.parameters as readonly SQLInputValue[]);
      return resultOf<Row>(rows, changes);
    },
    streamQuery: () => {
      throw new AppError(databaseErrors.misused, 'rows are read in pages, not streamed');
    },
  };
}

function resultOf<Row>(rows: StatementResult['rows'], changes: number | null): QueryResult<Row> {
  const given = rows as readonly unknown[] as Row[];
  return changes === null ? { rows: given } : { rows: given, numAffectedRows: BigInt(changes) };
}
