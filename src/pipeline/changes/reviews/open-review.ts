import type { Transaction } from 'kysely';
import type { EpochMs } from '../../../foundation/clock.ts';
import { appendEvent, type JournalTables } from '../../../journal/index.ts';
import { rowNumber } from '../../../platform/database/index.ts';
import { carryApprovals } from './carry-approvals.ts';
import type { Review, ReviewTrouble } from './model.ts';
import { toReview } from './rows.ts';
import type { ReviewTables } from './tables.ts';

export type NewReview = Pick<Review, 'channel' | 'base' | 'candidate' | 'treeId' | 'how' | 'author'> & {
  readonly at: EpochMs;
  /** Of what is to go onto several lines. */
  readonly patchKey?: string | null;
  /** The review of the same onto an older head, in whose place this one is. */
  readonly instead?: string | null;
};

/** The step that wants in. The same again is the same review. */
export async function openReview(trx: Transaction<ReviewTables & JournalTables>, given: NewReview): Promise<Review> {
  const { channel, base, candidate, treeId, how, author, at, patchKey = null, instead = null } = given;
  if (instead !== null) await supersede(trx, instead, at);
  const same = await trx
    .selectFrom('review')
    .selectAll()
    .where('channel', '=', channel)
    .where('candidate', '=', candidate)
    .where('state', '!=', 'superseded')
    .orderBy('id', 'desc')
    .executeTakeFirst();
  if (same !== undefined && same.base === base) return toReview(same);
  // What is to go onto the same head in its place; a step that went in without waiting is still to be looked at.
  // The robot's proposals are about different packages, and stand beside each other.
  if (base !== null && !(author === 'robot' && how === 'fix'))
    await trx
      .updateTable('review')
      .set({ state: 'superseded', decided_at: at })
      .where('channel', '=', channel)
      .where('base', '=', base)
      .where('how', '=', how)
      .where('author', '=', author)
      .where('state', 'in', ['examining', 'waiting', 'held'])
      .execute();
  const row = await trx
    .insertInto('review')
    .values({
      channel,
      base,
      candidate,
      tree_id: treeId,
      how,
      author,
      opened_at: at,
      state: 'examining',
      examination: null,
      decided_at: null,
      trouble: null,
      patch_key: patchKey,
      source: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  await appendEvent(trx, {
    at,
    kind: 'review.opened',
    subject: String(row.id),
    actor: author,
    payload: { channel, base, candidate, treeId, how, ...(instead === null ? {} : { instead }) },
  });
  const review = toReview(row);
  await carryApprovals(trx, review, at);
  return review;
}

/** It is no longer to go in: something newer stands in its place, or `trouble` says why it cannot. */
export async function supersede(
  trx: Transaction<ReviewTables>,
  reviewId: string,
  at: EpochMs,
  trouble: ReviewTrouble | null = null,
): Promise<void> {
  await trx
    .updateTable('review')
    .set({
      state: 'superseded',
      decided_at: at,
      ...(trouble === null ? {} : { trouble: JSON.stringify(trouble) }),
    })
    .where('id', '=', rowNumber(reviewId))
    .where('state', 'in', ['examining', 'waiting', 'held', 'accepted'])
    .execute();
}
