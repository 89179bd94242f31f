import type { EpochMs } from '../foundation/clock.ts';
import type { RandomBytes } from '../foundation/ids.ts';
import type { Database } from '../platform/database/index.ts';
import { type Credential, isProven, makeCredential } from './credential.ts';
import type { AccountsTables } from './tables.ts';

const closureLifetimeMs = 3_600_000;

/** Tokens that open one closure at the cache for an hour, as `fh fetch` and `fh apply` ask for. */
export interface ClosureStore {
  readonly issue: (given: {
    readonly storePath: string;
    /** Whose request it was: a person's or a workload's name. */
    readonly issuedTo: string;
    readonly at: EpochMs;
  }) => Promise<{ readonly text: string; readonly expiresAt: EpochMs }>;
  /** The store path whose closure it opens; null when it opens none. */
  readonly prove: (credential: Credential, at: EpochMs) => Promise<string | null>;
}

export function createClosureStore(given: {
  readonly db: Database<AccountsTables>;
  readonly random: RandomBytes;
}): ClosureStore {
  const { db, random } = given;
  return {
    issue: async ({ storePath, issuedTo, at }) => {
      const { text, id, secretHash } = makeCredential('sgc', random);
      const expiresAt = at + closureLifetimeMs;
      await db.write(async (trx) => {
        await trx.deleteFrom('account_closure').where('expires_at', '<=', at).execute();
        await trx
          .insertInto('account_closure')
          .values({ id, secret_hash: secretHash, store_path: storePath, issued_to: issuedTo, expires_at: expiresAt })
          .execute();
      });
      return { text, expiresAt };
    },
    prove: async (credential, at) => {
      const row = await db.read
        .selectFrom('account_closure')
        .selectAll()
        .where('id', '=', credential.id)
        .executeTakeFirst();
      if (!isProven(credential, row?.secret_hash) || row === undefined || credential.kind !== 'sgc') return null;
      return row.expires_at > at ? row.store_path : null;
    },
  };
}
