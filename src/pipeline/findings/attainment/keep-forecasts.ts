import type { Kysely } from 'kysely';
import type { EpochMs } from '../../../foundation/clock.ts';
import { inParts } from '../../../foundation/in-parts.ts';
import type { Database } from '../../../platform/database/index.ts';
import { announce } from '../announce.ts';
import type { Band } from '../policy.ts';
import type { StoreTables } from '../tables.ts';
import { type ForecastStage, forecastOf, type StagedCase } from './forecast.ts';
import { monthOf } from './months.ts';

/** How true the forecasts were of the stages that ended in a month: four of five should have been done by the time given. */
export interface ForecastScore {
  readonly month: string;
  readonly ended: number;
  readonly byThen: number;
}

/** Forecasts every running case anew: notes which are likely late, and the first forecast of each stage. */
export async function keepForecasts(db: Database<StoreTables>, now: EpochMs): Promise<void> {
  const forecasts = forecastOf(await stagedCases(db.read), now);
  const [late, made] = await Promise.all([
    db.read.selectFrom('finding').select('id').where('likely_late_since', 'is not', null).execute(),
    db.read.selectFrom('finding_forecast').select(['finding_id', 'stage']).execute(),
  ]);
  const wasLate = new Set(late.map(({ id }) => String(id)));
  const known = new Set(made.map(({ finding_id, stage }) => `${finding_id} ${stage}`));
  const first = forecasts.flatMap(({ name, stages: [next] }) =>
    next === undefined || next.doneBy === null || known.has(`${name.id} ${next.stage}`)
      ? []
      : [{ finding_id: Number(name.id), stage: next.stage, made_at: now, done_by: next.doneBy }],
  );
  const turned = forecasts.filter(({ name, verdict }) => (verdict === 'likely late') !== wasLate.has(name.id));
  if (first.length + turned.length === 0) return;
  await db.write(async (trx) => {
    for (const part of inParts(first))
      await trx
        .insertInto('finding_forecast')
        .values(part)
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    for (const { name, band, dueAt, doneBy, verdict } of turned) {
      const isLate = verdict === 'likely late';
      await trx
        .updateTable('finding')
        .set({ likely_late_since: isLate ? now : null })
        .where('id', '=', Number(name.id))
        .execute();
      const row = { ...name, id: Number(name.id), advisory_id: name.advisoryId };
      await announce(trx, isLate ? 'sla.forecast_late' : 'sla.forecast_in_time', row, now, { band, dueAt, doneBy });
    }
  });
}

/** All that counts, with the instants of its stages. */
export async function stagedCases(db: Kysely<StoreTables>): Promise<readonly StagedCase[]> {
  const rows = await db
    .selectFrom('finding')
    .select(['id', 'advisory_id', 'attr', 'channel', 'band', 'fix_kind', 'opened_at', 'fixed_at'])
    .select(['remediation_due_at', 'stopped_at'])
    .where('void_at', 'is', null)
    .whereRef('remediation_due_at', '>', 'start_at')
    .execute();
  return rows.map((row) => ({
    name: { id: String(row.id), advisoryId: row.advisory_id, attr: row.attr, channel: row.channel },
    band: row.band === 'unknown' ? 'high' : (row.band as Band),
    fixKind: row.fix_kind,
    openedAt: row.opened_at,
    fixedAt: row.fixed_at,
    dueAt: row.remediation_due_at,
    stoppedAt: row.stopped_at,
  }));
}

/** By month, the latest first. */
export async function forecastScores(db: Kysely<StoreTables>): Promise<readonly ForecastScore[]> {
  const rows = await db
    .selectFrom('finding_forecast as f')
    .innerJoin('finding', 'finding.id', 'f.finding_id')
    .select(['f.stage', 'f.done_by', 'fixed_at', 'stopped_at'])
    .where('void_at', 'is', null)
    .execute();
  const ended = rows.flatMap(({ stage, done_by, fixed_at, stopped_at }) => {
    const at = (stage as ForecastStage) === 'fix' ? (fixed_at ?? stopped_at) : stopped_at;
    return at === null ? [] : [{ month: monthOf(at), isByThen: at <= done_by }];
  });
  return [...Map.groupBy(ended, ({ month }) => month)]
    .map(([month, own]) => ({ month, ended: own.length, byThen: own.filter(({ isByThen }) => isByThen).length }))
    .sort((a, b) => (a.month < b.month ? 1 : -1));
}
