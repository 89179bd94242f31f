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
  readonly stream?: DatabaseConnection['streamQuery'];
}): DatabaseConnection {
  return {
    executeQuery: async <Row>(query: CompiledQuery) => {
      const { rows, changes } = await given.run(query.sql, query.parameters as readonly SQLInputValue[]);
      return resultOf<Row>(rows, changes);
    },
    streamQuery:
      given.stream ??
      (() => {
        throw new Error('rows are streamed with read, not in a write');
      }),
  };
}

function resultOf<Row>(rows: StatementResult['rows'], changes: number | null): QueryResult<Row> {
  const given = rows as readonly unknown[] as Row[];
  return changes === null ? { rows: given } : { rows: given, numAffectedRows: BigInt(changes) };
}
