import { type Kysely, sql } from 'kysely';
import type { SeverityBand } from '../../advisories/index.ts';
import type { FindingRow } from '../rows.ts';
import type { StoreTables } from '../tables.ts';

export interface QueueQuery {
  readonly band: SeverityBand | null;
  readonly channel: string | null;
  readonly stage: string | null;
  /** Claimed by this person. */
  readonly claimedBy: string | null;
  /** The attribute begins with it. */
  readonly attr: string | null;
  readonly after: string | null;
  /** Of work items. */
  readonly limit: number;
}

/** Every vulnerability of one version of a package in one channel. */
export interface QueueItem {
  /** The most pressing first; the rest only counted. */
  readonly rows: readonly FindingRow[];
  readonly count: number;
}

/** As the partial indexes of the queue say it, to the letter. */
const live = sql<boolean>`state in ('open', 'under_investigation')`;
const shownOfItem = 8;
const fewOfName = 2000;

/** Work items by time to breach, then risk: each stands where its most pressing finding does. */
export async function queueItems(
  db: Kysely<StoreTables>,
  query: QueueQuery,
): Promise<{ readonly items: readonly QueueItem[]; readonly next: string | null }> {
  let heads = db
    .selectFrom('finding as f')
    .select(['id', 'attr', 'channel', 'version', 'breach_at', 'risk_hundredths'])
    .where(live)
    .where(chosen(query, 'f'))
    // Nothing of the same item stands before it.
    .where(
      sql<boolean>`not exists (select 1 from finding as g where g.state in ('open', 'under_investigation')
        and g.attr = f.attr and g.channel = f.channel and g.version = f.version and g.breach_at <= f.breach_at
        and (g.breach_at < f.breach_at or g.risk_hundredths > f.risk_hundredths
          or (g.risk_hundredths = f.risk_hundredths and g.id < f.id)) and ${chosen(query, 'g')})`,
    )
    .orderBy('breach_at')
    .orderBy('risk_hundredths', 'desc')
    .orderBy('id')
    .limit(query.limit + 1);
  const named = query.attr === null ? null : await fewNamed(db, query.attr);
  if (named !== null) {
    if (named.length === 0) return { items: [], next: null };
    heads = heads.where('id', 'in', named);
  }
  const place = placeOf(query.after);
  if (place !== null) {
    const [breach, risk, id] = place;
    heads = heads.where(
      sql<boolean>`breach_at >= ${breach} and (breach_at > ${breach} or risk_hundredths < ${risk}
        or (risk_hundredths = ${risk} and id > ${id}))`,
    );
  }
  const found = await heads.execute();
  const shown = found.slice(0, query.limit);
  const last = found.length > query.limit ? shown.at(-1) : undefined;
  const [rows, counts] = await Promise.all([rowsOf(db, query, shown), countsOf(db, query, shown)]);
  return {
    items: shown.map((head) => ({ rows: rows.get(keyOf(head)) ?? [], count: counts.get(keyOf(head)) ?? 0 })),
    next: last === undefined ? null : `${last.breach_at}.${last.risk_hundredths}.${last.id}`,
  };
}

/** What is open in packages whose name begins so; null when it is so much that walking the queue finds a page sooner. */
async function fewNamed(db: Kysely<StoreTables>, attr: string): Promise<readonly number[] | null> {
  const rows = await openNamed(db, attr)
    .limit(fewOfName + 1)
    .execute();
  return rows.length > fewOfName ? null : rows.map(({ id }) => id);
}

export function openNamed(db: Kysely<StoreTables>, attr: string) {
  return (
    db
      .selectFrom('finding')
      .select('id')
      .where(nameBegins('finding', attr))
      // Not by `live`: an engine would take an index of states, and read all that is open.
      .where(sql<boolean>`state || '' in ('open', 'under_investigation')`)
  );
}

/** A range, so that an index can answer; no attribute goes beyond the last character. */
function nameBegins(table: 'finding' | 'f' | 'g', attr: string) {
  const column = sql.ref(`${table}.attr`);
  return sql<boolean>`${column} >= ${attr} and ${column} < ${`${attr}\u{10ffff}`}`;
}

type Place = Pick<FindingRow, 'attr' | 'channel' | 'version'>;

/** The first findings of each item, in one question however many items there are. */
async function rowsOf(db: Kysely<StoreTables>, query: QueueQuery, items: readonly Place[]) {
  const [first, ...others] = items.map((item) =>
    db.selectFrom(inOrder(db, item).where(chosen(query, 'f')).limit(shownOfItem).as('shown')).selectAll(),
  );
  if (first === undefined) return new Map<string, readonly FindingRow[]>();
  const rows = await others.reduce((all, one) => all.unionAll(one), first).execute();
  return Map.groupBy(rows as readonly FindingRow[], keyOf);
}

async function countsOf(db: Kysely<StoreTables>, query: QueueQuery, items: readonly Place[]) {
  const [first, ...others] = items.map((item) =>
    ofItem(db, item)
      .select((select) => ['attr', 'channel', 'version', select.fn.countAll<number>().as('count')])
      .where(chosen(query, 'f'))
      .groupBy(['attr', 'channel', 'version']),
  );
  if (first === undefined) return new Map<string, number>();
  const rows = await others.reduce((all, one) => all.unionAll(one), first).execute();
  return new Map(rows.map((row) => [keyOf(row), Number(row.count)]));
}

function ofItem(db: Kysely<StoreTables>, { attr, channel, version }: Place) {
  return db
    .selectFrom('finding as f')
    .where(live)
    .where('attr', '=', attr)
    .where('channel', '=', channel)
    .where('version', '=', version);
}

function inOrder(db: Kysely<StoreTables>, place: Place) {
  return ofItem(db, place).selectAll().orderBy('breach_at').orderBy('risk_hundredths', 'desc').orderBy('id');
}

/** A whole work item, the most pressing first. */
export function findingsOfItem(db: Kysely<StoreTables>, place: Place, limit: number) {
  return inOrder(db, place).limit(limit).execute();
}

function chosen({ band, channel, stage, claimedBy, attr }: QueueQuery, table: 'f' | 'g') {
  const column = (name: string) => sql.ref(`${table}.${name}`);
  const wanted = [
    ...(band === null ? [] : [sql`${column('band')} = ${band}`]),
    ...(channel === null ? [] : [sql`${column('channel')} = ${channel}`]),
    ...(stage === null ? [] : [sql`${column('stage')} = ${stage}`]),
    ...(claimedBy === null ? [] : [sql`${column('claimed_by')} = ${claimedBy}`]),
    ...(attr === null ? [] : [nameBegins(table, attr)]),
  ];
  return wanted.length === 0 ? sql<boolean>`1 = 1` : sql<boolean>`${sql.join(wanted, sql` and `)}`;
}

function keyOf({ attr, channel, version }: Place): string {
  return JSON.stringify([attr, channel, version]);
}

/** A place that no page gave begins at the start. */
function placeOf(after: string | null): readonly [number, number, number] | null {
  const parts = /^(\d{1,16})\.(-?\d{1,9})\.(\d{1,15})$/.exec(after ?? '');
  return parts === null ? null : [Number(parts[1]), Number(parts[2]), Number(parts[3])];
}
