import type { Transaction } from 'kysely';
import type { EpochMs } from '../../foundation/clock.ts';
import { appendEvent, appendEvents, type NewEvent } from '../../journal/index.ts';
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

/** The same happened to many, at one instant. */
export async function announceMany(
  trx: Transaction<StoreTables>,
  kind: string,
  at: EpochMs,
  told: readonly { readonly row: Told; readonly payload: Readonly<Record<string, unknown>> }[],
): Promise<void> {
  const events = told.map(({ row, payload }) => eventOf(kind, row, at, payload, 'robot'));
  await appendEvents(trx, events);
}

function eventOf(kind: string, row: Told, at: EpochMs, payload: NewEvent['payload'], actor: string): NewEvent {
  const { id, advisory_id: advisoryId, attr, channel } = row;
  const subject = String(id);
  return { at, kind, subject, actor, payload: { findingId: subject, advisoryId, attr, channel, ...payload } };
}
