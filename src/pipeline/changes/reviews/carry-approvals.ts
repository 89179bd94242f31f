import type { Transaction } from 'kysely';
import type { EpochMs } from '../../../foundation/clock.ts';
import { appendEvent, type JournalTables } from '../../../journal/index.ts';
import { rowNumber } from '../../../platform/database/index.ts';
import { decisionOf, standingApprovals } from './decide.ts';
import type { Review, ReviewAct } from './model.ts';
import { actsOf, toReview } from './rows.ts';
import type { ReviewTables } from './tables.ts';

type Trx = Transaction<ReviewTables & JournalTables>;

/**
 * What two people approved elsewhere with the same patches, and what went in there, is noted here in their names (REV-11).
 * An approval of this tree it is not: somebody has to look at how it fits. Returns who that is; nobody the second time.
 */
export async function carryApprovals(trx: Trx, review: Review, at: EpochMs): Promise<readonly string[]> {
  if (review.patchKey === null) return [];
  if ((await actsOf(trx, review.id)).some(({ kind }) => kind === 'carried')) return [];
  for (const source of await ofPatch(trx, review, ['accepted', 'superseded'])) {
    const acts = await actsOf(trx, source.id);
    const approvals = standingApprovals(acts.filter(({ treeId }) => treeId === source.treeId));
    const isAccepted = decisionOf(source, acts, at).kind === 'accepted';
    if (!isAccepted || approvals.length < 2) continue;
    await carry(trx, { review, source, approvals, at });
    return approvals.map(({ by }) => by);
  }
  return [];
}

/** Others that want the same patches in somewhere. */
export function undecidedOfPatch(trx: Trx, review: Review): Promise<readonly Review[]> {
  return ofPatch(trx, review, ['examining', 'waiting', 'held']);
}

async function ofPatch(
  trx: Trx,
  { id, patchKey }: Review,
  states: readonly Review['state'][],
): Promise<readonly Review[]> {
  if (patchKey === null) return [];
  const rows = await trx
    .selectFrom('review')
    .selectAll()
    .where('patch_key', '=', patchKey)
    .where('id', '!=', rowNumber(id))
    .where('state', 'in', states)
    .orderBy('id')
    .execute();
  return rows.map(toReview);
}

async function carry(
  trx: Trx,
  given: {
    readonly review: Review;
    readonly source: Review;
    readonly approvals: readonly ReviewAct[];
    readonly at: EpochMs;
  },
): Promise<void> {
  const { review, source, approvals, at } = given;
  await trx
    .insertInto('review_act')
    .values(
      approvals.map(({ by, roles }) => ({
        review_id: rowNumber(review.id),
        kind: 'carried',
        by,
        roles: JSON.stringify(roles),
        tree_id: review.treeId,
        reason: `approved the same patches in review ${source.id}, for ${source.channel}`,
        at,
        until: null,
      })),
    )
    .execute();
  await appendEvent(trx, {
    at,
    kind: 'review.carried',
    subject: review.id,
    actor: 'robot',
    payload: { channel: review.channel, treeId: review.treeId, from: source.id, by: approvals.map(({ by }) => by) },
  });
}
