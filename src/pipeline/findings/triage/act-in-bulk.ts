import type { Person } from '../../../accounts/index.ts';
import type { EpochMs } from '../../../foundation/clock.ts';
import type { Database } from '../../../platform/database/index.ts';
import type { StoreTables } from '../tables.ts';
import type { DerivationNow } from '../verdict.ts';
import type { TriageAct, TriageOutcome } from './act.ts';
import { performAct } from './perform-act.ts';

export interface WantedAct {
  readonly findingId: string;
  readonly act: TriageAct;
}

export interface BulkActs {
  readonly acts: readonly WantedAct[];
  readonly by: Person;
  readonly at: EpochMs;
  /** Says what would come of it and changes nothing. */
  readonly dryRun: boolean;
}

/** More at once would keep everybody else waiting. */
export const mostActs = 1_000;

/** All in one transaction; each goes ahead or is refused for itself. A preview is the very thing, taken back. */
export async function actInBulk(
  db: Database<StoreTables>,
  { acts, by, at, dryRun }: BulkActs,
  derivation?: DerivationNow,
): Promise<readonly (WantedAct & { readonly outcome: TriageOutcome })[]> {
  const done: (WantedAct & { readonly outcome: TriageOutcome })[] = [];
  const preview = new Error('a preview');
  await db
    .write(async (trx) => {
      for (const { findingId, act } of acts.slice(0, mostActs)) {
        done.push({ findingId, act, outcome: await performAct(trx, { findingId, act, by, at }, derivation) });
      }
      if (dryRun) throw preview;
    })
    .catch((error: unknown) => {
      if (error !== preview) throw error;
    });
  return done;
}
