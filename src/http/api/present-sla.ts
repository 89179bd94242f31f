import { isoOrNull, toIso } from '../../foundation/clock.ts';
import type { Attainment, Outlook, SlaPage, Spread } from '../../pipeline/findings/index.ts';
import type { CaseRead } from '../sla-ports.ts';

/** A case as JSON: instants in ISO 8601, UTC. */
export function presentCase({ finding, policy, clocks, flags, steps, facts }: CaseRead) {
  const { id, advisoryId, attr, channel, state, band } = finding;
  return {
    id,
    advisoryId,
    attr,
    channel,
    state,
    band,
    policy,
    flags,
    clocks: clocks.map((clock) => ({
      ...clock,
      startAt: isoOrNull(clock.startAt),
      dueAt: isoOrNull(clock.dueAt),
      stoppedAt: isoOrNull(clock.stoppedAt),
    })),
    steps: steps.map((step) => ({
      at: toIso(step.at),
      text: step.text,
      responseDueAt: isoOrNull(step.responseDueAt),
      remediationDueAt: isoOrNull(step.remediationDueAt),
    })),
    facts: facts.map((fact) => ({ ...fact, at: toIso(fact.at), recordedAt: toIso(fact.recordedAt) })),
  };
}

/** Durations in milliseconds. */
export function presentAttainment({ asOf, rows, misses }: Attainment) {
  return {
    asOf: toIso(asOf),
    rows,
    misses: misses.map(({ name, dueAt, stoppedAt, ...miss }) => ({
      ...name,
      ...miss,
      dueAt: toIso(dueAt),
      stoppedAt: isoOrNull(stoppedAt),
    })),
  };
}

export function presentForecast({ items, scores }: Outlook) {
  return {
    items: items.map(({ name, dueAt, doneBy, stages, ...forecast }) => ({
      ...name,
      ...forecast,
      dueAt: toIso(dueAt),
      doneBy: isoOrNull(doneBy),
      stages: stages.map((stage) => ({ ...stage, doneBy: isoOrNull(stage.doneBy) })),
    })),
    scores,
  };
}

export function presentPage(page: SlaPage) {
  return {
    ...page,
    openedAt: toIso(page.openedAt),
    askedAt: toIso(page.askedAt),
    // Far away once the last in line was called.
    answerBy: page.answerBy > page.askedAt + yearMs ? null : toIso(page.answerBy),
    acknowledgedAt: isoOrNull(page.acknowledgedAt),
  };
}

const yearMs = 366 * 86_400_000;

/** One line a month, line and severity; durations in hours. */
export function attainmentCsv({ rows }: Pick<Attainment, 'rows'>): string {
  const hours = (ms: number | null) => (ms === null ? '' : (ms / 3_600_000).toFixed(2));
  const spread = ({ count, open, medianMs, p90Ms, p95Ms }: Spread) =>
    [count, open, hours(medianMs), hours(p90Ms), hours(p95Ms)].map(String);
  const lines = rows.map((row) => [
    row.month,
    row.channel ?? '',
    row.band,
    ...[row.response, row.remediation].flatMap(({ inTime, missed, nearMisses }) => [inTime, missed, nearMisses]),
    row.started,
    row.lateDetections,
    row.rerated,
    row.revised,
    row.paused.cases,
    hours(row.paused.ms),
    (row.exposureMs / 86_400_000).toFixed(2),
    ...intervals.flatMap((name) => spread(row.intervals[name])),
    ...spread(row.adoption),
  ]);
  return [csvHead, ...lines].map((line) => `${line.map((cell) => csvCell(String(cell))).join(',')}\r\n`).join('');
}

const intervals = ['detect', 'answer', 'fix', 'fixFromMatch', 'fixFromUpstream'] as const;
const csvHead = [
  'month,line,severity,response_in_time,response_missed,response_near_misses',
  'remediation_in_time,remediation_missed,remediation_near_misses',
  'started,late_detections,rerated,revised,paused_cases,paused_hours,exposure_days',
  ...[...intervals, 'adoption'].map((name) =>
    ['count', 'open', 'median_hours', 'p90_hours', 'p95_hours'].map((what) => `${name}_${what}`).join(','),
  ),
].flatMap((part) => part.split(','));

/** Quoted where it must be; a cell that a spreadsheet would run as a formula is text. */
function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
