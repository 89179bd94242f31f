import { type ExpressionBuilder, type Kysely, sql } from 'kysely';
import type { SeverityBand } from '../advisories/index.ts';
import type { FindingState } from './model.ts';
import type { FindingRow } from './rows.ts';
import type { FindingsTables, StoreTables } from './tables.ts';

export interface FindingQuery {
  /** `breach`: what breaches first; `risk`: known exploited first, then by risk. */
  readonly order: 'breach' | 'risk';
  readonly band: SeverityBand | null;
  readonly state: FindingState | null;
  readonly channel?: string;
  /** The `next` of the page before. */
  readonly after: string | null;
  readonly limit: number;
}

type Column = 'known_exploited' | 'risk_hundredths' | 'breach_at' | 'id';
const orders: Readonly<Record<FindingQuery['order'], readonly (readonly [Column, 'asc' | 'desc'])[]>> = {
  breach: [
    ['breach_at', 'asc'],
    ['risk_hundredths', 'desc'],
    ['id', 'asc'],
  ],
  risk: [
    ['known_exploited', 'desc'],
    ['risk_hundredths', 'desc'],
    ['breach_at', 'asc'],
    ['id', 'asc'],
  ],
};

/** One page of rows, and where the next begins. */
export async function listFindings(
  db: Kysely<StoreTables>,
  query: FindingQuery,
): Promise<{ readonly rows: readonly FindingRow[]; readonly next: string | null }> {
  const order = orders[query.order];
  let select = db
    .selectFrom('finding')
    .selectAll()
    .limit(query.limit + 1);
  if (query.band !== null) select = select.where('band', '=', query.band);
  if (query.state !== null) select = select.where('state', '=', query.state);
  if (query.channel !== undefined) select = select.where('channel', '=', query.channel);
  const place = placeOf(query.after, order.length);
  if (place !== null) select = select.where((where) => laterThan(where, order, place));
  for (const [column, direction] of order) select = select.orderBy(column, direction);
  const rows = await select.execute();
  const last = rows.length > query.limit ? rows[query.limit - 1] : undefined;
  return {
    rows: rows.slice(0, query.limit),
    next: last === undefined ? null : order.map(([column]) => last[column]).join('.'),
  };
}

function laterThan(
  where: ExpressionBuilder<FindingsTables, 'finding'>,
  order: (typeof orders)['breach'],
  place: readonly number[],
) {
  const [first] = order;
  const beyond = order.map(([column, direction], index) =>
    where.and([
      ...order.slice(0, index).map(([before], at) => where(before, '=', place[at] ?? 0)),
      where(column, direction === 'asc' ? '>' : '<', place[index] ?? 0),
    ]),
  );
  // The first column alone bounds the index; the rest decides between equals.
  const bound =
    first === undefined ? sql<boolean>`1 = 1` : where(first[0], first[1] === 'asc' ? '>=' : '<=', place[0] ?? 0);
  return where.and([bound, where.or(beyond)]);
}

/** A place that no page gave begins at the start. */
function placeOf(after: string | null, columns: number): readonly number[] | null {
  if (after === null || !/^-?\d{1,16}(\.-?\d{1,16})*$/.test(after)) return null;
  const place = after.split('.').map(Number);
  return place.length === columns ? place : null;
}
