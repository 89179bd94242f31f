import { CompiledQuery, type Transaction } from 'kysely';

type Value = string | number | null | Uint8Array;

// Few different statements stay prepared; a query builder's tree for every value of millions costs more than the insert.
const rowsTogether = [256, 64, 16, 4, 1];

/** Inserts many rows, each with a value a column in that order. With `replacing` a row whose `key` exists takes these columns. */
export async function insertRows<Tables, Table extends keyof Tables & string>(
  trx: Transaction<Tables>,
  {
    dialect,
    table,
    columns,
    rows,
    key,
    replacing,
  }: {
    readonly dialect: 'sqlite' | 'postgres';
    readonly table: Table;
    readonly columns: readonly (keyof Tables[Table] & string)[];
    readonly rows: readonly (readonly Value[])[];
    readonly key?: keyof Tables[Table] & string;
    readonly replacing?: readonly (keyof Tables[Table] & string)[];
  },
): Promise<void> {
  const onConflict =
    key === undefined || replacing === undefined
      ? ''
      : ` on conflict (${key}) do update set ${replacing.map((column) => `${column} = excluded.${column}`).join(', ')}`;
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

function placeholders(dialect: 'sqlite' | 'postgres', rows: number, columns: number): string {
  let number = 0;
  const name = dialect === 'sqlite' ? () => '?' : () => `$${++number}`;
  return Array.from({ length: rows }, () => `(${Array.from({ length: columns }, name).join(', ')})`).join(', ');
}
