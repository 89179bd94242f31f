import type { Selectable, Transaction } from 'kysely';
import { type Person, type Role, refusalOf } from '../../../accounts/index.ts';
import type { EpochMs } from '../../../foundation/clock.ts';
import { appendEvent, type JournalTables } from '../../../journal/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import type { CompromiseWindow } from '../detectors/detector.ts';
import { type Decision, decisionOf, isRubberStamp, worstOf } from './decide.ts';
import type { Examination, Review, ReviewAct, ReviewState } from './model.ts';
import type { ReviewTables } from './tables.ts';

export type NewReview = Pick<Review, 'channel' | 'base' | 'candidate' | 'treeId' | 'how' | 'author'> & {
  readonly at: EpochMs;
};

export interface ActRequest {
  readonly reviewId: string;
  readonly kind: ReviewAct['kind'];
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
        | 'reason_missing'
        | 'decided'
        | 'nothing_to_withdraw';
    };

/** What an account had to do with a change that came in. */
export interface AccountAct {
  readonly reviewId: string;
  readonly channel: string;
  readonly commitId: string;
  readonly account: string;
  readonly role: string;
  readonly at: EpochMs;
  readonly state: ReviewState;
}

export interface ReviewStore {
  /** The step that wants in; an older one of the same author for the same head is superseded. The same again is the same. */
  readonly open: (given: NewReview) => Promise<Review>;
  /** Keeps what the detectors saw and settles what follows. */
  readonly recordExamination: (given: {
    readonly reviewId: string;
    readonly examination: Examination;
    readonly at: EpochMs;
  }) => Promise<Review>;
  readonly act: (request: ActRequest) => Promise<ActOutcome>;
  readonly byId: (id: string) => Promise<Review | null>;
  readonly actsOf: (id: string) => Promise<readonly ReviewAct[]>;
  /** The newest over a tree: an accepted one before all others. */
  readonly ofTree: (channel: string, treeId: string) => Promise<Review | null>;
  /** Newest first. */
  readonly list: (query: {
    readonly channel: string | null;
    readonly state: ReviewState | null;
    readonly before: string | null;
    readonly limit: number;
  }) => Promise<readonly Review[]>;
  /** Null when the tree may be released; else why not, for a person. */
  readonly releaseRefusal: (channel: string, treeId: string, now: EpochMs) => Promise<string | null>;
  /** Everything that an account had a part in, from one instant to another, oldest first. */
  readonly actsOfAccount: (given: {
    readonly accounts: readonly string[];
    readonly from: EpochMs;
    readonly to: EpochMs | null;
  }) => Promise<readonly AccountAct[]>;
  /** Declares that accounts were open to others; what they did then is asked about again. */
  readonly openWindow: (
    given: CompromiseWindow & { readonly by: Person; readonly reason: string; readonly at: EpochMs },
  ) => Promise<{ readonly kind: 'opened'; readonly acts: number } | { readonly kind: 'refused'; readonly why: string }>;
  readonly windows: () => Promise<readonly CompromiseWindow[]>;
}

const roleOf: Readonly<Record<ReviewAct['kind'], Role | null>> = {
  opened: null,
  approved: 'reviewer',
  withdrawn: 'reviewer',
  held: 'reviewer',
  released: 'reviewer',
  rejected: 'reviewer',
  'broke-glass': 'duty_officer',
};
const reasoned: readonly ReviewAct['kind'][] = ['held', 'rejected', 'broke-glass'];

export function createReviewStore(db: Database<ReviewTables & JournalTables>): ReviewStore {
  const reviews = () => db.read.selectFrom('review').selectAll();
  return {
    open: (given) => db.write((trx) => openReview(trx, given)),
    recordExamination: ({ reviewId, examination, at }) =>
      db.write(async (trx) => {
        const review = await reviewOf(trx, reviewId);
        if (review === null) throw new Error(`there is no review ${reviewId}`);
        if (review.examination !== null) return review;
        await trx
          .updateTable('review')
          .set({ examination: JSON.stringify(examination) })
          .where('id', '=', Number(review.id))
          .execute();
        const people = examination.commits.flatMap(({ id, people: own }) =>
          own.map(({ account, role, at: when }) => ({
            review_id: Number(review.id),
            commit_id: id,
            account,
            role,
            at: when,
          })),
        );
        for (let from = 0; from < people.length; from += 500)
          await trx
            .insertInto('review_person')
            .values(people.slice(from, from + 500))
            .onConflict((conflict) => conflict.doNothing())
            .execute();
        const examined = { ...review, examination };
        await appendEvent(trx, {
          at,
          kind: 'review.examined',
          subject: review.id,
          actor: 'robot',
          payload: {
            channel: review.channel,
            class: examination.class,
            worst: worstOf(examination),
            detectors: [...new Set(examination.hits.map(({ detector }) => detector))],
            packages: examination.packages.map(({ attr }) => attr).slice(0, 200),
          },
        });
        return (await settle(trx, examined, await actsOf(trx, review.id), at, 'robot')).review;
      }),
    act: (request) => db.write((trx) => act(trx, request)),
    byId: (id) => reviewOf(db.read, id),
    actsOf: (id) => actsOf(db.read, id),
    ofTree: async (channel, treeId) => {
      const found = await reviews()
        .where('channel', '=', channel)
        .where('tree_id', '=', treeId)
        .orderBy('id', 'desc')
        .execute();
      const row = found.find(({ state }) => state === 'accepted') ?? found[0];
      return row === undefined ? null : toReview(row);
    },
    list: async ({ channel, state, before, limit }) => {
      let query = reviews().orderBy('id', 'desc').limit(limit);
      if (channel !== null) query = query.where('channel', '=', channel);
      if (state !== null) query = query.where('state', '=', state);
      if (before !== null) query = query.where('id', '<', numberOf(before));
      return (await query.execute()).map(toReview);
    },
    releaseRefusal: async (channel, treeId, now) => {
      const glass = await reviews()
        .where('channel', '=', channel)
        .where('state', '=', 'accepted')
        .where('id', 'in', (acts) =>
          acts.selectFrom('review_act').select('review_id').where('kind', '=', 'broke-glass'),
        )
        .execute();
      for (const review of glass.map(toReview)) {
        const decision = decisionOf(review, await actsOf(db.read, review.id), now);
        if (decision.kind === 'broken-glass' && now > decision.secondBy)
          return `review ${review.id} went in by ${decision.by} alone, and two others did not approve it within 24 hours`;
      }
      // What went in is judged by its acts, not by the state that a row says.
      for (const review of (await reviews().where('channel', '=', channel).where('tree_id', '=', treeId).execute()).map(
        toReview,
      )) {
        const decision = decisionOf(review, await actsOf(db.read, review.id), now);
        if (decision.kind === 'accepted' || decision.kind === 'broken-glass') return null;
      }
      return `the tree ${treeId.slice(0, 12)} was not approved by two people`;
    },
    actsOfAccount: async ({ accounts, from, to }) => {
      let query = db.read
        .selectFrom('review_person')
        .innerJoin('review', 'review.id', 'review_person.review_id')
        .select(['review_id', 'channel', 'commit_id', 'account', 'role', 'review_person.at as at', 'state'])
        .where('account', 'in', accounts)
        .where('review_person.at', '>=', from)
        .orderBy('review_person.at')
        .orderBy('commit_id');
      if (to !== null) query = query.where('review_person.at', '<=', to);
      return (await query.execute()).map((row) => ({
        reviewId: String(row.review_id),
        channel: row.channel,
        commitId: row.commit_id,
        account: row.account,
        role: row.role,
        at: row.at,
        state: row.state as ReviewState,
      }));
    },
    openWindow: ({ accounts, from, to, by, reason, at }) =>
      db.write(async (trx) => {
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
        await appendEvent(trx, {
          at,
          kind: 'review.window-opened',
          subject: accounts.join(' '),
          actor: by.name,
          payload: { from, to, reason, reviews: [...new Set(acts.map((row) => String(row.review_id)))] },
        });
        return { kind: 'opened', acts: acts.length };
      }),
    windows: async () => {
      const rows = await db.read.selectFrom('review_window').selectAll().orderBy('id').execute();
      return rows.map((row) => ({
        accounts: JSON.parse(row.accounts) as string[],
        from: row.from_at,
        to: row.to_at,
      }));
    },
  };
}

async function openReview(trx: Transaction<ReviewTables & JournalTables>, given: NewReview): Promise<Review> {
  const { channel, base, candidate, treeId, how, author, at } = given;
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
  if (base !== null)
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
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  await appendEvent(trx, {
    at,
    kind: 'review.opened',
    subject: String(row.id),
    actor: author,
    payload: { channel, base, candidate, treeId, how },
  });
  return toReview(row);
}

async function act(trx: Transaction<ReviewTables & JournalTables>, request: ActRequest): Promise<ActOutcome> {
  const { reviewId, kind, by, treeId, at } = request;
  const reason = request.reason.trim();
  const review = await reviewOf(trx, reviewId);
  if (review === null) return { kind: 'refused', why: 'no_review' };
  const role = roleOf[kind];
  const why = role === null ? (by.name === 'robot' ? 'not_a_person' : null) : refusalOf(by, role);
  if (why !== null) return { kind: 'refused', why };
  if (treeId !== review.treeId) return { kind: 'refused', why: 'tree_changed' };
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
  return { kind: 'done', ...(await settle(trx, review, acts, at, by.name)) };
}

/** Writes the state that follows from the acts. */
async function settle(
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
  return { review: { ...review, state }, decision };
}

function stateOf(decision: Decision, review: Review): ReviewState {
  if (review.examination === null) return 'examining';
  return decision.kind === 'broken-glass' ? 'accepted' : decision.kind;
}

type Reading = Pick<Transaction<ReviewTables>, 'selectFrom'>;

async function reviewOf(db: Reading, id: string): Promise<Review | null> {
  const row = await db.selectFrom('review').selectAll().where('id', '=', numberOf(id)).executeTakeFirst();
  return row === undefined ? null : toReview(row);
}

async function actsOf(db: Reading, id: string): Promise<readonly ReviewAct[]> {
  const rows = await db
    .selectFrom('review_act')
    .selectAll()
    .where('review_id', '=', numberOf(id))
    .orderBy('id')
    .execute();
  return rows.map((row) => ({
    kind: row.kind as ReviewAct['kind'],
    by: row.by,
    roles: JSON.parse(row.roles) as Role[],
    treeId: row.tree_id,
    reason: row.reason,
    at: row.at,
    until: row.until,
  }));
}

function toReview(row: Selectable<ReviewTables['review']>): Review {
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
  };
}

function numberOf(id: string): number {
  return /^\d{1,15}$/.test(id) ? Number(id) : -1;
}
