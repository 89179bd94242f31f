import { CompiledQuery, type Selectable, type Transaction } from 'kysely';

type Value = string | number | null | Uint8Array;

/** The row with the same `key` takes these columns. */
interface Replacing<Column extends string> {
  readonly key: Column;
  readonly replacing: readonly Column[];
}

// Few different statements stay prepared; a query builder's tree for every value of millions costs more than the insert.
const rowsTogether = [256, 64, 16, 4, 1];

/**
 * Inserts many rows, each with a value a column in that order. A row that exists is an error unless `existing` says what to do.
 * Gives the columns of `returning` of every row, in no order.
 */
export async function insertRows<
  Tables,
  Table extends keyof Tables & string,
  Returned extends keyof Tables[Table] & string = never,
>(
  trx: Transaction<Tables>,
  {
    dialect,
    table,
    columns,
    rows,
    existing,
    returning = [],
  }: {
    readonly dialect: 'sqlite' | 'postgres';
    readonly table: Table;
    readonly columns: readonly (keyof Tables[Table] & string)[];
    readonly rows: readonly (readonly Value[])[];
    readonly existing?: 'kept' | Replacing<keyof Tables[Table] & string>;
    readonly returning?: readonly Returned[];
  },
): Promise<readonly Pick<Selectable<Tables[Table]>, Returned & keyof Selectable<Tables[Table]>>[]> {
  const onConflict = existing === undefined ? '' : ` on conflict ${conflictOf(existing)}`;
  const given = returning.length === 0 ? '' : ` returning ${returning.join(', ')}`;
  // Not one after the other: the writing thread has the next at hand while this one is busy with what comes after.
  type Row = Pick<Selectable<Tables[Table]>, Returned & keyof Selectable<Tables[Table]>>;
  const statements: Promise<{ readonly rows: readonly Row[] }>[] = [];
  let from = 0;
  for (const size of rowsTogether) {
    if (rows.length - from < size) continue;
    const text = `insert into ${table} (${columns.join(', ')}) values ${placeholders(dialect, size, columns.length)}${onConflict}${given}`;
    for (; rows.length - from >= size; from += size)
      statements.push(trx.executeQuery<Row>(CompiledQuery.raw(text, rows.slice(from, from + size).flat())));
  }
  return (await Promise.all(statements)).flatMap(({ rows: some }) => some);
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
