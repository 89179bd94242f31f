import type { Transaction } from 'kysely';
import type { EpochMs } from '../../foundation/clock.ts';
import { appendEvent } from '../../journal/index.ts';
import type { StoreTables } from './tables.ts';

/** Tells the journal what happened to a finding. */
export async function announce(
  trx: Transaction<StoreTables>,
  kind: string,
  row: { readonly id: number; readonly advisory_id: string; readonly attr: string; readonly channel: string },
  at: EpochMs,
  payload: Readonly<Record<string, unknown>>,
  actor = 'robot',
): Promise<void> {
  const { id, advisory_id: advisoryId, attr, channel } = row;
  await appendEvent(trx, {
    at,
    kind,
    subject: String(id),
    actor,
    payload: { findingId: String(id), advisoryId, attr, channel, ...payload },
  });
}
