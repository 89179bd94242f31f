import { type Kysely, sql } from 'kysely';
import type { EpochMs } from '../../foundation/clock.ts';
import type { SeverityBand } from '../advisories/index.ts';
import type { Finding, FindingState } from './model.ts';
import { clockedOf, type FindingRow, findingOf, never } from './rows.ts';
import type { StoreTables } from './tables.ts';

/** Which findings are looked at. */
export type ChangedAbout =
  | { readonly kind: 'all' }
  | { readonly kind: 'channel'; readonly channel: string }
  | { readonly kind: 'package'; readonly attr: string }
  | { readonly kind: 'advisory'; readonly id: string }
  | { readonly kind: 'bands'; readonly bands: readonly SeverityBand[] }
  | { readonly kind: 'state'; readonly state: FindingState }
  /** A release has the fix. */
  | { readonly kind: 'act-now' }
  | { readonly kind: 'breached' };

/** An advisory with the findings of it that were asked for. */
export interface ChangedAdvisory {
  readonly advisoryId: string;
  /** When what is told of them last changed; of a broken promise, when it was broken if that is later. */
  readonly changedAt: EpochMs;
  readonly findings: readonly Finding[];
}

const toldColumns = ['state', 'version', 'band', 'fixed_at', 'fixed_version', 'released_at'] as const;

/** The column that says when a finding last changed in what the world is told of it. */
export function changedColumn(before: FindingRow, after: Partial<FindingRow>, at: EpochMs): Partial<FindingRow> {
  return toldColumns.some((column) => after[column] !== undefined && after[column] !== before[column])
    ? { changed_at: at }
    : {};
}

/** Advisories by when their findings last changed, newest first; reads no more than it gives. */
export async function lastChanged(
  db: Kysely<StoreTables>,
  { about, limit, now }: { readonly about: ChangedAbout; readonly limit: number; readonly now: EpochMs },
): Promise<readonly ChangedAdvisory[]> {
  const newest = new Map<string, EpochMs>();
  for (const walk of walksOf(about, now))
    for (const { id, at } of await firstOf(db, walk, limit)) newest.set(id, Math.max(at, newest.get(id) ?? 0));
  const ids = [...newest].sort(([a, x], [b, y]) => y - x || (a < b ? 1 : -1)).slice(0, limit);
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom('finding')
    .selectAll()
    .where(
      'advisory_id',
      'in',
      ids.map(([id]) => id),
    )
    .orderBy('attr')
    .orderBy('channel')
    .execute();
  const own = Map.groupBy(
    rows.filter((row) => concerns(about, row, now)),
    (row) => row.advisory_id,
  );
  return ids
    .map(([advisoryId, at]) => {
      const found = own.get(advisoryId) ?? [];
      const changedAt = Math.max(at, ...found.map((row) => row.changed_at));
      return { advisoryId, changedAt, findings: found.map(findingOf) };
    })
    .filter(({ findings }) => findings.length > 0);
}

/** One index, read backwards. */
interface Walk {
  readonly column: 'changed_at' | 'breached_at' | 'breach_at';
  readonly where: readonly (readonly ['channel' | 'attr' | 'advisory_id' | 'band' | 'state', string])[];
  readonly until: EpochMs;
  /** Only what is in a release. */
  readonly isReleased?: boolean;
}

function walksOf(about: ChangedAbout, now: EpochMs): readonly Walk[] {
  const changed = (...where: Walk['where']): readonly Walk[] => [{ column: 'changed_at', where, until: never }];
  switch (about.kind) {
    case 'all':
      return changed();
    case 'channel':
      return changed(['channel', about.channel]);
    case 'package':
      return changed(['attr', about.attr]);
    case 'advisory':
      return changed(['advisory_id', about.id]);
    case 'state':
      return changed(['state', about.state]);
    case 'act-now':
      return [{ column: 'changed_at', where: [['state', 'fixed']], until: never, isReleased: true }];
    case 'bands':
      return about.bands.flatMap((band) => changed(['band', band]));
    case 'breached':
      return [
        { column: 'breached_at', where: [], until: never },
        { column: 'breach_at', where: [], until: now },
      ];
  }
}

const rowsTogether = 200;

/** Different advisories, newest first. */
async function firstOf(db: Kysely<StoreTables>, { column, where, until, isReleased = false }: Walk, limit: number) {
  const first = new Map<string, EpochMs>();
  let place: { readonly at: EpochMs; readonly id: string } = { at: until, id: '' };
  for (;;) {
    let select = db
      .selectFrom('finding')
      .select(['advisory_id as id', sql<number>`${sql.ref(column)}`.as('at')])
      // Its index holds no others, which the engines must be told.
      .where(column, 'is not', null)
      .where(sql<boolean>`(${sql.ref(column)}, advisory_id) < (${place.at}, ${place.id})`)
      .orderBy(column, 'desc')
      .orderBy('advisory_id', 'desc')
      .limit(rowsTogether);
    if (isReleased) select = select.where('released_at', 'is not', null);
    for (const [name, value] of where) select = select.where(name, '=', value);
    const rows = await select.execute();
    for (const { id, at } of rows) if (first.size < limit && !first.has(id)) first.set(id, Number(at));
    const last = rows.at(-1);
    if (last === undefined || rows.length < rowsTogether || first.size >= limit) break;
    place = { at: Number(last.at), id: last.id };
  }
  return [...first].map(([id, at]) => ({ id, at }));
}

function concerns(about: ChangedAbout, row: FindingRow, now: EpochMs): boolean {
  switch (about.kind) {
    case 'channel':
      return row.channel === about.channel;
    case 'package':
      return row.attr === about.attr;
    case 'bands':
      return about.bands.some((band) => band === row.band);
    case 'state':
      return row.state === about.state;
    case 'act-now':
      return row.state === 'fixed' && row.released_at !== null;
    case 'breached':
      return clockedOf(row, now).deadlines.state === 'breached';
    default:
      return true;
  }
}
