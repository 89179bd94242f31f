import type { EpochMs } from '../../../foundation/clock.ts';
import type { CaseFigures } from '../attainment/case-figures.ts';
import type { SlaPolicy } from '../policy.ts';
import { never } from '../rows.ts';
import { type PlannedAlert, planAlerts } from '../sla/plan-alerts.ts';

/** Up to where people were told about each clock of a case. */
export interface Told {
  readonly response_told_at: EpochMs | null;
  readonly remediation_told_at: EpochMs | null;
  readonly paged_for_at: EpochMs | null;
}

export type ClockName = 'response' | 'remediation';

/** What is still to be told about a running clock, oldest first; nothing once it stopped or counts for nothing. */
export function alertsLeft(
  figures: CaseFigures,
  clock: ClockName,
  told: Told,
  alerts: SlaPolicy['alerts'],
): readonly PlannedAlert[] {
  const { dueAt, stoppedAt } = figures[clock];
  if (dueAt === null || stoppedAt !== null || figures.voidAt !== null || dueAt <= figures.startAt) return [];
  const after = told[`${clock}_told_at`] ?? Number.NEGATIVE_INFINITY;
  const all = planAlerts({ startAt: figures.startAt, dueAt, seenAt: figures.startAt }, alerts);
  return all.filter(({ at }) => at > after);
}

/** An escalation that nobody was called for yet. */
export function pageLeft(figures: CaseFigures, told: Told): EpochMs | null {
  const { pageAt, remediation, voidAt } = figures;
  const isLeft = pageAt !== null && pageAt !== told.paged_for_at && remediation.stoppedAt === null && voidAt === null;
  return isLeft ? pageAt : null;
}

/** When the case is next to be looked at; far away when there is nothing to tell. */
export function nextAlertAt(figures: CaseFigures, told: Told, alerts: SlaPolicy['alerts']): EpochMs {
  const next = (['response', 'remediation'] as const).map((clock) => alertsLeft(figures, clock, told, alerts)[0]?.at);
  return Math.min(pageLeft(figures, told) ?? never, ...next.map((at) => at ?? never));
}
