import type { Selectable, Transaction } from 'kysely';
import type { Role } from '../../../accounts/index.ts';
import { inParts } from '../../../foundation/in-parts.ts';
import { rowNumber } from '../../../platform/database/index.ts';
import type { Examination, Review, ReviewAct, ReviewState, ReviewTrouble } from './model.ts';
import type { ReviewTables } from './tables.ts';

type Reading = Pick<Transaction<ReviewTables>, 'selectFrom'>;

export async function reviewOf(db: Reading, id: string): Promise<Review | null> {
  const row = await db.selectFrom('review').selectAll().where('id', '=', rowNumber(id)).executeTakeFirst();
  return row === undefined ? null : toReview(row);
}

export async function actsOf(db: Reading, id: string): Promise<readonly ReviewAct[]> {
  const rows = await db
    .selectFrom('review_act')
    .selectAll()
    .where('review_id', '=', rowNumber(id))
    .orderBy('id')
    .execute();
  return rows.map(toAct);
}

/** Of many at once; one without acts is not among them. */
export async function actsByReview(
  db: Reading,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly ReviewAct[]>> {
  const found = new Map<string, readonly ReviewAct[]>();
  for (const part of inParts(ids.map(rowNumber))) {
    const rows = await db.selectFrom('review_act').selectAll().where('review_id', 'in', part).orderBy('id').execute();
    for (const [id, own] of Map.groupBy(rows, (row) => row.review_id)) found.set(String(id), own.map(toAct));
  }
  return found;
}

function toAct(row: Selectable<ReviewTables['review_act']>): ReviewAct {
  return {
    kind: row.kind as ReviewAct['kind'],
    by: row.by,
    roles: JSON.parse(row.roles) as Role[],
    treeId: row.tree_id,
    reason: row.reason,
    at: row.at,
    until: row.until,
  };
}

export function toReview(row: Selectable<ReviewTables['review']>): Review {
  return {
    id: String(row.id),
    channel: row.channel,
    base: row.base,
    candidate: row.candidate,
    treeId: row.tree_id,
    how: row.how as Review['how'],
    author: row.author,
    openedAt: row.opened_at,
    state: row.state as ReviewState,
    examination: row.examination === null ? null : (JSON.parse(row.examination) as Examination),
    trouble: row.trouble === null ? null : (JSON.parse(row.trouble) as ReviewTrouble),
    patchKey: row.patch_key,
  };
}
