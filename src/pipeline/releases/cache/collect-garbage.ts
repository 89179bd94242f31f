import type { Transaction } from 'kysely';
import type { EpochMs } from '../../../foundation/clock.ts';
import { inParts } from '../../../foundation/in-parts.ts';
import { appendEvent, type JournalTables } from '../../../journal/index.ts';
import type { BlobStore } from '../../../platform/blobs/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import { type KeptPath, planGarbage } from './plan-garbage.ts';
import { listingKey } from './receive-nar.ts';
import { hashesOf } from './rows.ts';
import type { CacheTables } from './tables.ts';

type Tables = CacheTables & JournalTables;

export interface GarbageReport {
  readonly paths: number;
  readonly withdrawn: number;
  readonly restored: number;
  readonly forgotten: number;
  /** Archives, logs and unfinished uploads whose bytes are gone now. */
  readonly blobs: number;
  readonly freedBytes: number;
}

/** An upload that began longer ago will never end. */
const unfinishedMs = 24 * 3_600_000;

/**
 * Withdraws what nothing needs, and removes the bytes of what was withdrawn long ago. One transaction decides, so that no upload
 * slips in between; the bytes go afterwards, and what a killed process leaves of them the next run takes.
 */
export async function collectGarbage(given: {
  readonly db: Database<Tables>;
  readonly blobs: BlobStore;
  readonly needed: ReadonlySet<string>;
  readonly keepUploadsMs: number;
  readonly now: EpochMs;
  readonly actor: string;
  readonly dryRun: boolean;
}): Promise<GarbageReport> {
  const { db, blobs, now, dryRun } = given;
  const undo = new DryRun();
  const decide = async (trx: Transaction<Tables>) => {
    const report = await withdraw(trx, given);
    const archives = await dropArchives(trx, now);
    const logs = await dropLogs(trx, now - given.keepUploadsMs);
    const old = await trx
      .selectFrom('cache_upload')
      .select('blob')
      .where('started_at', '<=', now - unfinishedMs)
      .execute();
    const gone = old.map(({ blob }) => blob);
    const whole = { ...report, blobs: gone.length, freedBytes: archives + logs };
    if (report.withdrawn + report.restored + report.forgotten + gone.length > 0)
      await appendEvent(trx, {
        at: now,
        kind: 'cache.collected',
        subject: 'cache',
        actor: given.actor,
        payload: whole,
      });
    if (dryRun) throw Object.assign(undo, { report: whole });
    return { report: whole, gone };
  };
  try {
    const { report, gone } = await db.write(decide);
    for (const blob of gone) {
      await blobs.remove(blob);
      await blobs.remove(listingKey(blob));
    }
    for (const part of inParts(gone))
      await db.write(async (trx) => {
        await trx.deleteFrom('cache_upload').where('blob', 'in', part).execute();
      });
    return report;
  } catch (error) {
    if (error === undo && undo.report !== null) return undo.report;
    throw error;
  }
}

/** Thrown so that the transaction leaves nothing. */
class DryRun extends Error {
  report: GarbageReport | null = null;
}

async function withdraw(
  trx: Transaction<Tables>,
  given: { readonly needed: ReadonlySet<string>; readonly keepUploadsMs: number; readonly now: EpochMs },
): Promise<Omit<GarbageReport, 'blobs' | 'freedBytes'>> {
  const rows = await trx.selectFrom('cache_path').select(['cache', 'hash', 'refs', 'added_at', 'removed_at']).execute();
  const pinned = await trx.selectFrom('cache_pin').select(['cache', 'hash']).execute();
  const paths = rows.map((row) => ({
    cache: row.cache,
    hash: row.hash,
    references: hashesOf(row.refs),
    addedAt: row.added_at,
    removedAt: row.removed_at,
  }));
  const plan = planGarbage({ ...given, paths, pinned });
  const each = async (chosen: readonly KeptPath[], change: (cache: string, hashes: string[]) => Promise<unknown>) => {
    for (const [cache, own] of Map.groupBy(chosen, (path) => path.cache))
      for (const part of inParts(own, 500))
        await change(
          cache,
          part.map(({ hash }) => hash),
        );
  };
  const mark = (removed: EpochMs | null) => (cache: string, hashes: string[]) =>
    trx
      .updateTable('cache_path')
      .set({ removed_at: removed })
      .where('cache', '=', cache)
      .where('hash', 'in', hashes)
      .execute();
  await each(plan.withdraw, mark(given.now));
  await each(plan.restore, mark(null));
  await each(plan.forget, (cache, hashes) =>
    trx.deleteFrom('cache_path').where('cache', '=', cache).where('hash', 'in', hashes).execute(),
  );
  return {
    paths: paths.filter(({ removedAt }) => removedAt === null).length,
    withdrawn: plan.withdraw.length,
    restored: plan.restore.length,
    forgotten: plan.forget.length,
  };
}

/** Archives that no path speaks of, unless they came today: their narinfo may be on its way. */
async function dropArchives(trx: Transaction<Tables>, now: EpochMs): Promise<number> {
  const dropped = await trx
    .deleteFrom('cache_nar')
    .where('received_at', '<=', now - unfinishedMs)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('cache_path')
            .select('hash')
            .whereRef('cache_path.file', '=', 'cache_nar.file')
            .whereRef('cache_path.cache', '=', 'cache_nar.cache'),
        ),
      ),
    )
    .returning(['blob', 'cache', 'file_size'])
    .execute();
  await toRemove(trx, dropped);
  return dropped.reduce((sum, { file_size }) => sum + file_size, 0);
}

/** Logs of derivations that built nothing of what is here. */
async function dropLogs(trx: Transaction<Tables>, before: EpochMs): Promise<number> {
  const dropped = await trx
    .deleteFrom('cache_side')
    .where('kind', '=', 'log')
    .where('at', '<=', before)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('cache_path')
            .select('hash')
            .whereRef('cache_path.deriver', '=', 'cache_side.name')
            .whereRef('cache_path.cache', '=', 'cache_side.cache'),
        ),
      ),
    )
    .returning(['blob', 'cache', 'size_bytes'])
    .execute();
  await toRemove(trx, dropped);
  return dropped.reduce((sum, { size_bytes }) => sum + size_bytes, 0);
}

/** Beside the uploads that never ended: their bytes go the same way. */
async function toRemove(
  trx: Transaction<Tables>,
  rows: readonly { readonly blob: string; readonly cache: string }[],
): Promise<void> {
  for (const part of inParts(rows))
    await trx
      .insertInto('cache_upload')
      .values(part.map(({ blob, cache }) => ({ blob, cache, started_at: 0 })))
      .execute();
}
