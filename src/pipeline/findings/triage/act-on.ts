import type { Transaction } from 'kysely';
import type { Person } from '../../../accounts/index.ts';
import type { EpochMs } from '../../../foundation/clock.ts';
import { announce } from '../announce.ts';
import type { FindingRow } from '../rows.ts';
import type { StoreTables } from '../tables.ts';
import type { DerivationNow } from '../verdict.ts';

/** What an act needs to know: the finding as it is, who acts, and when. */
export interface ActOn {
  readonly trx: Transaction<StoreTables>;
  readonly row: FindingRow;
  readonly by: Person;
  readonly at: EpochMs;
  readonly derivation: DerivationNow | undefined;
}

/** A refusal; or null, or what now waits for a second person. */
export type Performed = string | { readonly awaits: string } | null;

/** Tells without a step. */
export async function note(
  { trx, row, by, at }: ActOn,
  kind: string,
  payload: Readonly<Record<string, unknown>>,
): Promise<void> {
  await announce(trx, kind, row, at, payload, by.name);
}
