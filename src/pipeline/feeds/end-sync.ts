import type { Selectable, Transaction } from 'kysely';
import type { EpochMs } from '../../foundation/clock.ts';
import { inParts } from '../../foundation/in-parts.ts';
import { appendEvent } from '../../journal/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { incidentOf } from './feed-sync.ts';
import { announceIncident } from './incidents.ts';
import type { FeedItem } from './model.ts';
import { retireRecords } from './retire-records.ts';
import { type RunState, superseded, type Tables } from './run-state.ts';
import { type FeedIncident, type SyncCounts, shapeChangeOf, shrinkOf } from './sync-rules.ts';
import type { FeedsTables } from './tables.ts';

export type SyncEnd = { readonly kind: 'unchanged' } | Extract<FeedItem, { readonly kind: 'end' }>;

export interface EndedSync {
  readonly counts: SyncCounts;
  readonly incident: FeedIncident | null;
}

interface Lacking {
  /** Live records that the source says are gone, or that the snapshot lacks for the second time. */
  readonly leaving: readonly number[];
  /** Lacking for the first time. */
  readonly missing: readonly number[];
  /** All that lack now. */
  readonly count: number;
}

const nothing: Lacking = { leaving: [], missing: [], count: 0 };

export async function endSync(db: Database<Tables>, state: RunState, end: SyncEnd, at: EpochMs): Promise<EndedSync> {
  const { source, sighting } = state;
  const lacking = end.kind === 'end' ? await lackingOf(db, state, end.complete) : nothing;
  return db.write(async (trx) => {
    const row = await ownRow(trx, state);
    const before = incidentOf(row.incident);
    const shrink = shrinkOf(lacking.count, row.records);
    const incident = end.kind === 'unchanged' ? stayingOf(before) : incidentNow({ state, end, before, shrink, at });
    // What only a suspect snapshot lacked before is lacking for the first time.
    const isSure = shrink === null && (before?.what !== 'shrank' || (end.kind === 'end' && !end.complete));
    const leaving = isSure ? lacking.leaving : [];
    const missing = isSure ? lacking.missing : [...lacking.missing, ...lacking.leaving];
    for (const part of inParts(missing))
      await trx
        .updateTable('feed_record')
        .set({ missing_since: at })
        .where('id', 'in', part)
        .where('missing_since', 'is', null)
        .execute();
    if (leaving.length > 0) await retireRecords(trx, leaving);
    if (end.kind === 'end' && end.complete) await forgetRejections(trx, state);
    // Unreadable records are asked for again: a later version may read them.
    const moves = end.kind === 'end' && incident?.what !== 'changed-shape';
    await trx
      .updateTable('feed_source')
      .set({
        ...settled(row, at, leaving.length),
        ...(end.kind === 'end' ? { cursor: moves ? end.cursor : state.cursor } : {}),
        success_at: Math.max(row.success_at ?? 0, (end.kind === 'end' ? end.asOf : undefined) ?? at),
        failure: null,
        failures: 0,
        incident: incident === null ? null : JSON.stringify(incident),
      })
      .where('source', '=', source)
      .execute();
    await announce(trx, row, at, {
      unchanged: sighting.unchanged,
      rejected: sighting.rejected.size,
      gone: leaving.length,
      worth: leaving.length + state.newlyRejected > 0,
    });
    if (incident !== null && incident.what !== before?.what) await announceIncident(trx, source, incident);
    return {
      counts: {
        added: state.added + state.addedScores,
        changed: state.changed,
        unchanged: sighting.unchanged,
        rejected: sighting.rejected.size,
        gone: leaving.length,
        missing: missing.length,
      },
      incident,
    };
  });
}

export async function failSync(db: Database<Tables>, state: RunState, message: string, at: EpochMs): Promise<void> {
  await db.write(async (trx) => {
    const row = await ownRow(trx, state);
    await trx
      .updateTable('feed_source')
      .set({ ...settled(row, at, 0), failure: message, failures: row.failures + 1 })
      .where('source', '=', state.source)
      .execute();
    await announce(trx, row, at, {
      unchanged: state.sighting.unchanged,
      rejected: state.sighting.rejected.size,
      gone: 0,
      worth: false,
    });
    if (row.failure !== message) await announceIncident(trx, state.source, { what: 'failed', message, at });
  });
}

type SourceRow = Selectable<FeedsTables['feed_source']>;

async function ownRow(trx: Transaction<Tables>, { source, run }: RunState): Promise<SourceRow> {
  const row = await trx
    .selectFrom('feed_source')
    .selectAll()
    .where('source', '=', source)
    .where('run', '=', run)
    .executeTakeFirst();
  if (row === undefined) throw superseded(source);
  return row;
}

/** What was written since the last announcement, by a sync that was cut short too. */
function settled(row: SourceRow, at: EpochMs, gone: number) {
  return {
    pending_added: 0,
    pending_changed: 0,
    records: row.records - gone,
    change_at: gone > 0 ? at : row.change_at,
  };
}

async function announce(
  trx: Transaction<Tables>,
  row: SourceRow,
  at: EpochMs,
  counts: {
    readonly unchanged: number;
    readonly rejected: number;
    readonly gone: number;
    readonly worth: boolean;
  },
): Promise<void> {
  const { worth, ...rest } = counts;
  const [added, changed] = [row.pending_added, row.pending_changed];
  if (added + changed === 0 && !worth) return;
  await appendEvent(trx, {
    at,
    kind: 'feeds.synced',
    subject: row.source,
    actor: 'robot',
    payload: { source: row.source, added, changed, ...rest },
  });
}

function stayingOf(before: FeedIncident | null): FeedIncident | null {
  return before?.what === 'stalled' ? null : before;
}

function incidentNow({
  state,
  end,
  before,
  shrink,
  at,
}: {
  readonly state: RunState;
  readonly end: Extract<SyncEnd, { readonly kind: 'end' }>;
  readonly before: FeedIncident | null;
  readonly shrink: string | null;
  readonly at: EpochMs;
}): FeedIncident | null {
  const since = (what: FeedIncident['what']) => (before?.what === what ? before.at : at);
  if (shrink !== null) return { what: 'shrank', message: shrink, at: since('shrank') };
  const { rejected, read } = state.sighting;
  // Once it is an incident, it stays one while so many are unreadable.
  const rejectedBefore = before?.what === 'changed-shape' ? 0 : state.quarantine.size;
  const shape = shapeChangeOf(rejected.size, read, rejectedBefore);
  if (shape !== null) return { what: 'changed-shape', message: shape, at: since('changed-shape') };
  // A few changed records say nothing about those that are lacking, and none says nothing at all.
  return (before?.what === 'shrank' && !end.complete) || read === 0 ? stayingOf(before) : null;
}

async function lackingOf(db: Database<Tables>, state: RunState, complete: boolean): Promise<Lacking> {
  const { source, sighting } = state;
  const gone: number[] = [];
  for (const part of inParts([...sighting.gone])) {
    const rows = await db.read
      .selectFrom('feed_record')
      .select('id')
      .where('source', '=', source)
      .where('record_id', 'in', part)
      .where('state', '!=', 'gone')
      .execute();
    gone.push(...rows.map((row) => row.id));
  }
  if (!complete) return { leaving: gone, missing: [], count: gone.length };
  const held = await db.read
    .selectFrom('feed_source')
    .select('records')
    .where('source', '=', source)
    .executeTakeFirstOrThrow();
  const present = sighting.seen.size + state.added + sighting.scores;
  if (held.records === present) return nothing;
  const told = new Set(gone);
  const absent = (
    await db.read
      .selectFrom('feed_record')
      .select(['id', 'missing_since'])
      .where('source', '=', source)
      .where('state', '!=', 'gone')
      .where('id', '<=', state.lastKey)
      .execute()
  ).filter((row) => !sighting.seen.has(row.id) && !told.has(row.id));
  return {
    leaving: [...gone, ...absent.flatMap((row) => (row.missing_since === null ? [] : [row.id]))],
    missing: absent.flatMap((row) => (row.missing_since === null ? [row.id] : [])),
    // Scores that are lacking are kept, and counted.
    count: Math.max(gone.length + absent.length, held.records - present),
  };
}

/** What a complete snapshot no longer has, or now can be read, leaves the quarantine. */
async function forgetRejections(trx: Transaction<Tables>, { source, quarantine, sighting }: RunState) {
  const over = [...quarantine.keys()].filter((id) => !sighting.rejected.has(id));
  for (const part of inParts(over))
    await trx.deleteFrom('feed_quarantine').where('source', '=', source).where('record_id', 'in', part).execute();
}
