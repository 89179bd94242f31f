import type { LateMatch } from '../../app/index.ts';
import { toIso } from '../../foundation/clock.ts';
import type { CaseRead } from '../../http/index.ts';
import { estimateWords, scoreWords } from '../../http/web/forecast-words.ts';
import { duration } from '../../http/web/format-time.ts';
import type { Attainment, Outlook, SlaPage, Spread } from '../../pipeline/findings/index.ts';
import { plainText } from '../../platform/log/plain-text.ts';
import { columns } from './columns.ts';

export function caseLines({ finding, policy, clocks, flags, steps }: CaseRead): readonly string[] {
  const instant = (at: number | null) => (at === null ? '–' : toIso(at));
  return [
    `${finding.advisoryId} in ${finding.attr} of ${finding.channel}: finding ${finding.id}, ${finding.state.replaceAll('_', ' ')}, policy ${policy}`,
    ...(flags.length === 0 ? [] : [`marked: ${flags.map((flag) => flag.replaceAll('_', ' ')).join(', ')}`]),
    '',
    'Clocks',
    ...columns([
      ['', 'clock', 'of', 'start', 'due', 'stop', 'state', 'because'],
      ...clocks.map((clock) => [
        '',
        clock.name,
        clock.of ?? '',
        instant(clock.startAt),
        instant(clock.dueAt),
        instant(clock.stoppedAt),
        clock.state.replaceAll('_', ' '),
        clock.because,
      ]),
    ]),
    '',
    'What happened, in the order in which it took effect',
    ...steps.map(({ at, text, remediationDueAt }) =>
      plainText(`  ${toIso(at)}  ${text}${remediationDueAt === null ? '' : ` Fix due ${toIso(remediationDueAt)}.`}`),
    ),
  ];
}

export function attainmentLines({ rows, misses }: Attainment): readonly string[] {
  if (rows.length === 0) return ['Nothing was promised yet: no finding has a clock.'];
  return [
    ...columns([
      ['month', 'line', 'severity', 'answered', 'fixed', 'near', 'median', 'p90', 'p95', 'exposure', 'adopted in'],
      ...rows.map((row) => [
        row.month,
        row.channel ?? 'all',
        row.band,
        share(row.response.inTime, row.response.missed),
        share(row.remediation.inTime, row.remediation.missed),
        String(row.remediation.nearMisses),
        ...spreadCells(row.intervals.fix),
        duration(row.exposureMs),
        row.adoption.medianMs === null ? '–' : duration(row.adoption.medianMs),
      ]),
    ]),
    '',
    ...rows
      .filter(({ revised }) => revised > 0)
      .map(({ month, band, revised }) => `${month}, ${band}: revised, ${revised} that counted as fixed did not hold.`),
    ...(misses.length === 0 ? ['No promise was broken.'] : ['Broken promises', ...missLines(misses)]),
  ];
}

function missLines(misses: Attainment['misses']): readonly string[] {
  return columns(
    misses.map(({ name, clock, dueAt, stoppedAt }) => [
      '',
      name.advisoryId,
      name.attr,
      name.channel,
      clock,
      `due ${toIso(dueAt)}`,
      stoppedAt === null ? 'open' : `${duration(stoppedAt - dueAt)} late`,
    ]),
  );
}

function share(kept: number, missed: number): string {
  return kept + missed === 0 ? '–' : `${kept} of ${kept + missed}`;
}

function spreadCells({ medianMs, p90Ms, p95Ms }: Spread): readonly string[] {
  return [medianMs, p90Ms, p95Ms].map((ms) => (ms === null ? '–' : duration(ms)));
}

export function forecastLines({ items, scores }: Outlook): readonly string[] {
  const scored = scores.slice(0, 3).map(scoreWords);
  if (items.length === 0) return ['Nothing is due in the next seven days.', ...scored];
  const lines = columns(
    items.map(({ name, band, fixKind, dueAt, stages, verdict }) => [
      verdict,
      name.advisoryId,
      name.attr,
      name.channel,
      band,
      `due ${toIso(dueAt)}`,
      stages.map((one) => estimateWords(one, fixKind)).join('; '),
    ]),
  );
  return [...lines, ...scored];
}

export function lateMatchLines(late: readonly LateMatch[]): readonly string[] {
  if (late.length === 0) return ['Nothing was matched later than the policy allows.'];
  return columns(
    late.map(({ finding, advisoryId, attr, channel, version, matchedAt, lateMs, by, line }) => [
      finding,
      advisoryId,
      `${attr} ${version}`,
      channel,
      `matched ${toIso(matchedAt)}`,
      `${duration(lateMs)} after it was public`,
      `by ${by.join(', ') || 'nothing that is known now'}${line === null ? ', through a mapping of the team' : ''}`,
    ]),
  );
}

export function pageLines(pages: readonly SlaPage[]): readonly string[] {
  if (pages.length === 0) return ['Nobody was called about a clock.'];
  return columns(
    pages.map((page) => [
      page.id,
      page.acknowledgedBy === null ? 'waits' : `taken by ${page.acknowledgedBy}`,
      page.person ?? 'nobody named',
      page.advisoryId,
      page.attr,
      page.channel,
      `${page.clock} ${page.reason}`,
      `called ${toIso(page.askedAt)}`,
    ]),
  );
}
