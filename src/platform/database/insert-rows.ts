import { CompiledQuery, type Transaction } from 'kysely';

type Value = string | number | null | Uint8Array;

/** The row with the same `key` takes these columns. */
interface Replacing<Column extends string> {
  readonly key: Column;
  readonly replacing: readonly Column[];
}

// Few different statements stay prepared; a query builder's tree for every value of millions costs more than the insert.
const rowsTogether = [256, 64, 16, 4, 1];

/** Inserts many rows, each with a value a column in that order. A row that exists is an error unless `existing` says what to do. */
export async function insertRows<Tables, Table extends keyof Tables & string>(
  trx: Transaction<Tables>,
  {
    dialect,
    table,
    columns,
    rows,
    existing,
  }: {
    readonly dialect: 'sqlite' | 'postgres';
    readonly table: Table;
    readonly columns: readonly (keyof Tables[Table] & string)[];
    readonly rows: readonly (readonly Value[])[];
    readonly existing?: 'kept' | Replacing<keyof Tables[Table] & string>;
  },
): Promise<void> {
  const onConflict = existing === undefined ? '' : ` on conflict ${conflictOf(existing)}`;
  // Not one after the other: the writing thread has the next at hand while this one is busy with what comes after.
  const statements: Promise<unknown>[] = [];
  let from = 0;
  for (const size of rowsTogether) {
    if (rows.length - from < size) continue;
    const text = `insert into ${table} (${columns.join(', ')}) values ${placeholders(dialect, size, columns.length)}${onConflict}`;
    for (; rows.length - from >= size; from += size)
      statements.push(trx.executeQuery(CompiledQuery.raw(text, rows.slice(from, from + size).flat())));
  }
  await Promise.all(statements);
}

function conflictOf(existing: 'kept' | Replacing<string>): string {
  if (existing === 'kept') return 'do nothing';
  return `(${existing.key}) do update set ${existing.replacing.map((column) => `${column} = excluded.${column}`).join(', ')}`;
}

function placeholders(dialect: 'sqlite' | 'postgres', rows: number, columns: number): string {
  let number = 0;
  const name = dialect === 'sqlite' ? () => '?' : () => `$${++number}`;
  return Array.from({ length: rows }, () => `(${Array.from({ length: columns }, name).join(', ')})`).join(', ');
}
