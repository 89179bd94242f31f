import type { Transaction } from 'kysely';
import type { Database } from '../../../platform/database/index.ts';
import { announce } from '../announce.ts';
import type { CaseFigures } from '../attainment/case-figures.ts';
import { refreshFigures } from '../attainment/refresh-figures.ts';
import { pinnedPolicies } from '../pinned-policy.ts';
import type { SlaPolicy } from '../policy.ts';
import type { PlannedAlert } from '../sla/plan-alerts.ts';
import type { StoreTables } from '../tables.ts';
import { oweReview } from '../triage/post-mortem.ts';
import { audienceOf } from './alert-audience.ts';
import { alertsLeft, type ClockName, nextAlertAt, pageLeft } from './next-alert.ts';
import { type Call, callSomebody, passOnUnanswered } from './pages.ts';

const hourMs = 3_600_000;
const casesTogether = 200;

/**
 * Tells the journal of every alert that is due, once: what is told and that it was told stand in one transaction. Run again,
 * or by several at once, it tells nothing twice. True: facts had changed.
 */
export async function tick(db: Database<StoreTables>, call: Call): Promise<boolean> {
  const changed = (await refreshFigures(db)) > 0;
  while (await db.write((trx) => tellSome(trx, call)));
  await db.write((trx) => passOnUnanswered(trx, call));
  return changed;
}

interface DueRow {
  readonly id: number;
  readonly advisory_id: string;
  readonly attr: string;
  readonly channel: string;
  readonly claimed_by: string | null;
  readonly policy_id: string;
  readonly policy_version: number;
  readonly figures: string;
  readonly response_told_at: number | null;
  readonly remediation_told_at: number | null;
  readonly paged_for_at: number | null;
}

async function tellSome(trx: Transaction<StoreTables>, call: Call): Promise<boolean> {
  const rows = await trx
    .selectFrom('finding_clock')
    .innerJoin('finding', 'finding.id', 'finding_clock.finding_id')
    .select(['finding.id', 'advisory_id', 'attr', 'channel', 'claimed_by', 'policy_id', 'policy_version'])
    .select(['figures', 'response_told_at', 'remediation_told_at', 'paged_for_at'])
    .where('next_alert_at', '<=', call.now)
    .orderBy('next_alert_at')
    .limit(casesTogether)
    .execute();
  const pinned = await pinnedPolicies(trx);
  for (const row of rows) await tellOne(trx, row, pinned(row).alerts, call);
  return rows.length === casesTogether;
}

async function tellOne(
  trx: Transaction<StoreTables>,
  row: DueRow,
  alerts: SlaPolicy['alerts'],
  call: Call,
): Promise<void> {
  const figures = JSON.parse(row.figures) as CaseFigures;
  const told = {
    response_told_at: row.response_told_at,
    remediation_told_at: row.remediation_told_at,
    paged_for_at: row.paged_for_at,
  };
  const pageAt = pageLeft(figures, told);
  if (pageAt !== null && pageAt <= call.now) {
    told.paged_for_at = pageAt;
    await callSomebody(trx, { ...row, band: figures.band, clock: 'remediation', reason: 'exploited' }, call);
  }
  for (const clock of ['response', 'remediation'] as const) {
    // Seen late, only the gravest of those that have passed is news.
    const passed = alertsLeft(figures, clock, told, alerts)
      .filter(({ at }) => at <= call.now)
      .at(-1);
    if (passed === undefined) continue;
    told[`${clock}_told_at`] = passed.at;
    await tell(trx, row, figures, clock, passed, call);
  }
  await trx
    .updateTable('finding_clock')
    .set({ ...told, next_alert_at: nextAlertAt(figures, told, alerts) })
    .where('finding_id', '=', row.id)
    .execute();
}

async function tell(
  trx: Transaction<StoreTables>,
  row: DueRow,
  figures: CaseFigures,
  clock: ClockName,
  alert: PlannedAlert,
  call: Call,
): Promise<void> {
  const { roles, page, isBreach } = audienceOf(alert);
  if (isBreach) await oweReview(trx, row.id, call.now);
  await announce(trx, isBreach ? 'sla.breached' : 'sla.at_risk', row, call.now, {
    clock,
    band: figures.band,
    startAt: figures.startAt,
    dueAt: figures[clock].dueAt,
    plannedAt: alert.at,
    fraction: alert.fraction,
    beforeDueMs: alert.beforeDueMs,
    threshold: alert.fraction ?? `${(alert.beforeDueMs ?? 0) / hourMs} h left`,
    roles,
    owner: row.claimed_by,
    leads: roles.includes('security_lead') ? (call.people?.rota.lead ?? []) : [],
  });
  // Nobody is woken for the answer to what is fixed already.
  if (page && figures.remediation.stoppedAt === null)
    await callSomebody(trx, { ...row, band: figures.band, clock, reason: isBreach ? 'breached' : 'at risk' }, call);
}
