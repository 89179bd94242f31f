import type { Transaction } from 'kysely';
import { type Person, type Role, refusalOf } from '../../../accounts/index.ts';
import type { EpochMs } from '../../../foundation/clock.ts';
import { appendEvent, type JournalTables } from '../../../journal/index.ts';
import { carryApprovals, undecidedOfPatch } from './carry-approvals.ts';
import { type Decision, decisionOf, isRubberStamp } from './decide.ts';
import type { Review, ReviewAct, ReviewState } from './model.ts';
import { actsOf, reviewOf } from './rows.ts';
import type { ReviewTables } from './tables.ts';

/** What a person can do; the robot alone carries over. */
export type PersonalAct = Exclude<ReviewAct['kind'], 'carried'>;

export interface ActRequest {
  readonly reviewId: string;
  readonly kind: PersonalAct;
  readonly by: Person;
  /** What the person looked at: an act on another tree is refused. */
  readonly treeId: string;
  readonly reason: string;
  readonly at: EpochMs;
  /** Of a hold; epoch milliseconds. */
  readonly until?: EpochMs;
}

export type ActOutcome =
  | { readonly kind: 'done'; readonly review: Review; readonly decision: Decision }
  | {
      readonly kind: 'refused';
      readonly why:
        | 'no_review'
        | 'not_a_person'
        | 'role_missing'
        | 'tree_changed'
        /** Nobody knows yet what fires on it: an approval would be blind. */
        | 'not_examined'
        | 'reason_missing'
        | 'decided'
        | 'nothing_to_withdraw';
    };

const roleOf: Readonly<Record<PersonalAct, Role | null>> = {
  opened: null,
  approved: 'reviewer',
  withdrawn: 'reviewer',
  held: 'reviewer',
  released: 'reviewer',
  rejected: 'reviewer',
  'broke-glass': 'duty_officer',
  reopened: 'security_lead',
};
const reasoned: readonly PersonalAct[] = ['held', 'rejected', 'broke-glass'];

/** What a person does about a review, and the state that follows. */
export async function actOnReview(
  trx: Transaction<ReviewTables & JournalTables>,
  request: ActRequest,
): Promise<ActOutcome> {
  const { reviewId, kind, by, treeId, at } = request;
  const reason = request.reason.trim();
  const review = await reviewOf(trx, reviewId);
  if (review === null) return { kind: 'refused', why: 'no_review' };
  const role = roleOf[kind];
  const why = role === null ? (by.name === 'robot' ? 'not_a_person' : null) : refusalOf(by, role);
  if (why !== null) return { kind: 'refused', why };
  if (treeId !== review.treeId) return { kind: 'refused', why: 'tree_changed' };
  if (kind === 'approved' && review.examination === null) return { kind: 'refused', why: 'not_examined' };
  if (reasoned.includes(kind) && reason === '') return { kind: 'refused', why: 'reason_missing' };
  const before = await actsOf(trx, review.id);
  const decided = decisionOf(review, before, at);
  const isOpen = review.state === 'waiting' || review.state === 'held' || review.state === 'examining';
  // What came in by broken glass still takes its approvals.
  if (!isOpen && kind !== 'opened' && !(decided.kind === 'broken-glass' && kind === 'approved'))
    return { kind: 'refused', why: 'decided' };
  const isApproved = before.findLast((one) => one.by === by.name && /^(approved|withdrawn)$/.test(one.kind));
  if (kind === 'withdrawn' && isApproved?.kind !== 'approved') return { kind: 'refused', why: 'nothing_to_withdraw' };
  if (kind === 'opened' && before.some((one) => one.kind === 'opened' && one.by === by.name))
    return { kind: 'done', review, decision: decided };
  const until = kind === 'held' ? (request.until ?? at + 7 * 86_400_000) : null;
  await trx
    .insertInto('review_act')
    .values({
      review_id: Number(review.id),
      kind,
      by: by.name,
      roles: JSON.stringify(by.roles),
      tree_id: treeId,
      reason,
      at,
      until,
    })
    .execute();
  const acts: readonly ReviewAct[] = [...before, { kind, by: by.name, roles: by.roles, treeId, reason, at, until }];
  if (kind !== 'opened')
    await appendEvent(trx, {
      at,
      kind: `review.${kind}`,
      subject: review.id,
      actor: by.name,
      payload: {
        channel: review.channel,
        treeId,
        reason,
        ...(until === null ? {} : { until }),
        ...(kind === 'approved' && review.examination !== null && isRubberStamp(review.examination, before, by.name, at)
          ? { rubberStamp: true }
          : {}),
      },
    });
  return { kind: 'done', ...(await settleReview(trx, review, acts, at, by.name)) };
}

/** Writes the state that follows from the acts. */
export async function settleReview(
  trx: Transaction<ReviewTables & JournalTables>,
  review: Review,
  acts: readonly ReviewAct[],
  at: EpochMs,
  actor: string,
): Promise<{ readonly review: Review; readonly decision: Decision }> {
  const decision = decisionOf(review, acts, at);
  const state = stateOf(decision, review);
  if (state === review.state || review.state === 'accepted' || review.state === 'superseded')
    return { review, decision };
  await trx
    .updateTable('review')
    .set({ state, decided_at: state === 'accepted' || state === 'rejected' ? at : null })
    .where('id', '=', Number(review.id))
    .execute();
  const source = review.examination?.source ?? null;
  if (state === 'accepted' && source !== null)
    await trx
      .updateTable('review')
      .set({ source })
      .where('id', '=', Number(review.id))
      .where('source', 'is', null)
      .execute();
  if (state === 'accepted')
    await appendEvent(trx, {
      at,
      kind: 'review.accepted',
      subject: review.id,
      actor,
      payload: {
        channel: review.channel,
        treeId: review.treeId,
        candidate: review.candidate,
        by: decision.kind === 'accepted' ? decision.by : decision.kind === 'broken-glass' ? [decision.by] : [],
        glass: decision.kind === 'broken-glass',
      },
    });
  if (state === 'accepted')
    for (const same of await undecidedOfPatch(trx, review)) {
      const carried = await carryApprovals(trx, same, at);
      if (carried.length > 0) await settleReview(trx, same, [...(await actsOf(trx, same.id))], at, 'robot');
    }
  return { review: { ...review, state }, decision };
}

function stateOf(decision: Decision, review: Review): ReviewState {
  if (review.examination === null) return 'examining';
  return decision.kind === 'broken-glass' ? 'accepted' : decision.kind;
}
