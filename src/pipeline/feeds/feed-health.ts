import type { EpochMs } from '../../foundation/clock.ts';
import type { FeedSync } from './feed-sync.ts';
import type { FeedSource } from './model.ts';
import { stallOf } from './sync-rules.ts';

export interface FeedHealth {
  readonly state: 'ok' | 'never' | 'stale' | 'failing' | 'incident';
  readonly message: string | null;
}

/** One word for the page: the gravest that holds. */
export function feedHealth(sync: FeedSync | null, source: Pick<FeedSource, 'intervalMs'>, now: EpochMs): FeedHealth {
  if (sync?.incident) return { state: 'incident', message: sync.incident.message };
  if (sync?.failure) return { state: 'failing', message: sync.failure };
  if (sync === null || sync.successAt === null) return { state: 'never', message: null };
  const stall = stallOf(sync.successAt, source.intervalMs, now);
  return stall === null ? { state: 'ok', message: null } : { state: 'stale', message: stall };
}
