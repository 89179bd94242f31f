import type { Transaction } from 'kysely';
import type { EpochMs } from '../../foundation/clock.ts';
import { appendEvent, type NewEvent } from '../../journal/index.ts';
import type { StoreTables } from './tables.ts';

interface Told {
  readonly id: number;
  readonly advisory_id: string;
  readonly attr: string;
  readonly channel: string;
}

/** Tells the journal what happened to a finding. */
export async function announce(
  trx: Transaction<StoreTables>,
  kind: string,
  row: Told,
  at: EpochMs,
  payload: Readonly<Record<string, unknown>>,
  actor = 'robot',
): Promise<void> {
  await appendEvent(trx, eventOf(kind, row, at, payload, actor));
}

/** What the robot found of a finding, to be told with others. */
export function robotEvent(kind: string, row: Told, at: EpochMs, payload: NewEvent['payload']): NewEvent {
  return eventOf(kind, row, at, payload, 'robot');
}

function eventOf(kind: string, row: Told, at: EpochMs, payload: NewEvent['payload'], actor: string): NewEvent {
  const { id, advisory_id: advisoryId, attr, channel } = row;
  const subject = String(id);
  return { at, kind, subject, actor, payload: { findingId: subject, advisoryId, attr, channel, ...payload } };
}
