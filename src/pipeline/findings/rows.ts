import type { Selectable } from 'kysely';
import type { SeverityBand } from '../advisories/index.ts';
import type { AdvisorySay } from './advisory-say.ts';
import { type ClockInstants, deadlinesOf, instantsOf } from './deadlines.ts';
import type { Deadlines, Finding, FindingState } from './model.ts';
import { isLive } from './next-state.ts';
import type { SlaPolicy } from './policy.ts';
import { ratedScore } from './sla/apply-rating.ts';
import type { CaseTimeline } from './sla/timeline.ts';
import type { FindingsTables } from './tables.ts';

export type FindingRow = Selectable<FindingsTables['finding']>;

/** A finding with its clocks as they stand now. */
export interface ClockedFinding {
  readonly finding: Finding;
  readonly deadlines: Deadlines;
}

/** It became public after the support of its line had ended: it is told, and no fix is promised (SLA-33). */
export function isUnsupported({ finding, deadlines }: ClockedFinding): boolean {
  return deadlines.state === 'void' && isLive(finding.state);
}

/** Sorts after every deadline: its clock does not run. */
export const never = 8_640_000_000_000_000;

export function clockedOf(row: FindingRow, now: number): ClockedFinding {
  return { finding: findingOf(row), deadlines: deadlinesOf(instantsOfRow(row), now) };
}

export function findingOf(row: FindingRow): Finding {
  return {
    id: String(row.id),
    advisoryId: row.advisory_id,
    attr: row.attr,
    channel: row.channel,
    version: row.version,
    state: row.state as FindingState,
    band: row.band as SeverityBand,
    score: row.score_tenths === null ? null : row.score_tenths / 10,
    knownExploited: row.known_exploited === 1,
    epss: row.epss_millionths === null ? null : row.epss_millionths / 1_000_000,
    disclosedAt: row.disclosed_at,
    openedAt: row.opened_at,
    fixedAt: row.fixed_at,
    fixedVersion: row.fixed_version,
    releasedAt: row.released_at,
    risk: row.risk_hundredths / 100,
    explanation: row.explanation,
  };
}

/** The columns that follow from the facts alone. */
export function clockColumns(timeline: CaseTimeline) {
  const { startAt, responseDueAt, respondedAt, responseBreachedAt, remediationDueAt, stoppedAt, breachedAt, voidAt } =
    instantsOf(timeline);
  return {
    band: timeline.flags.has('provisional') && timeline.band !== 'critical' ? 'unknown' : timeline.band,
    disclosed_at: timeline.start.firstPublic,
    start_at: startAt,
    response_due_at: responseDueAt,
    responded_at: respondedAt,
    response_breached_at: responseBreachedAt,
    remediation_due_at: remediationDueAt,
    stopped_at: stoppedAt,
    breached_at: breachedAt,
    void_at: voidAt,
    breach_at: stoppedAt === null && voidAt === null ? remediationDueAt : never,
  };
}

/** The columns that follow from what the advisory says. */
export function sayColumns(say: AdvisorySay, { severity }: SlaPolicy) {
  const score = ratedScore(new Map(say.scores.map((rated) => [rated.rater, rated.score])), severity);
  return {
    score_tenths: score === null ? null : Math.round(score * 10),
    known_exploited: say.knownExploitedSince === null ? 0 : 1,
    epss_millionths: say.epss === null ? null : Math.round(say.epss * 1_000_000),
    risk_hundredths: Math.round(say.risk * 100),
    advisory_say: JSON.stringify(say),
  };
}

function instantsOfRow(row: FindingRow): ClockInstants {
  return {
    startAt: row.start_at,
    responseDueAt: row.response_due_at,
    respondedAt: row.responded_at,
    responseBreachedAt: row.response_breached_at,
    remediationDueAt: row.remediation_due_at,
    stoppedAt: row.stopped_at,
    breachedAt: row.breached_at,
    voidAt: row.void_at,
    isLikelyLate: row.likely_late_since !== null,
  };
}
