import type { Transaction } from 'kysely';
import type { NarInfo } from '../../../formats/nix/narinfo.ts';
import { baseNameOf, storePathText } from '../../../formats/nix/store-path.ts';
import type { EpochMs } from '../../../foundation/clock.ts';
import type { CacheId, StoredNar } from './model.ts';
import { offeredNames } from './offered.ts';
import { linesOf, narOfRow } from './rows.ts';
import type { CacheTables } from './tables.ts';

export type OfferOutcome =
  | { readonly kind: 'added' }
  /** The path is there with the same content: its signatures are now those of both. */
  | { readonly kind: 'merged' }
  /** The path is there with other content, and stays as it is. */
  | { readonly kind: 'conflict'; readonly reason: string }
  | { readonly kind: 'refused'; readonly reason: string };

const mostSignatures = 50;

/** Counts an archive that arrived whole. */
export async function endUpload(trx: Transaction<CacheTables>, nar: StoredNar, at: EpochMs): Promise<StoredNar> {
  const before = await trx
    .selectFrom('cache_nar')
    .selectAll()
    .where('file', '=', nar.file)
    .where('cache', '=', nar.cache)
    .executeTakeFirst();
  // Left in cache_upload: the blob of the slower one is cleared with the unfinished ones.
  if (before !== undefined) return narOfRow(before);
  await trx.deleteFrom('cache_upload').where('blob', '=', nar.blob).execute();
  await trx
    .insertInto('cache_nar')
    .values({
      cache: nar.cache,
      file: nar.file,
      blob: nar.blob,
      file_size: nar.fileSize,
      nar_hash: nar.narHash,
      nar_size: nar.narSize,
      compression: nar.compression === 'gzip' ? nar.compression : null,
      received_at: at,
    })
    .execute();
  return nar;
}

/** Makes a path visible, if its archive and all its references are there and agree with what is said of it. */
export async function offer(
  trx: Transaction<CacheTables>,
  {
    cache,
    narInfo,
    file,
    at,
    actor,
  }: {
    readonly cache: CacheId;
    readonly narInfo: NarInfo;
    readonly file: string;
    readonly at: EpochMs;
    readonly actor: string;
  },
): Promise<OfferOutcome> {
  const { hash, name } = narInfo.storePath;
  const refs = narInfo.references.map(baseNameOf).join(' ');
  const before = await trx
    .selectFrom('cache_path')
    .selectAll()
    .where('hash', '=', hash)
    .where('cache', '=', cache)
    .executeTakeFirst();
  if (before !== undefined) {
    const isSame =
      before.name === name &&
      before.nar_hash === narInfo.narHash &&
      before.nar_size === narInfo.narSize &&
      before.refs === refs;
    if (!isSame)
      return {
        kind: 'conflict',
        reason: 'this path is here with other content, and what was offered once never changes',
      };
  }
  if (before === undefined || before.removed_at !== null) {
    const nar = await trx
      .selectFrom('cache_nar')
      .selectAll()
      .where('file', '=', file)
      .where('cache', '=', cache)
      .executeTakeFirst();
    if (nar === undefined) return { kind: 'refused', reason: `nar/${file} was not uploaded yet` };
    if (nar.nar_hash !== narInfo.narHash || nar.nar_size !== narInfo.narSize)
      return { kind: 'refused', reason: `the archive has NarHash ${nar.nar_hash} and NarSize ${nar.nar_size}` };
    const { compression } = narOfRow(nar);
    if (narInfo.compression !== compression)
      return { kind: 'refused', reason: `the file's Compression is ${compression}` };
    if (narInfo.fileSize !== null && narInfo.fileSize !== nar.file_size)
      return { kind: 'refused', reason: `the file has FileSize ${nar.file_size}` };
    const wanted = narInfo.references.filter((reference) => reference.hash !== hash);
    const held = await offeredNames(
      trx,
      [cache],
      wanted.map((reference) => reference.hash),
    );
    const missing = wanted.filter((reference) => !held.has(baseNameOf(reference)));
    if (missing[0] !== undefined)
      return {
        kind: 'refused',
        reason: `${missing.length} of its references are not in this cache, such as ${storePathText(missing[0])}`,
      };
    if (before !== undefined)
      await trx.deleteFrom('cache_path').where('hash', '=', hash).where('cache', '=', cache).execute();
    await trx
      .insertInto('cache_path')
      .values({
        cache,
        hash,
        name,
        nar_hash: narInfo.narHash,
        nar_size: narInfo.narSize,
        refs,
        deriver: narInfo.deriver === null ? null : baseNameOf(narInfo.deriver),
        content_address: narInfo.contentAddress,
        signatures: narInfo.signatures.join('\n'),
        file,
        file_size: nar.file_size,
        more: narInfo.more.length === 0 ? null : narInfo.more.join('\n'),
        compression: nar.compression,
        added_at: at,
        added_by: actor,
        removed_at: null,
      })
      .execute();
    return { kind: 'added' };
  }
  const signatures = [...new Set([...linesOf(before.signatures), ...narInfo.signatures])].slice(0, mostSignatures);
  await trx
    .updateTable('cache_path')
    .set({ signatures: signatures.join('\n') })
    .where('hash', '=', hash)
    .where('cache', '=', cache)
    .execute();
  return { kind: 'merged' };
}
