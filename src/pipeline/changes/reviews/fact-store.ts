import { type Person, refusalOf } from '../../../accounts/index.ts';
import type { EpochMs } from '../../../foundation/clock.ts';
import { appendEvent, type JournalTables } from '../../../journal/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import type { Scorecard } from '../forge/scorecard.ts';
import type { ReviewTables } from './tables.ts';

export interface KnownTag {
  readonly repository: string;
  readonly name: string;
  readonly commitId: string;
  /** The key that it is signed with; null where it is not. */
  readonly signer: string | null;
}

/** What earlier reviews saw of a repository. */
export interface TagMemory {
  /** Other commits that the same tag named. */
  readonly moved: readonly string[];
  /** When the signer was first seen there; null: never before. */
  readonly signerSince: EpochMs | null;
  /** Others signed there before them. */
  readonly isNewSigner: boolean;
}

export interface AllowedFile {
  readonly sha256: string;
  readonly until: EpochMs;
  readonly reason: string;
  readonly by: string;
}

/** What reviews remember from one to the next. */
export interface ReviewFactStore {
  /** Keeps a tag as it is now, and says what was known of it before. */
  readonly rememberTag: (tag: KnownTag, at: EpochMs) => Promise<TagMemory>;
  /**
   * Keeps what Scorecard says of a repository, and gives the best score that it had in the half year before; older ones
   * count where there is nothing newer. Null: it was never seen before. Asked twice of one scan, it answers the same.
   */
  readonly rememberScorecard: (scorecard: Scorecard & { readonly repository: string }) => Promise<number | null>;
  /** Lets a file of a source pass by its digest, until an instant. */
  readonly allow: (given: {
    readonly sha256: string;
    readonly until: EpochMs;
    readonly reason: string;
    readonly by: Person;
    readonly at: EpochMs;
  }) => Promise<{ readonly kind: 'allowed' } | { readonly kind: 'refused'; readonly why: string }>;
  /** Those that hold at an instant. */
  readonly allowed: (at: EpochMs) => Promise<readonly AllowedFile[]>;
}

const halfYearMs = 182 * 86_400_000;

export function createReviewFactStore(db: Database<ReviewTables & JournalTables>): ReviewFactStore {
  return {
    rememberTag: ({ repository, name, commitId, signer }, at) =>
      db.write(async (trx) => {
        const known = await trx.selectFrom('review_tag').selectAll().where('repository', '=', repository).execute();
        const row = { repository, name, commit_id: commitId, signer, seen_at: at };
        await trx
          .insertInto('review_tag')
          .values(row)
          .onConflict((conflict) => conflict.doNothing())
          .execute();
        const moved = known.flatMap((tag) => (tag.name === name && tag.commit_id !== commitId ? [tag.commit_id] : []));
        if (moved.length > 0 && !known.some((tag) => tag.name === name && tag.commit_id === commitId))
          await appendEvent(trx, {
            at,
            kind: 'review.tag-moved',
            subject: repository,
            actor: 'robot',
            payload: { tag: name, from: moved, to: commitId },
          });
        const signed = known.filter((tag) => tag.signer !== null);
        const own = signed.filter((tag) => tag.signer === signer).map((tag) => tag.seen_at);
        const since = own.length === 0 ? null : Math.min(...own);
        const isNewSigner = signed.some((tag) => tag.signer !== signer && tag.seen_at < (since ?? at));
        return { moved, signerSince: since, isNewSigner: signer !== null && isNewSigner };
      }),
    rememberScorecard: ({ repository, score, scannedAt }) =>
      db.write(async (trx) => {
        const row = { repository, scanned_at: scannedAt, score: Math.round(score * 10) };
        await trx
          .insertInto('review_scorecard')
          .values(row)
          .onConflict((conflict) => conflict.doNothing())
          .execute();
        const earlier = await trx
          .selectFrom('review_scorecard')
          .select(['scanned_at', 'score'])
          .where('repository', '=', repository)
          .where('scanned_at', '<', scannedAt)
          .orderBy('scanned_at', 'desc')
          .execute();
        const recent = earlier.filter(({ scanned_at }) => scanned_at > scannedAt - halfYearMs);
        const counted = (recent.length > 0 ? recent : earlier.slice(0, 1)).map((known) => known.score);
        return counted.length === 0 ? null : Math.max(...counted) / 10;
      }),
    allow: ({ sha256, until, reason, by, at }) =>
      db.write(async (trx) => {
        const why = refusalOf(by, 'security_lead');
        if (why !== null) return { kind: 'refused', why };
        const values = { until_at: until, reason, by: by.name, at };
        await trx
          .insertInto('review_allowed_file')
          .values({ sha256, ...values })
          .onConflict((conflict) => conflict.column('sha256').doUpdateSet(values))
          .execute();
        const payload = { until, reason };
        await appendEvent(trx, { at, kind: 'review.file-allowed', subject: sha256, actor: by.name, payload });
        return { kind: 'allowed' };
      }),
    allowed: async (at) => {
      const rows = await db.read
        .selectFrom('review_allowed_file')
        .selectAll()
        .where('until_at', '>', at)
        .orderBy('sha256')
        .execute();
      return rows.map(({ sha256, until_at: until, reason, by }) => ({ sha256, until, reason, by }));
    },
  };
}
