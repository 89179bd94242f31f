import { type Kysely, sql } from 'kysely';
import type { EpochMs } from '../../foundation/clock.ts';
import { idSpellings } from './id-spellings.ts';
import type { Advisory, SeverityBand } from './model.ts';
import { searchPatterns } from './search-text.ts';
import type { AdvisoriesTables } from './tables.ts';

export interface AdvisoryQuery {
  readonly text: string;
  readonly after: string | null;
  readonly limit: number;
}

/** An advisory in a list. */
export interface AdvisorySummary {
  readonly id: string;
  readonly title: string;
  readonly band: SeverityBand;
  readonly score: number | null;
  readonly state: Advisory['state'];
  readonly publishedAt: EpochMs | null;
  readonly modifiedAt: EpochMs | null;
  readonly knownExploited: boolean;
}

export interface AdvisoryPage {
  readonly items: readonly AdvisorySummary[];
  /** Hand back as `after`; null at the end. */
  readonly next: string | null;
  /** Null where it is not known. */
  readonly total: number | null;
}

export async function listAdvisories(
  db: Kysely<AdvisoriesTables>,
  { text, after, limit }: AdvisoryQuery,
): Promise<AdvisoryPage> {
  const named = await db
    .selectFrom('advisory_alias')
    .select('advisory_id')
    .where('alias', 'in', idSpellings(text))
    .execute();
  let query = db.selectFrom('advisory').where('sort_at', '>=', 0);
  const patterns = named.length > 0 ? [] : searchPatterns(text);
  if (named.length > 0)
    query = query.where(
      'id',
      'in',
      named.map((row) => row.advisory_id),
    );
  for (const pattern of patterns) query = query.where(sql<boolean>`search like ${pattern} escape '\\'`);
  const all = query;
  const place = /^(\d{1,15}):(.+)$/.exec(after ?? '');
  if (place !== null) {
    const [sortAt, id] = [Number(place[1]), place[2] ?? ''];
    query = query.where((row) =>
      row.or([row('sort_at', '<', sortAt), row.and([row('sort_at', '=', sortAt), row('id', '<', id)])]),
    );
  }
  const rows = await query
    .select(['id', 'title', 'band', 'score', 'state', 'sort_at', 'published_at', 'modified_at', 'known_exploited'])
    .orderBy('sort_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute();
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map((row) => ({
      id: row.id,
      title: row.title,
      band: row.band as SeverityBand,
      score: row.score === null ? null : Number(row.score),
      state: row.state as Advisory['state'],
      publishedAt: row.published_at,
      modifiedAt: row.modified_at,
      knownExploited: row.known_exploited === 1,
    })),
    next: rows.length > limit && last !== undefined ? `${last.sort_at}:${last.id}` : null,
    total: await totalOf(),
  };

  // Words are searched for in every advisory: how many there are beyond this page is not worth another search.
  async function totalOf(): Promise<number | null> {
    if (after === null && rows.length <= limit) return rows.length;
    if (patterns.length > 0) return null;
    return (await all.select((row) => row.fn.countAll<number>().as('total')).executeTakeFirstOrThrow()).total;
  }
}
