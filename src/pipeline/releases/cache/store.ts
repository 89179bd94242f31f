import type { NarInfo } from '../../../formats/nix/narinfo.ts';
import type { EpochMs } from '../../../foundation/clock.ts';
import type { JournalTables } from '../../../journal/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import type { CachedPath, CacheId, CacheSize, SideKind, StoredNar } from './model.ts';
import { endUpload, type OfferOutcome, offer } from './offer.ts';
import { closureOf, offeredNames, referencesOf } from './offered.ts';
import { narOfRow, pathOfRow } from './rows.ts';
import type { CacheTables } from './tables.ts';

type Tables = CacheTables & JournalTables;

export interface SideFile {
  readonly cache: CacheId;
  readonly kind: SideKind;
  readonly name: string;
  readonly blob: string;
  readonly sizeBytes: number;
}

export interface CacheStore {
  /** The path as the first of these caches offers it; null when none does. */
  readonly path: (caches: readonly CacheId[], hash: string) => Promise<CachedPath | null>;
  /** An archive that was checked, whether or not a path speaks of it yet. */
  readonly nar: (caches: readonly CacheId[], file: string) => Promise<StoredNar | null>;
  /** The hashes of the paths, offered or withdrawn, whose archive this is. */
  readonly pathsOfNar: (cache: CacheId, file: string) => Promise<readonly string[]>;
  /** Which of these are offered by any of the caches. */
  readonly present: (caches: readonly CacheId[], hashes: readonly string[]) => Promise<ReadonlySet<string>>;
  /** What these refer to, by hash, as far as they are offered. */
  readonly references: (
    caches: readonly CacheId[],
    hashes: readonly string[],
  ) => Promise<ReadonlyMap<string, readonly string[]>>;
  /** The hashes of a path and of all it leads to, as far as they are offered. */
  readonly closure: (caches: readonly CacheId[], hash: string) => Promise<ReadonlySet<string>>;
  readonly beginUpload: (upload: {
    readonly blob: string;
    readonly cache: CacheId;
    readonly at: EpochMs;
  }) => Promise<void>;
  /** Counts the archive; when an equal one was quicker, that one is given and the blob of this one is void. */
  readonly endUpload: (given: { readonly nar: StoredNar; readonly at: EpochMs }) => Promise<StoredNar>;
  readonly abandonUpload: (blob: string) => Promise<void>;
  readonly offer: (given: {
    readonly cache: CacheId;
    readonly narInfo: NarInfo;
    readonly file: string;
    readonly at: EpochMs;
    readonly actor: string;
  }) => Promise<OfferOutcome>;
  readonly sideFile: (caches: readonly CacheId[], kind: SideKind, name: string) => Promise<SideFile | null>;
  /** Names the file; gives the blob that it replaces. */
  readonly putSideFile: (file: SideFile, at: EpochMs) => Promise<string | null>;
  /** When the newest path was added; null while there is none. */
  readonly newestAt: () => Promise<EpochMs | null>;
  readonly sizes: () => Promise<readonly CacheSize[]>;
  /** By base name, after `after`. */
  readonly list: (
    cache: CacheId,
    query: { readonly after: string | null; readonly limit: number },
  ) => Promise<readonly CachedPath[]>;
}

export function createCacheStore(db: Database<Tables>): CacheStore {
  const firstOf = <Row extends { readonly cache: string }>(caches: readonly CacheId[], rows: readonly Row[]) =>
    rows.toSorted((a, b) => caches.indexOf(a.cache as CacheId) - caches.indexOf(b.cache as CacheId))[0];
  return {
    path: async (caches, hash) => {
      const rows = await db.read
        .selectFrom('cache_path')
        .selectAll()
        .where('hash', '=', hash)
        .where('cache', 'in', caches)
        .where('removed_at', 'is', null)
        .execute();
      const row = firstOf(caches, rows);
      return row === undefined ? null : pathOfRow(row);
    },
    nar: async (caches, file) => {
      const rows = await db.read
        .selectFrom('cache_nar')
        .selectAll()
        .where('file', '=', file)
        .where('cache', 'in', caches)
        .execute();
      const row = firstOf(caches, rows);
      return row === undefined ? null : narOfRow(row);
    },
    pathsOfNar: async (cache, file) => {
      const rows = await db.read
        .selectFrom('cache_path')
        .select('hash')
        .where('file', '=', file)
        .where('cache', '=', cache)
        .execute();
      return rows.map(({ hash }) => hash);
    },
    present: async (caches, hashes) => {
      const names = await offeredNames(db.read, caches, hashes);
      return new Set([...names].map((name) => name.slice(0, 32)));
    },
    references: (caches, hashes) => referencesOf(db.read, caches, hashes),
    closure: (caches, hash) => closureOf(db.read, caches, hash),
    beginUpload: ({ blob, cache, at }) =>
      db.write(async (trx) => {
        await trx.insertInto('cache_upload').values({ blob, cache, started_at: at }).execute();
      }),
    endUpload: ({ nar, at }) => db.write((trx) => endUpload(trx, nar, at)),
    abandonUpload: (blob) =>
      db.write(async (trx) => {
        await trx.deleteFrom('cache_upload').where('blob', '=', blob).execute();
      }),
    offer: (given) => db.write((trx) => offer(trx, given)),
    sideFile: async (caches, kind, name) => {
      const rows = await db.read
        .selectFrom('cache_side')
        .selectAll()
        .where('kind', '=', kind)
        .where('name', '=', name)
        .where('cache', 'in', caches)
        .execute();
      const row = firstOf(caches, rows);
      return row === undefined
        ? null
        : { cache: row.cache as CacheId, kind, name, blob: row.blob, sizeBytes: row.size_bytes };
    },
    putSideFile: ({ cache, kind, name, blob, sizeBytes }, at) =>
      db.write(async (trx) => {
        const before = await trx
          .deleteFrom('cache_side')
          .where('kind', '=', kind)
          .where('name', '=', name)
          .where('cache', '=', cache)
          .returning('blob')
          .executeTakeFirst();
        await trx.insertInto('cache_side').values({ cache, kind, name, blob, size_bytes: sizeBytes, at }).execute();
        await trx.deleteFrom('cache_upload').where('blob', '=', blob).execute();
        return before?.blob ?? null;
      }),
    newestAt: async () => {
      const { at } = await db.read
        .selectFrom('cache_path')
        .select(({ fn }) => fn.max('added_at').as('at'))
        .executeTakeFirstOrThrow();
      return at === null ? null : Number(at);
    },
    sizes: async () => {
      const rows = await db.read
        .selectFrom('cache_path')
        .where('removed_at', 'is', null)
        .groupBy('cache')
        .orderBy('cache')
        .select(({ fn }) => [
          'cache',
          fn.countAll<number>().as('paths'),
          fn.sum<number>('file_size').as('files'),
          fn.sum<number>('nar_size').as('nars'),
        ])
        .execute();
      return rows.map(({ cache, paths, files, nars }) => ({
        cache: cache as CacheId,
        paths: Number(paths),
        fileBytes: Number(files),
        narBytes: Number(nars),
      }));
    },
    list: async (cache, { after, limit }) => {
      const rows = await db.read
        .selectFrom('cache_path')
        .selectAll()
        .where('cache', '=', cache)
        .where('removed_at', 'is', null)
        .where('hash', '>', after ?? '')
        .orderBy('hash')
        .limit(limit)
        .execute();
      return rows.map(pathOfRow);
    },
  };
}
