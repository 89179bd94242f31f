import type { EpochMs } from '../../../foundation/clock.ts';
import { appendEvent, type JournalTables } from '../../../journal/index.ts';
import { type Database, rowNumber } from '../../../platform/database/index.ts';
import type { CompromiseWindow } from '../detectors/detector.ts';
import { type ActOutcome, type ActRequest, actOnReview, settleReview } from './act-on-review.ts';
import { decisionOf, worstOf } from './decide.ts';
import { type ReviewHabits, readHabits } from './habits.ts';
import type { Examination, Review, ReviewAct, ReviewState, ReviewTrouble } from './model.ts';
import { type NewReview, openReview, supersede } from './open-review.ts';
import { type NewWindow, openWindow, type WindowOutcome } from './open-window.ts';
import { actsOf, reviewOf, toReview } from './rows.ts';
import type { ReviewTables } from './tables.ts';

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
    /** Whether it waits until people decided. */
    readonly enforced: boolean;
  }) => Promise<Review>;
  /** Keeps why a step could not be examined, until it is. */
  readonly recordTrouble: (reviewId: string, trouble: ReviewTrouble) => Promise<void>;
  /** It cannot go in any more as it is; `trouble` says why, where nothing newer stands in its place. */
  readonly supersede: (reviewId: string, trouble: ReviewTrouble) => Promise<void>;
  readonly act: (request: ActRequest) => Promise<ActOutcome>;
  readonly byId: (id: string) => Promise<Review | null>;
  readonly actsOf: (id: string) => Promise<readonly ReviewAct[]>;
  /** The newest over a tree: an accepted one before all others. */
  readonly ofTree: (channel: string, treeId: string) => Promise<Review | null>;
  /** The same patches on every line and head, oldest first. */
  readonly ofPatch: (patchKey: string) => Promise<readonly Review[]>;
  /** What waits for a channel: examined or not, held or not; oldest first. */
  readonly undecided: (channel: string) => Promise<readonly Review[]>;
  /** Newest first. */
  readonly list: (query: {
    readonly channel: string | null;
    readonly state: ReviewState | null;
    readonly before: string | null;
    readonly limit: number;
  }) => Promise<readonly Review[]>;
  /** The newest over a commit; null when there is none. */
  readonly ofCandidate: (channel: string, candidate: string) => Promise<Review | null>;
  /** Where the newest step that was let in came from, whatever was thought of it later; null where none says. */
  readonly lastSource: (channel: string) => Promise<string | null>;
  /** Null when the commit may be released; else why not, for a person. A tree of before, on top again, is another step. */
  readonly releaseRefusal: (channel: string, commitId: string, now: EpochMs) => Promise<string | null>;
  /** Everything that an account had a part in, from one instant to another, oldest first. */
  readonly actsOfAccount: (given: {
    readonly accounts: readonly string[];
    readonly from: EpochMs;
    readonly to: EpochMs | null;
  }) => Promise<readonly AccountAct[]>;
  /** How people reviewed since an instant. */
  readonly habits: (since: EpochMs) => Promise<ReviewHabits>;
  /** Declares that accounts were open to others; what they did then is examined and asked about again. */
  readonly openWindow: (given: NewWindow) => Promise<WindowOutcome>;
  readonly windows: () => Promise<readonly CompromiseWindow[]>;
}

export function createReviewStore(db: Database<ReviewTables & JournalTables>): ReviewStore {
  const reviews = () => db.read.selectFrom('review').selectAll();
  return {
    open: (given) => db.write((trx) => openReview(trx, given)),
    recordExamination: ({ reviewId, examination: seen, at, enforced }) =>
      db.write(async (trx) => {
        const examination = sampled(reviewId, seen);
        const review = await reviewOf(trx, reviewId);
        if (review === null) throw new Error(`there is no review ${reviewId}`);
        if (review.examination !== null) return review;
        await trx
          .updateTable('review')
          .set({ examination: JSON.stringify(examination), trouble: null })
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
        const examined = { ...review, examination, trouble: null };
        await appendEvent(trx, {
          at,
          kind: 'review.examined',
          subject: review.id,
          actor: 'robot',
          payload: {
            channel: review.channel,
            class: examination.class,
            enforced,
            worst: worstOf(examination),
            detectors: [...new Set(examination.hits.map(({ detector }) => detector))],
            packages: examination.packages.map(({ attr }) => attr).slice(0, 200),
          },
        });
        return (await settleReview(trx, examined, await actsOf(trx, review.id), at, 'robot')).review;
      }),
    recordTrouble: (reviewId, trouble) =>
      db.write(async (trx) => {
        const review = await reviewOf(trx, reviewId);
        if (review === null || review.examination !== null) return;
        await trx
          .updateTable('review')
          .set({ trouble: JSON.stringify(trouble) })
          .where('id', '=', Number(review.id))
          .execute();
        if (review.trouble?.says === trouble.says) return;
        const { says, hint, at } = trouble;
        const payload = { channel: review.channel, says, hint };
        await appendEvent(trx, { at, kind: 'review.stuck', subject: review.id, actor: 'robot', payload });
      }),
    supersede: (reviewId, trouble) =>
      db.write(async (trx) => {
        const review = await reviewOf(trx, reviewId);
        if (review === null) return;
        await supersede(trx, reviewId, trouble.at, trouble);
        const payload = { channel: review.channel, says: trouble.says, hint: trouble.hint };
        await appendEvent(trx, { at: trouble.at, kind: 'review.outrun', subject: reviewId, actor: 'robot', payload });
      }),
    act: (request) => db.write((trx) => actOnReview(trx, request)),
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
    ofPatch: async (patchKey) =>
      (await reviews().where('patch_key', '=', patchKey).orderBy('id').execute()).map(toReview),
    undecided: async (channel) =>
      (
        await reviews()
          .where('channel', '=', channel)
          .where('state', 'in', ['examining', 'waiting', 'held'])
          .orderBy('id')
          .execute()
      ).map(toReview),
    list: async ({ channel, state, before, limit }) => {
      let query = reviews().orderBy('id', 'desc').limit(limit);
      if (channel !== null) query = query.where('channel', '=', channel);
      if (state !== null) query = query.where('state', '=', state);
      if (before !== null) query = query.where('id', '<', rowNumber(before));
      return (await query.execute()).map(toReview);
    },
    ofCandidate: async (channel, candidate) => {
      const own = reviews().where('channel', '=', channel).where('candidate', '=', candidate);
      const row = await own.orderBy('id', 'desc').limit(1).executeTakeFirst();
      return row === undefined ? null : toReview(row);
    },
    lastSource: async (channel) => {
      const row = await db.read
        .selectFrom('review')
        .select('source')
        .where('channel', '=', channel)
        .where('source', 'is not', null)
        .orderBy('id', 'desc')
        .limit(1)
        .executeTakeFirst();
      return row?.source ?? null;
    },
    releaseRefusal: async (channel, commitId, now) => {
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
      const own = await reviews().where('channel', '=', channel).where('candidate', '=', commitId).execute();
      for (const review of own.map(toReview)) {
        const decision = decisionOf(review, await actsOf(db.read, review.id), now);
        if (decision.kind === 'accepted' || decision.kind === 'broken-glass') return null;
      }
      return `the commit ${commitId.slice(0, 12)} was not approved by two people`;
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
    habits: (since) => readHabits(db.read, since),
    openWindow: (given) => db.write((trx) => openWindow(trx, given)),
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

/** Of what the robot would let in (REV-02) one in fifty goes to people; numbers are given at the opening, so nobody chooses. */
function sampled(reviewId: string, examination: Examination): Examination {
  if (examination.class !== 'robot' || Number(reviewId) % 50 !== 0) return examination;
  const { unproven = [] } = examination;
  return {
    ...examination,
    class: 'people',
    unproven: [...unproven, 'one in fifty of what changes no derivation is looked at by people'],
  };
}
