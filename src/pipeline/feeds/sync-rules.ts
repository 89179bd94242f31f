/** What makes a feed suspect: shown until it is over or a person accepts it; nothing is deleted meanwhile. */
export interface FeedIncident {
  readonly what: 'shrank' | 'changed-shape' | 'stalled';
  readonly message: string;
  readonly at: number;
}

export interface SyncCounts {
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly rejected: number;
  /** No longer asserted by the source. */
  readonly gone: number;
  /** Absent from this complete snapshot; gone if from the next one too. */
  readonly missing: number;
}

/** All, or more than a tenth (and more than 20 records), lacking at once is more likely a broken feed than the truth. */
export function shrinkOf(lacking: number, held: number): string | null {
  return lacking > Math.max(20, held / 10) || (lacking > 0 && lacking === held)
    ? `${lacking} of ${held} records are lacking`
    : null;
}

/** At least 20 and more than 5 % of the records unreadable, and more than there were. */
export function shapeChangeOf(rejected: number, read: number, rejectedBefore: number): string | null {
  return rejected >= 20 && rejected > read / 20 && rejected > rejectedBefore
    ? `${rejected} of ${read} records cannot be read`
    : null;
}

const stalledIntervals = 3;

export function stallOf(successAt: number | null, intervalMs: number, now: number): string | null {
  if (successAt === null || now - successAt <= stalledIntervals * intervalMs) return null;
  return `no successful sync for ${Math.floor((now - successAt) / 3_600_000)} hours`;
}
