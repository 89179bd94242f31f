import { isKeyName, secretKeyText } from '../../../formats/nix/signature.ts';
import type { EpochMs } from '../../../foundation/clock.ts';
import { AppError } from '../../../foundation/errors.ts';
import type { RandomBytes } from '../../../foundation/ids.ts';
import { appendEvent, type JournalTables } from '../../../journal/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import type { Signer } from '../../../platform/signer/index.ts';
import { signed } from './accept-path.ts';
import { pathOfRow } from './rows.ts';
import type { CacheTables } from './tables.ts';

/** The public half of a key, and what has become of it. */
export interface PublicKey {
  readonly name: string;
  /** `name:base64`, as in `trusted-public-keys`. */
  readonly publicKey: string;
  readonly createdAt: EpochMs;
  readonly createdBy: string;
  readonly retiredAt: EpochMs | null;
}

export interface CacheKeys {
  /** Oldest first, retired ones too. A key put into the folder by hand is among them from now on. */
  readonly list: (at: EpochMs) => Promise<readonly PublicKey[]>;
  /** Makes a key and begins to sign with it; announced as `cache.key-added`. */
  readonly generate: (given: {
    readonly name: string;
    readonly at: EpochMs;
    readonly actor: string;
  }) => Promise<PublicKey>;
  /** Adds the signatures of all active keys that offered paths lack; gives how many paths were signed. */
  readonly resign: () => Promise<number>;
  /** Takes the secret half away for ever; announced as `cache.key-retired`. Refused for the last key. */
  readonly retire: (given: {
    readonly name: string;
    readonly at: EpochMs;
    readonly actor: string;
  }) => Promise<PublicKey>;
}

const keyErrors = {
  bad: { code: 'usage.cache-key', retryable: false },
} as const;
const pathsTogether = 500;

export function createCacheKeys(given: {
  readonly db: Database<CacheTables & JournalTables>;
  readonly signer: Signer;
  readonly random: RandomBytes;
}): CacheKeys {
  const { db, signer, random } = given;

  const known = async (): Promise<readonly PublicKey[]> => {
    const rows = await db.read.selectFrom('cache_key').selectAll().orderBy('created_at').orderBy('name').execute();
    return rows.map((row) => ({
      name: row.name,
      publicKey: row.public_key,
      createdAt: row.created_at,
      createdBy: row.created_by,
      retiredAt: row.retired_at,
    }));
  };
  const add = (key: PublicKey) =>
    db.write(async (trx) => {
      await trx
        .insertInto('cache_key')
        .values({
          name: key.name,
          public_key: key.publicKey,
          created_at: key.createdAt,
          created_by: key.createdBy,
          retired_at: null,
        })
        .onConflict((conflict) => conflict.column('name').doNothing())
        .execute();
      await appendEvent(trx, {
        at: key.createdAt,
        kind: 'cache.key-added',
        subject: key.name,
        actor: key.createdBy,
        payload: { publicKey: key.publicKey },
      });
    });
  const list = async (at: EpochMs): Promise<readonly PublicKey[]> => {
    const before = await known();
    const names = new Set(before.map(({ name }) => name));
    const found = (await signer.keys()).filter(({ name }) => !names.has(name));
    if (found.length === 0) return before;
    for (const { name, publicKey } of found)
      await add({ name, publicKey, createdAt: at, createdBy: 'operator', retiredAt: null });
    return known();
  };

  return {
    list,
    generate: async ({ name, at, actor }) => {
      if (!isKeyName(name))
        throw bad(`${JSON.stringify(name)} is no name of a key`, 'Use such as secure.example.org-1.');
      if ((await list(at)).some((key) => key.name === name))
        throw bad(`there is a key ${name} already`, 'A name is never used again: take the next number.');
      await signer.add(name, secretKeyText(name, random(32)));
      const key = (await signer.keys()).find((one) => one.name === name);
      if (key === undefined) throw bad(`the key ${name} was not kept`, 'Check the folder of the keys.');
      const fresh = { name, publicKey: key.publicKey, createdAt: at, createdBy: actor, retiredAt: null };
      await add(fresh);
      return fresh;
    },
    resign: async () => {
      const keys = await signer.keys();
      let count = 0;
      for (let after = { hash: '', cache: '' }; ; ) {
        const last = await db.write(async (trx) => {
          const rows = await trx
            .selectFrom('cache_path')
            .selectAll()
            .where((where) =>
              where.or([
                where('hash', '>', after.hash),
                where.and([where('hash', '=', after.hash), where('cache', '>', after.cache)]),
              ]),
            )
            .orderBy('hash')
            .orderBy('cache')
            .limit(pathsTogether)
            .execute();
          for (const row of rows) {
            const signatures = signed(pathOfRow(row).narInfo, keys).join('\n');
            if (signatures === row.signatures) continue;
            count += 1;
            await trx
              .updateTable('cache_path')
              .set({ signatures })
              .where('hash', '=', row.hash)
              .where('cache', '=', row.cache)
              .execute();
          }
          return rows.at(-1);
        });
        if (last === undefined) return count;
        after = last;
      }
    },
    retire: async ({ name, at, actor }) => {
      const key = (await list(at)).find((one) => one.name === name && one.retiredAt === null);
      if (key === undefined) throw bad(`there is no key ${name} in use`, 'See them: snowguard cache key list');
      const active = await signer.keys();
      if (active.every((one) => one.name === name))
        throw bad(`${name} is the only key`, 'Make the next one first: snowguard cache key rotate');
      await db.write(async (trx) => {
        await trx.updateTable('cache_key').set({ retired_at: at }).where('name', '=', name).execute();
        await appendEvent(trx, { at, kind: 'cache.key-retired', subject: name, actor, payload: {} });
      });
      await signer.remove(name);
      return { ...key, retiredAt: at };
    },
  };
}

/** `secure.example.org-2` after `secure.example.org-1`. */
export function nextKeyName(host: string, known: readonly { readonly name: string }[]): string {
  const numbers = known.flatMap(({ name }) => (name.startsWith(`${host}-`) ? Number(name.slice(host.length + 1)) : []));
  return `${host}-${Math.max(0, ...numbers.filter(Number.isSafeInteger)) + 1}`;
}

function bad(message: string, hint: string): AppError {
  return new AppError(keyErrors.bad, message, { hint });
}
