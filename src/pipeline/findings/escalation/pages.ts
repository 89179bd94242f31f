import type { Transaction } from 'kysely';
import type { Person, Role } from '../../../accounts/index.ts';
import type { EpochMs } from '../../../foundation/clock.ts';
import { announce } from '../announce.ts';
import type { Band } from '../policy.ts';
import { never } from '../rows.ts';
import type { StoreTables } from '../tables.ts';
import type { People } from './duty.ts';
import type { ClockName } from './next-alert.ts';

/** Whom a page goes to now. */
export interface Call {
  readonly now: EpochMs;
  /** Null: there is no rota, and nobody to name. */
  readonly people: People | null;
  readonly line: readonly string[];
}

export interface CalledFor {
  readonly id: number;
  readonly advisory_id: string;
  readonly attr: string;
  readonly channel: string;
  readonly band: Band;
  readonly clock: ClockName;
  readonly reason: 'at risk' | 'breached' | 'exploited';
}

/** Without a rota as the rota's own defaults. */
const answerWithin = { critical: 15 * 60_000, high: 30 * 60_000, medium: 4 * 3_600_000, low: 24 * 3_600_000 };

/** Calls the first in line; where somebody is being called about the case already, a breach goes straight to the last. */
export async function callSomebody(trx: Transaction<StoreTables>, wanted: CalledFor, call: Call): Promise<void> {
  const { id, clock, reason, band } = wanted;
  const waiting = await trx
    .selectFrom('sla_page')
    .selectAll()
    .where('finding_id', '=', id)
    .where('acknowledged_at', 'is', null)
    .executeTakeFirst();
  const last = Math.max(0, call.line.length - 1);
  if (waiting === undefined) {
    const asked = askedOf(0, band, call);
    const page = await trx
      .insertInto('sla_page')
      .values({ finding_id: id, clock, reason, band, opened_at: call.now, ...asked })
      .returning('id')
      .executeTakeFirstOrThrow();
    await announcePage(trx, wanted, page.id, asked, call.now);
  } else if (reason === 'breached' && waiting.step < last) {
    await askNext(trx, wanted, waiting.id, last, call);
  }
}

/** Who did not answer in time is passed over: the next in line is called, and the last stays called. */
export async function passOnUnanswered(trx: Transaction<StoreTables>, call: Call): Promise<void> {
  const rows = await trx
    .selectFrom('sla_page')
    .innerJoin('finding', 'finding.id', 'sla_page.finding_id')
    .select([
      'sla_page.id as page_id',
      'step',
      'clock',
      'reason',
      'sla_page.band as page_band',
      'stopped_at',
      'void_at',
      'responded_at',
    ])
    .select(['finding.id', 'advisory_id', 'attr', 'channel'])
    .where('acknowledged_at', 'is', null)
    .where((where) =>
      where.or([
        where('answer_by', '<=', call.now),
        where('stopped_at', 'is not', null),
        where('void_at', 'is not', null),
        where.and([where('clock', '=', 'response'), where('responded_at', 'is not', null)]),
      ]),
    )
    .orderBy('sla_page.id')
    .execute();
  for (const row of rows) {
    const wanted: CalledFor = {
      ...row,
      band: row.page_band as Band,
      clock: row.clock as ClockName,
      reason: row.reason as CalledFor['reason'],
    };
    if (isOver(row)) await closePage(trx, wanted, row.page_id, 'robot', call.now);
    else if (row.step + 1 < call.line.length) await askNext(trx, wanted, row.page_id, row.step + 1, call);
    else await trx.updateTable('sla_page').set({ answer_by: never }).where('id', '=', row.page_id).execute();
  }
}

/** The matter was settled before anyone answered. */
function isOver(row: {
  readonly clock: string;
  readonly stopped_at: EpochMs | null;
  readonly void_at: EpochMs | null;
  readonly responded_at: EpochMs | null;
}): boolean {
  return row.stopped_at !== null || row.void_at !== null || (row.clock === 'response' && row.responded_at !== null);
}

export type AcknowledgeOutcome =
  | { readonly kind: 'acknowledged' }
  | { readonly kind: 'refused'; readonly why: 'no_page' | 'already' | 'not_a_person' | 'role_missing' };

const mayAnswer: readonly Role[] = ['duty_officer', 'analyst', 'reviewer', 'security_lead', 'release_manager'];

/** A person takes a page on: nobody else is called about it. */
export async function acknowledge(
  trx: Transaction<StoreTables>,
  { pageId, by, at }: { readonly pageId: number; readonly by: Person; readonly at: EpochMs },
): Promise<AcknowledgeOutcome> {
  if (by.name === 'robot' || by.name.trim() === '') return { kind: 'refused', why: 'not_a_person' };
  if (!by.roles.some((role) => mayAnswer.includes(role))) return { kind: 'refused', why: 'role_missing' };
  const row = await trx
    .selectFrom('sla_page')
    .innerJoin('finding', 'finding.id', 'sla_page.finding_id')
    .select(['acknowledged_at', 'clock', 'reason', 'sla_page.band as page_band'])
    .select(['finding.id', 'advisory_id', 'attr', 'channel'])
    .where('sla_page.id', '=', pageId)
    .executeTakeFirst();
  if (row === undefined) return { kind: 'refused', why: 'no_page' };
  if (row.acknowledged_at !== null) return { kind: 'refused', why: 'already' };
  await closePage(trx, row, pageId, by.name, at);
  return { kind: 'acknowledged' };
}

async function closePage(
  trx: Transaction<StoreTables>,
  row: Parameters<typeof announce>[2],
  pageId: number,
  by: string,
  at: EpochMs,
): Promise<void> {
  await trx
    .updateTable('sla_page')
    .set({ acknowledged_at: at, acknowledged_by: by })
    .where('id', '=', pageId)
    .execute();
  await announce(trx, 'sla.acknowledged', row, at, { pageId: String(pageId) }, by);
}

async function askNext(
  trx: Transaction<StoreTables>,
  wanted: CalledFor,
  pageId: number,
  step: number,
  call: Call,
): Promise<void> {
  const asked = askedOf(step, wanted.band, call);
  await trx
    .updateTable('sla_page')
    .set({ ...asked, reason: wanted.reason })
    .where('id', '=', pageId)
    .execute();
  await announcePage(trx, wanted, pageId, asked, call.now);
}

function askedOf(step: number, band: Band, { now, line, people }: Call) {
  const within = people?.rota.ack_within ?? answerWithin;
  return { step, person: line[step] ?? null, asked_at: now, answer_by: now + within[band] };
}

async function announcePage(
  trx: Transaction<StoreTables>,
  wanted: CalledFor,
  pageId: number,
  asked: ReturnType<typeof askedOf>,
  now: EpochMs,
): Promise<void> {
  const { clock, reason, band } = wanted;
  await announce(trx, 'sla.paged', wanted, now, {
    pageId: String(pageId),
    clock,
    reason,
    band,
    person: asked.person,
    step: asked.step,
    answerBy: asked.answer_by,
  });
}
