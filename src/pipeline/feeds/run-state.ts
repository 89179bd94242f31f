import { AppError } from '../../foundation/errors.ts';
import type { JournalTables } from '../../journal/index.ts';
import { syncErrors } from './errors.ts';
import type { FeedsTables } from './tables.ts';

export type Tables = FeedsTables & JournalTables;

/** What one sync knows, from its begin on. */
export interface RunState {
  readonly source: string;
  readonly run: number;
  /** Where the sync before it had come to. */
  readonly cursor: string | null;
  /** Of the newest record before it began. */
  readonly lastKey: number;
  readonly quarantine: ReadonlyMap<string, string>;
  readonly sighting: Sighting;
  /** Records and scores that were not there before. */
  added: number;
  addedScores: number;
  changed: number;
  newlyRejected: number;
}

/** What the batches of one sync have shown so far. */
export interface Sighting {
  /** Keys of the records from before that the source still has. */
  readonly seen: Set<number>;
  readonly rejected: Set<string>;
  readonly gone: Set<string>;
  /** Records and rejections. */
  read: number;
  scores: number;
  unchanged: number;
}

/** A second sync of the same source began: it goes on, the first stops. */
export function superseded(source: string): AppError {
  return new AppError(syncErrors.superseded, `another sync of ${source} began meanwhile`, {
    hint: 'Let the later one finish.',
  });
}
