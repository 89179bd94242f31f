import type { Person } from '../../../accounts/index.ts';
import { type Clock, type EpochMs, toIso } from '../../../foundation/clock.ts';
import { messageOf } from '../../../foundation/errors.ts';
import { appendEvent, latestEvents } from '../../../journal/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import { keepForecasts } from '../attainment/keep-forecasts.ts';
import type { SlaPolicy } from '../policy.ts';
import { calendarEnd, calendarEndText } from '../policy-calendar.ts';
import type { StoreTables } from '../tables.ts';
import { callLine, dutyAt, type People, rotaGaps } from './duty.ts';
import { type AcknowledgeOutcome, acknowledge } from './pages.ts';
import { tick } from './tick.ts';

/** Somebody is or was called about a case. */
export interface Page {
  readonly id: string;
  readonly findingId: string;
  readonly advisoryId: string;
  readonly attr: string;
  readonly channel: string;
  readonly clock: string;
  readonly reason: string;
  readonly band: string;
  readonly openedAt: EpochMs;
  /** Who is called now; null: there is no rota to name anyone. */
  readonly person: string | null;
  readonly askedAt: EpochMs;
  readonly answerBy: EpochMs;
  readonly acknowledgedAt: EpochMs | null;
  readonly acknowledgedBy: string | null;
}

export interface EscalationStore {
  /** Tells of all that is due now. Safe to run at any time, again, and by several at once. */
  readonly tick: () => Promise<void>;
  /** Those that wait for an answer, then the latest that have one. */
  readonly pages: (limit: number) => Promise<readonly Page[]>;
  readonly acknowledge: (given: { readonly pageId: string; readonly by: Person }) => Promise<AcknowledgeOutcome>;
}

const forecastAgainMs = 15 * 60_000;

export function createEscalationStore(given: {
  readonly db: Database<StoreTables>;
  readonly clock: Clock;
  /** Read anew each time, so that an absence counts at once; null where there is no rota. */
  readonly people: () => Promise<People | null>;
  /** Those that new cases are opened under, read anew each time. */
  readonly policies: () => Promise<readonly SlaPolicy[]>;
}): EscalationStore {
  const { db, clock, people, policies } = given;
  let forecastAt = Number.NEGATIVE_INFINITY;
  return {
    tick: async () => {
      const now = clock.now();
      await tellCalendars(db, await policies(), now);
      const known = await people();
      const { line, gaps } = known === null ? { line: [], gaps: [] } : onDuty(known, now);
      const changed = await tick(db, { now, people: known, line });
      await tellGaps(db, gaps, now);
      if (!changed && now - forecastAt < forecastAgainMs) return;
      forecastAt = now;
      await keepForecasts(db, now);
    },
    pages: async (limit) => {
      const rows = await db.read
        .selectFrom('sla_page')
        .innerJoin('finding', 'finding.id', 'sla_page.finding_id')
        .selectAll('sla_page')
        .select(['advisory_id', 'attr', 'channel'])
        .orderBy((order) => order.case().when('acknowledged_at', 'is', null).then(0).else(1).end())
        .orderBy('sla_page.id', 'desc')
        .limit(limit)
        .execute();
      return rows.map((row) => ({
        id: String(row.id),
        findingId: String(row.finding_id),
        advisoryId: row.advisory_id,
        attr: row.attr,
        channel: row.channel,
        clock: row.clock,
        reason: row.reason,
        band: row.band,
        openedAt: row.opened_at,
        person: row.person,
        askedAt: row.asked_at,
        answerBy: row.answer_by,
        acknowledgedAt: row.acknowledged_at,
        acknowledgedBy: row.acknowledged_by,
      }));
    },
    acknowledge: ({ pageId, by }) =>
      /^\d{1,15}$/.test(pageId)
        ? db.write((trx) => acknowledge(trx, { pageId: Number(pageId), by, at: clock.now() }))
        : Promise.resolve({ kind: 'refused', why: 'no_page' }),
  };
}

interface ToldGap {
  readonly missing: string;
  readonly from: string;
  readonly until: string | null;
}

/** Whom to call, and what is wrong with the rota. Where it cannot be read off, the leads are called. */
function onDuty(people: People, now: EpochMs): { readonly line: readonly string[]; readonly gaps: readonly ToldGap[] } {
  try {
    const gaps = rotaGaps(people, now).map((gap) => ({ ...gap, from: toIso(gap.from), until: toIso(gap.until) }));
    return { line: callLine(dutyAt(people, now), people.rota), gaps };
  } catch (error) {
    const gap = { missing: messageOf(error), from: toIso(now), until: null };
    return { line: people.rota.lead, gaps: [gap] };
  }
}

/** Once a day, as long as somebody is missing in the next two weeks. */
async function tellGaps(db: Database<StoreTables>, gaps: readonly ToldGap[], now: EpochMs): Promise<void> {
  if (gaps.length === 0) return;
  await tellDaily(db, { kind: 'sla.rota_gap', about: 'rota', payload: { gaps: gaps.slice(0, 50) }, now });
}

/** Once a day, as long as findings opened within 60 days would have no deadline. */
async function tellCalendars(db: Database<StoreTables>, policies: readonly SlaPolicy[], now: EpochMs): Promise<void> {
  for (const policy of policies) {
    const end = calendarEnd(policy, now);
    if (end === null) continue;
    const payload = { ...end, says: calendarEndText(end) };
    await tellDaily(db, { kind: 'sla.calendar_ending', about: `holidays of ${policy.id}`, payload, now });
  }
}

async function tellDaily(
  db: Database<StoreTables>,
  told: {
    readonly kind: string;
    readonly about: string;
    readonly payload: Readonly<Record<string, unknown>>;
    readonly now: EpochMs;
  },
): Promise<void> {
  const { kind, about, payload, now: at } = told;
  const subject = `${about} ${toIso(at).slice(0, 10)}`;
  await db.write(async (trx) => {
    const known = await latestEvents(db, { kinds: [kind], subject, limit: 1 });
    if (known.length === 0) await appendEvent(trx, { at, kind, subject, actor: 'robot', payload });
  });
}
