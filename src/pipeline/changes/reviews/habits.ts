import type { Kysely } from 'kysely';
import type { EpochMs } from '../../../foundation/clock.ts';
import { isRubberStamp, standingApprovals } from './decide.ts';
import { actsByReview, toReview } from './rows.ts';
import type { ReviewTables } from './tables.ts';

/** How the people review, so far as that says something of the reviews' worth (REV-13). */
export interface ReviewHabits {
  /** Reviews that people let in. */
  readonly accepted: number;
  /** Two who approved so many of them together; those above the limit only, most first. */
  readonly pairs: readonly { readonly people: readonly [string, string]; readonly reviews: number }[];
  /** Approvals within a minute of first seeing something of substance. */
  readonly stamps: readonly { readonly reviewId: string; readonly by: string; readonly at: EpochMs }[];
}

const pairShare = 0.6;
/** Of fewer a share says nothing. */
const fewest = 5;
const mostLooked = 500;

/** Of what was decided since an instant; the newest 500. */
export async function readHabits(db: Kysely<ReviewTables>, since: EpochMs): Promise<ReviewHabits> {
  const rows = await db
    .selectFrom('review')
    .selectAll()
    .where('state', '=', 'accepted')
    .where('decided_at', '>=', since)
    // Most steps need nobody, and what was seen of one is large to read.
    .where('id', 'in', (acts) =>
      acts.selectFrom('review_act').select('review_id').where('kind', 'in', ['approved', 'broke-glass']),
    )
    .orderBy('id', 'desc')
    .limit(mostLooked)
    .execute();
  const together = new Map<string, number>();
  const stamps: ReviewHabits['stamps'][number][] = [];
  let accepted = 0;
  const reviews = rows.map(toReview);
  const acted = await actsByReview(
    db,
    reviews.map(({ id }) => id),
  );
  for (const review of reviews) {
    const { examination } = review;
    if (examination === null || examination.class !== 'people') continue;
    accepted += 1;
    const acts = acted.get(review.id) ?? [];
    const approvals = standingApprovals(acts.filter(({ treeId }) => treeId === review.treeId));
    const names = approvals.map(({ by }) => by).sort();
    for (const [index, one] of names.entries())
      for (const other of names.slice(index + 1)) {
        const pair = JSON.stringify([one, other]);
        together.set(pair, (together.get(pair) ?? 0) + 1);
      }
    for (const { by, at } of approvals)
      if (isRubberStamp(examination, acts, by, at)) stamps.push({ reviewId: review.id, by, at });
  }
  const pairs = [...together]
    .filter(([, reviews]) => accepted >= fewest && reviews > pairShare * accepted)
    .map(([pair, reviews]) => ({ people: JSON.parse(pair) as [string, string], reviews }))
    .sort((a, b) => b.reviews - a.reviews);
  return { accepted, pairs, stamps };
}
