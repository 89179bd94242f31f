import { type Selectable, sql, type Transaction } from 'kysely';
import type { EpochMs } from '../../foundation/clock.ts';
import type { Database } from '../../platform/database/index.ts';
import { takeNumbers } from './counters.ts';
import { type EndedSync, endSync, failSync, type SyncEnd } from './end-sync.ts';
import type { FeedLocation } from './model.ts';
import { type BatchItem, type BatchPlan, idOf, planBatch } from './plan-batch.ts';
import { packRaw, type RawPack } from './raw-pack.ts';
import { type RunState, superseded, type Tables } from './run-state.ts';
import type { FeedsTables } from './tables.ts';
import { totalsOf, writeBatch } from './write-batch.ts';

/** One sync of one source. Whatever was written stays when it is cut short; the cursor moves at the end, and where the source says so. */
export interface SyncRun {
  /** Where the last good sync of this location ended. */
  readonly cursor: string | null;
  /** Resolves when the next batch may come; at most one is written while another is prepared. */
  readonly write: (items: readonly BatchItem[], at: EpochMs) => Promise<void>;
  /** What was given so far need not be read again. */
  readonly reach: (cursor: string) => Promise<void>;
  readonly end: (given: SyncEnd & { readonly at: EpochMs }) => Promise<EndedSync>;
  /** Notes why it ended early; what was written is announced. */
  readonly fail: (message: string, at: EpochMs) => Promise<void>;
}

const latenciesKept = 100;
const productsKept = 500_000;

export async function beginSync(
  db: Database<Tables>,
  given: { readonly source: string; readonly location: FeedLocation; readonly at: EpochMs },
): Promise<SyncRun> {
  const { source } = given;
  const { row, lastKey } = await db.write((trx) => openRun(trx, given));
  const quarantined = await db.read
    .selectFrom('feed_quarantine')
    .select(['record_id', 'digest'])
    .where('source', '=', source)
    .execute();
  const state: RunState = {
    source,
    run: row.run,
    cursor: row.cursor,
    lastKey,
    quarantine: new Map(quarantined.map(({ record_id, digest }) => [record_id, digest])),
    sighting: { seen: new Set(), rejected: new Set(), gone: new Set(), read: 0, scores: 0, unchanged: 0 },
    added: 0,
    addedScores: 0,
    changed: 0,
    newlyRejected: 0,
  };
  // At the first sync every record is old: its age is no delay of the feed.
  const timed = row.success_at !== null;
  let latencies = JSON.parse(row.latencies) as readonly number[];
  const products = new Map<string, number>();
  let writing: Promise<void> = Promise.resolve();
  let inWriting: ReadonlySet<string> = new Set();

  const commit = async (plan: BatchPlan, packs: readonly RawPack[], at: EpochMs) => {
    const { added, changed, grown } = totalsOf(plan);
    const fresh = timed ? latenciesOf(plan, at) : [];
    const kept = [...latencies, ...fresh].slice(-latenciesKept);
    if (products.size > productsKept) products.clear();
    try {
      await db.write(async (trx) => {
        await writeBatch(trx, { dialect: db.dialect, source, at, plan, packs, products });
        await noteWritten(trx, state, { added, changed, grown, at, latencies: fresh.length > 0 ? kept : null });
      });
    } catch (error) {
      products.clear();
      throw error;
    }
    latencies = kept;
  };

  return {
    cursor: row.cursor,
    write: async (items, at) => {
      // The plan of a record must see what was written of it before.
      if (items.some((item) => inWriting.has(idOf(item)))) await writing;
      const plan = await planBatch(db.read, items, state);
      const packs = await packRaw(plan.records.map((write) => write.raw));
      await writing;
      if (isEmpty(plan)) return;
      const newScores = plan.scores.filter((score) => score.isNew).length;
      const { added, changed } = totalsOf(plan);
      state.added += added - newScores;
      state.addedScores += newScores;
      state.changed += changed;
      state.newlyRejected += plan.rejections.length;
      inWriting = new Set([...plan.records.map((write) => write.record.id), ...plan.scores.map((score) => score.id)]);
      writing = commit(plan, packs, at);
      writing.catch(() => {});
    },
    reach: async (cursor) => {
      await writing;
      await db.write((trx) => noteReached(trx, state, cursor));
    },
    end: async ({ at, ...end }) => {
      await writing;
      return endSync(db, state, end, at);
    },
    fail: async (message, at) => {
      await writing.catch(() => {});
      await failSync(db, state, message, at);
    },
  };
}

async function openRun(
  trx: Transaction<Tables>,
  { source, location, at }: { readonly source: string; readonly location: FeedLocation; readonly at: EpochMs },
): Promise<{ readonly row: Selectable<FeedsTables['feed_source']>; readonly lastKey: number }> {
  const next = await takeNumbers(trx, {});
  const place = location.kind === 'url' ? location.url : `path:${location.path}`;
  const row = await trx
    .insertInto('feed_source')
    .values({
      source,
      run: 1,
      location: place,
      cursor: null,
      attempt_at: at,
      success_at: null,
      change_at: null,
      failure: null,
      failures: 0,
      incident: null,
      records: 0,
      pending_added: 0,
      pending_changed: 0,
      latencies: '[]',
    })
    .onConflict((conflict) =>
      conflict.column('source').doUpdateSet({
        run: sql<number>`feed_source.run + 1`,
        attempt_at: at,
        location: place,
        cursor: sql<string | null>`case when feed_source.location = ${place} then feed_source.cursor end`,
      }),
    )
    .returningAll()
    .executeTakeFirstOrThrow();
  return { row, lastKey: next.record - 1 };
}

async function noteWritten(
  trx: Transaction<Tables>,
  { source, run }: RunState,
  {
    added,
    changed,
    grown,
    at,
    latencies,
  }: {
    readonly added: number;
    readonly changed: number;
    readonly grown: number;
    readonly at: EpochMs;
    readonly latencies: readonly number[] | null;
  },
): Promise<void> {
  const noted = await trx
    .updateTable('feed_source')
    .set({
      pending_added: sql<number>`pending_added + ${added}`,
      pending_changed: sql<number>`pending_changed + ${changed}`,
      records: sql<number>`records + ${grown}`,
      ...(added + changed > 0 ? { change_at: at } : {}),
      ...(latencies === null ? {} : { latencies: JSON.stringify(latencies) }),
    })
    .where('source', '=', source)
    .where('run', '=', run)
    .returning('source')
    .executeTakeFirst();
  if (noted === undefined) throw superseded(source);
}

async function noteReached(trx: Transaction<Tables>, { source, run }: RunState, cursor: string): Promise<void> {
  const noted = await trx
    .updateTable('feed_source')
    .set({ cursor })
    .where('source', '=', source)
    .where('run', '=', run)
    .returning('source')
    .executeTakeFirst();
  if (noted === undefined) throw superseded(source);
}

function isEmpty(plan: BatchPlan): boolean {
  return plan.records.length + plan.scores.length + plan.rejections.length + plan.released.length === 0;
}

function latenciesOf(plan: BatchPlan, at: EpochMs): readonly number[] {
  return plan.records.flatMap(({ stored, record }) =>
    stored === null && record.publishedAt !== null ? [Math.max(0, at - record.publishedAt)] : [],
  );
}
