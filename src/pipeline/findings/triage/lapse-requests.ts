import type { Kysely, Transaction } from 'kysely';
import type { EpochMs } from '../../../foundation/clock.ts';
import { announce } from '../announce.ts';
import { pinnedPolicies } from '../pinned-policy.ts';
import type { FindingRow } from '../rows.ts';
import type { StoreTables } from '../tables.ts';
import type { AskedRisk } from './accept-risk.ts';
import type { Lowering } from './rate.ts';

const lapses = { lowering: 'finding.down-lapsed', risk_asked: 'finding.risk-lapsed' } as const;
type Column = keyof typeof lapses;

interface Lapsed {
  readonly row: FindingRow;
  readonly column: Column;
  readonly asked: Lowering | AskedRisk;
}

/** What one person asked for and nobody approved in the time that the policy gives. */
export async function lapsedRequests(db: Kysely<StoreTables>, at: EpochMs): Promise<readonly Lapsed[]> {
  const waiting = await Promise.all([waitingIn(db, 'lowering'), waitingIn(db, 'risk_asked')]);
  if (waiting.every((rows) => rows.length === 0)) return [];
  const pinned = await pinnedPolicies(db);
  return waiting.flat().filter(({ row, asked }) => {
    const isOver = at > asked.at + pinned(row).rerate.down.request_ttl;
    return isOver || ('until' in asked && at >= asked.until);
  });
}

/** Ends them, and tells; gives how many there were. */
export async function lapseRequests(trx: Transaction<StoreTables>, at: EpochMs): Promise<number> {
  const lapsed = await lapsedRequests(trx, at);
  for (const { row, column, asked } of lapsed) {
    await trx
      .updateTable('finding')
      .set({ [column]: null })
      .where('id', '=', row.id)
      .execute();
    const { by: askedBy, at: askedAt, ...terms } = asked;
    await announce(trx, lapses[column], row, at, { ...terms, askedBy, askedAt });
  }
  return lapsed.length;
}

async function waitingIn(db: Kysely<StoreTables>, column: Column): Promise<readonly Lapsed[]> {
  const rows = await db.selectFrom('finding').selectAll().where(column, 'is not', null).orderBy('id').execute();
  return rows.map((row) => ({ row, column, asked: JSON.parse(row[column] ?? '') as Lapsed['asked'] }));
}
