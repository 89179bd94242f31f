import type { Transaction } from 'kysely';
import { type Person, refusalOf } from '../../../accounts/index.ts';
import type { EpochMs } from '../../../foundation/clock.ts';
import { appendEvent, type JournalTables } from '../../../journal/index.ts';
import type { CompromiseWindow } from '../detectors/detector.ts';
import { actsOf, reviewOf } from './rows.ts';
import type { ReviewTables } from './tables.ts';

export type NewWindow = CompromiseWindow & { readonly by: Person; readonly reason: string; readonly at: EpochMs };

export type WindowOutcome =
  /** `reviews`: those that are examined again. */
  | { readonly kind: 'opened'; readonly acts: number; readonly reviews: readonly string[] }
  | { readonly kind: 'refused'; readonly why: string };

/** Declares that accounts were open to others. Whatever they had a part in then, decided or not, is looked at anew (REV-20). */
export async function openWindow(
  trx: Transaction<ReviewTables & JournalTables>,
  { accounts, from, to, by, reason, at }: NewWindow,
): Promise<WindowOutcome> {
  const why = refusalOf(by, 'security_lead');
  if (why !== null) return { kind: 'refused', why };
  await trx
    .insertInto('review_window')
    .values({ accounts: JSON.stringify(accounts), from_at: from, to_at: to, reason, by: by.name, at })
    .execute();
  let touched = trx
    .selectFrom('review_person')
    .select(['review_id', 'commit_id'])
    .where('account', 'in', accounts)
    .where('at', '>=', from);
  if (to !== null) touched = touched.where('at', '<=', to);
  const acts = await touched.execute();
  const reviews: string[] = [];
  for (const id of new Set(acts.map((row) => String(row.review_id))))
    if (await reopen(trx, id, { by, reason, at })) reviews.push(id);
  await appendEvent(trx, {
    at,
    kind: 'review.window-opened',
    subject: accounts.join(' '),
    actor: by.name,
    payload: { from, to, reason, reviews },
  });
  return { kind: 'opened', acts: acts.length, reviews };
}

/** Its approvals were given without knowing: they count for nothing from here on. */
async function reopen(
  trx: Transaction<ReviewTables & JournalTables>,
  id: string,
  { by, reason, at }: Pick<NewWindow, 'by' | 'reason' | 'at'>,
): Promise<boolean> {
  const review = await reviewOf(trx, id);
  if (review === null || review.state === 'superseded' || review.state === 'rejected') return false;
  await trx
    .updateTable('review')
    .set({ state: 'examining', examination: null, decided_at: null })
    .where('id', '=', Number(id))
    .execute();
  if (
    (await actsOf(trx, id)).some(({ kind }) => kind === 'approved' || kind === 'broke-glass') ||
    review.state === 'accepted'
  )
    await trx
      .insertInto('review_act')
      .values({
        review_id: Number(id),
        kind: 'reopened',
        by: by.name,
        roles: JSON.stringify(by.roles),
        tree_id: review.treeId,
        reason,
        at,
        until: null,
      })
      .execute();
  return true;
}
