import { hash } from 'node:crypto';
import type { Transaction } from 'kysely';
import type { EpochMs } from '../../foundation/clock.ts';
import { canonicalJson } from '../../foundation/json.ts';
import type { StoredMatch } from './match-package.ts';
import type { Match } from './model.ts';
import type { MatchingTables } from './tables.ts';

export type MatchRow = Omit<MatchingTables['matching_match'], 'change' | 'at'>;

const together = 100;

export function encodeMatch({ match, route }: StoredMatch): MatchRow {
  const body = canonicalJson(match);
  const { channel, attr, advisoryId, status } = match;
  return {
    channel,
    attr,
    advisory_id: advisoryId,
    status,
    route,
    digest: hash('sha256', `${route}\n${body}`, 'base64url'),
    body,
  };
}

export function decodeMatch({ body }: Pick<MatchRow, 'body'>): Match {
  return JSON.parse(body) as Match;
}

export function decodeStored(row: Pick<MatchRow, 'body' | 'route'>): StoredMatch {
  return { match: decodeMatch(row), route: row.route as StoredMatch['route'] };
}

export function keyOf({ attr, advisory_id }: Pick<MatchRow, 'attr' | 'advisory_id'>): string {
  return `${attr}\0${advisory_id}`;
}

/** Takes the place of a match that is no more. */
export function goneRow(key: string, channel: string): MatchRow {
  const [attr = '', advisory_id = ''] = key.split('\0');
  return { channel, attr, advisory_id, status: 'gone', route: 'stored', digest: '', body: '' };
}

/** Each row stands at a change number of its own, after all that were there. */
export async function writeRows(
  trx: Transaction<MatchingTables>,
  rows: readonly MatchRow[],
  at: EpochMs,
): Promise<void> {
  if (rows.length === 0) return;
  const newest = await trx
    .selectFrom('matching_match')
    .select('change')
    .orderBy('change', 'desc')
    .limit(1)
    .executeTakeFirst();
  let change = newest?.change ?? 0;
  for (let from = 0; from < rows.length; from += together) {
    const values = rows.slice(from, from + together).map((row) => ({ ...row, at, change: ++change }));
    await trx
      .insertInto('matching_match')
      .values(values)
      .onConflict((conflict) =>
        conflict.columns(['channel', 'attr', 'advisory_id']).doUpdateSet(({ ref }) => ({
          status: ref('excluded.status'),
          route: ref('excluded.route'),
          digest: ref('excluded.digest'),
          body: ref('excluded.body'),
          change: ref('excluded.change'),
          at: ref('excluded.at'),
        })),
      )
      .execute();
  }
}
