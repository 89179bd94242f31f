import type { Kysely } from 'kysely';
import { baseNameOf } from '../../../formats/nix/store-path.ts';
import { inParts } from '../../../foundation/in-parts.ts';
import type { CacheId } from './model.ts';
import { hashesOf } from './rows.ts';
import type { CacheTables } from './tables.ts';

const hashesTogether = 500;

/** The base names of those of these hashes that any of the caches offers. */
export async function offeredNames(
  db: Kysely<CacheTables>,
  caches: readonly CacheId[],
  hashes: readonly string[],
): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  for (const part of inParts(hashes, hashesTogether))
    for (const row of await rowsOf(db, caches, part)) names.add(baseNameOf(row));
  return names;
}

/** What these paths refer to directly, hashes by hash, as far as the caches offer them. */
export async function referencesOf(
  db: Kysely<CacheTables>,
  caches: readonly CacheId[],
  hashes: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const references = new Map<string, readonly string[]>();
  for (const part of inParts(hashes, hashesTogether))
    for (const row of await rowsOf(db, caches, part)) references.set(row.hash, hashesOf(row.refs));
  return references;
}

/** The hashes of a path and of all that it leads to, as far as the caches offer them. */
export async function closureOf(
  db: Kysely<CacheTables>,
  caches: readonly CacheId[],
  hash: string,
): Promise<ReadonlySet<string>> {
  const reached = new Set<string>();
  const seen = new Set([hash]);
  for (let next: readonly string[] = [hash]; next.length > 0; ) {
    const found: string[] = [];
    for (const part of inParts(next, hashesTogether))
      for (const row of await rowsOf(db, caches, part)) {
        reached.add(row.hash);
        for (const reference of hashesOf(row.refs)) {
          if (seen.has(reference)) continue;
          seen.add(reference);
          found.push(reference);
        }
      }
    next = found;
  }
  return reached;
}

function rowsOf(db: Kysely<CacheTables>, caches: readonly CacheId[], hashes: readonly string[]) {
  return db
    .selectFrom('cache_path')
    .select(['hash', 'name', 'refs'])
    .where('hash', 'in', hashes)
    .where('cache', 'in', caches)
    .where('removed_at', 'is', null)
    .execute();
}
