import { createHash } from 'node:crypto';
import type { Transaction } from 'kysely';
import type { EpochMs } from '../../foundation/clock.ts';
import type { RandomBytes } from '../../foundation/ids.ts';
import { appendEvent, type JournalTables } from '../../journal/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { consumerIdOf } from './closure-store.ts';
import type { ConsumersTables } from './tables.ts';

/** A feed of one consumer's own: whoever has its address reads it, so the address is told once and can be taken back. */
export interface ConsumerFeed {
  /** Tells nothing of the key. */
  readonly id: string;
  readonly madeAt: EpochMs;
  readonly madeBy: string;
}

interface Named {
  /** The name that the lock was registered under. */
  readonly name: string;
  /** Only for a lock that the same one registered; null for an operator. */
  readonly by: string | null;
}

interface Acting extends Named {
  readonly actor: string;
  readonly at: EpochMs;
}

export type FeedOutcome =
  /** `key`: the only time that it is told. */
  | { readonly kind: 'made'; readonly feed: ConsumerFeed; readonly key: string }
  /** No lock of that name, or somebody else's: which of both is not told. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'too-many' };

export interface ConsumerFeedStore {
  readonly make: (given: Acting & { readonly random: RandomBytes }) => Promise<FeedOutcome>;
  readonly revoke: (given: Acting & { readonly id: string }) => Promise<boolean>;
  /** Oldest first; null as for `make`. */
  readonly list: (given: Named) => Promise<readonly ConsumerFeed[] | null>;
  /** Whose feed has that key; null: nobody's. */
  readonly ownerOf: (key: string) => Promise<{ readonly consumerId: string } | null>;
}

type Tables = ConsumersTables & JournalTables;
const mostFeeds = 10;
const idLength = 12;

export function createConsumerFeedStore(db: Database<Tables>): ConsumerFeedStore {
  return {
    make: ({ name, by, actor, at, random }) =>
      db.write(async (trx): Promise<FeedOutcome> => {
        const consumerId = await consumerIdOf(trx, { name, by });
        if (consumerId === null) return { kind: 'unknown' };
        if ((await feedsOf(trx, consumerId)).length >= mostFeeds) return { kind: 'too-many' };
        const key = Buffer.from(random(32)).toString('base64url');
        const row = { token_hash: hashOf(key), consumer_id: consumerId, made_at: at, made_by: actor };
        await trx.insertInto('consumer_feed').values(row).execute();
        const id = row.token_hash.slice(0, idLength);
        await appendEvent(trx, { at, kind: 'consumer.feed-made', subject: consumerId, actor, payload: { name, id } });
        return { kind: 'made', feed: { id, madeAt: at, madeBy: actor }, key };
      }),
    revoke: ({ name, by, actor, at, id }) =>
      db.write(async (trx) => {
        const consumerId = await consumerIdOf(trx, { name, by });
        if (consumerId === null) return false;
        const own = await feedsOf(trx, consumerId);
        const hash = own.find((row) => row.token_hash.slice(0, idLength) === id)?.token_hash;
        if (hash === undefined) return false;
        await trx.deleteFrom('consumer_feed').where('token_hash', '=', hash).execute();
        await appendEvent(trx, {
          at,
          kind: 'consumer.feed-revoked',
          subject: consumerId,
          actor,
          payload: { name, id },
        });
        return true;
      }),
    list: async ({ name, by }) => {
      const consumerId = await consumerIdOf(db.read, { name, by });
      if (consumerId === null) return null;
      return (await feedsOf(db.read, consumerId)).map((row) => ({
        id: row.token_hash.slice(0, idLength),
        madeAt: row.made_at,
        madeBy: row.made_by,
      }));
    },
    ownerOf: async (key) => {
      const row = await db.read
        .selectFrom('consumer_feed')
        .select('consumer_id')
        .where('token_hash', '=', hashOf(key))
        .executeTakeFirst();
      return row === undefined ? null : { consumerId: row.consumer_id };
    },
  };
}

/** Their addresses lead nowhere any more; in the caller's transaction. */
export async function forgetFeeds(trx: Transaction<Tables>, consumerId: string): Promise<void> {
  await trx.deleteFrom('consumer_feed').where('consumer_id', '=', consumerId).execute();
}

function feedsOf(db: Pick<Database<Tables>['read'], 'selectFrom'>, consumerId: string) {
  return db
    .selectFrom('consumer_feed')
    .selectAll()
    .where('consumer_id', '=', consumerId)
    .orderBy('made_at')
    .orderBy('token_hash')
    .execute();
}

function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}
