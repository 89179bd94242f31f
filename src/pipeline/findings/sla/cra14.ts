/**
 * The reporting times of Article 14 of the EU Cyber Resilience Act. For example: aware of active exploitation on
 * 4 May at 06:15Z: early warning by 5 May 06:15Z, notification by 7 May 06:15Z.
 * https://eur-lex.europa.eu/eli/reg/2024/2847/oj
 */
import type { EpochMs } from '../../../foundation/clock.ts';

const hourMs = 3_600_000;

export interface CraDeadlines {
  readonly earlyWarningAt: EpochMs;
  readonly notificationAt: EpochMs;
  /** Null until what its time runs from has happened. */
  readonly finalReportAt: EpochMs | null;
}

/** 14(2): an actively exploited vulnerability; the final report runs from a corrective or mitigating measure. */
export function craVulnerability(awareAt: EpochMs, measureAvailableAt: EpochMs | null): CraDeadlines {
  return {
    ...firstTwo(awareAt),
    finalReportAt: measureAvailableAt === null ? null : measureAvailableAt + 14 * 24 * hourMs,
  };
}

/** 14(4): a severe incident; the final report runs one month from the notification filed. */
export function craIncident(awareAt: EpochMs, notifiedAt: EpochMs | null): CraDeadlines {
  return { ...firstTwo(awareAt), finalReportAt: notifiedAt === null ? null : oneMonthAfter(notifiedAt) };
}

function firstTwo(awareAt: EpochMs) {
  return { earlyWarningAt: awareAt + 24 * hourMs, notificationAt: awareAt + 72 * hourMs };
}

/** The same day of the next month, or its last day where it has no such day. */
function oneMonthAfter(at: EpochMs): EpochMs {
  const day = new Date(at).getUTCDate();
  const next = new Date(at);
  next.setUTCDate(1);
  next.setUTCMonth(next.getUTCMonth() + 1);
  const lastDay = new Date(Date.UTC(next.getUTCFullYear(), next.getUTCMonth() + 1, 0)).getUTCDate();
  next.setUTCDate(Math.min(day, lastDay));
  return next.getTime();
}
