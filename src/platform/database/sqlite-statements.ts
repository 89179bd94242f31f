import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { StatementResult } from './sqlite-messages.ts';

interface Prepared {
  readonly statement: StatementSync;
  readonly returnsRows: boolean;
}

const keptStatements = 200;

/** Runs SQL on a connection, keeping the statements used last prepared. */
export function createStatementRunner(
  connection: DatabaseSync,
): (sql: string, parameters: readonly SQLInputValue[]) => StatementResult {
  const kept = new Map<string, Prepared>();

  function prepared(sql: string): Prepared {
    let found = kept.get(sql);
    if (found === undefined) {
      const statement = connection.prepare(sql);
      found = { statement, returnsRows: statement.columns().length > 0 };
    } else kept.delete(sql);
    kept.set(sql, found);
    const [oldest] = kept.keys();
    if (kept.size > keptStatements && oldest !== undefined) kept.delete(oldest);
    return found;
  }

  return (sql, parameters) => {
    const { statement, returnsRows } = prepared(sql);
    if (returnsRows) return { rows: statement.all(...parameters), changes: null };
    return { rows: [], changes: Number(statement.run(...parameters).changes) };
  };
}
