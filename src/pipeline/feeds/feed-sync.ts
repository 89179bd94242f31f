import type { Selectable } from 'kysely';
import type { EpochMs } from '../../foundation/clock.ts';
import type { FeedIncident } from './sync-rules.ts';
import type { FeedsTables } from './tables.ts';

/** How the syncs of one source stand. */
export interface FeedSync {
  readonly source: string;
  readonly cursor: string | null;
  readonly attemptAt: EpochMs;
  readonly successAt: EpochMs | null;
  readonly changeAt: EpochMs | null;
  /** Why the last sync failed; null after a good one. */
  readonly failure: string | null;
  /** Failed syncs in a row. */
  readonly failures: number;
  readonly incident: FeedIncident | null;
  readonly records: number;
  readonly quarantined: number;
  /** From publication to our first sight, over the newest records; null before there are any. */
  readonly latency: Latency | null;
}

export interface Latency {
  readonly medianMs: number;
  readonly ninthDecileMs: number;
  readonly samples: number;
}

export function feedSyncOf(row: Selectable<FeedsTables['feed_source']>, quarantined: number): FeedSync {
  return {
    source: row.source,
    cursor: row.cursor,
    attemptAt: row.attempt_at,
    successAt: row.success_at,
    changeAt: row.change_at,
    failure: row.failure,
    failures: row.failures,
    incident: incidentOf(row.incident),
    records: row.records,
    quarantined,
    latency: latencyOf(JSON.parse(row.latencies) as readonly number[]),
  };
}

export function incidentOf(text: string | null): FeedIncident | null {
  return text === null ? null : (JSON.parse(text) as FeedIncident);
}

function latencyOf(samples: readonly number[]): Latency | null {
  const ordered = [...samples].sort((a, b) => a - b);
  const at = (share: number) => ordered[Math.min(ordered.length - 1, Math.floor(ordered.length * share))] ?? 0;
  return ordered.length === 0 ? null : { medianMs: at(0.5), ninthDecileMs: at(0.9), samples: ordered.length };
}
