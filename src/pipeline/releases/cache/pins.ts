import type { StorePath } from '../../../formats/nix/store-path.ts';
import type { EpochMs } from '../../../foundation/clock.ts';
import { appendEvent, type JournalTables } from '../../../journal/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import type { CacheId, Pin } from './model.ts';
import type { CacheTables } from './tables.ts';

export interface Pins {
  readonly list: () => Promise<readonly Pin[]>;
  /** Keeps a path with all it refers to, whatever becomes of the releases; again, it changes the reason. */
  readonly pin: (given: PinAct & { readonly reason: string }) => Promise<void>;
  /** False when it was not pinned. */
  readonly unpin: (given: PinAct) => Promise<boolean>;
}

interface PinAct {
  readonly cache: CacheId;
  readonly path: StorePath;
  readonly at: EpochMs;
  readonly actor: string;
}

export function createPins(db: Database<CacheTables & JournalTables>): Pins {
  return {
    list: async () => {
      const rows = await db.read.selectFrom('cache_pin').selectAll().orderBy('name').orderBy('hash').execute();
      return rows.map((row) => ({ ...row, cache: row.cache as CacheId }));
    },
    pin: ({ cache, path, reason, at, actor }) =>
      db.write(async (trx) => {
        await trx
          .insertInto('cache_pin')
          .values({ cache, ...path, reason, actor, at })
          .onConflict((conflict) => conflict.columns(['hash', 'cache']).doUpdateSet({ reason, actor, at }))
          .execute();
        await appendEvent(trx, {
          at,
          kind: 'cache.pinned',
          subject: path.hash,
          actor,
          payload: { cache, ...path, reason },
        });
      }),
    unpin: ({ cache, path, at, actor }) =>
      db.write(async (trx) => {
        const gone = await trx
          .deleteFrom('cache_pin')
          .where('hash', '=', path.hash)
          .where('cache', '=', cache)
          .returning('hash')
          .executeTakeFirst();
        if (gone === undefined) return false;
        await appendEvent(trx, { at, kind: 'cache.unpinned', subject: path.hash, actor, payload: { cache, ...path } });
        return true;
      }),
  };
}
