import type { FindingRow } from '../../http/ports.ts';
import { duration } from '../../http/web/format-time.ts';
import { isUnsupported } from '../../pipeline/findings/index.ts';
import { columns } from './columns.ts';

/** One line a finding: `CVE-2024-3094  xz 5.6.1  critical  open  due in 6 d`. */
export function findingLines(rows: readonly FindingRow[], now: number): readonly string[] {
  if (rows.length === 0) return ['No finding. New ones open as soon as a feed names something that is carried.'];
  return columns(
    rows.map(({ finding, deadlines, publishedAs }) => [
      finding.advisoryId,
      `${finding.attr} ${finding.version}`,
      finding.channel,
      finding.band,
      finding.knownExploited ? 'exploited' : '',
      finding.state.replaceAll('_', ' '),
      publishedAs ?? '',
      [dueText({ finding, deadlines }, now), answerText(deadlines)].filter((text) => text !== '').join(', '),
    ]),
  );
}

function answerText({ response }: FindingRow['deadlines']): string {
  if (response === 'breached') return 'answer overdue';
  return response === 'met_late' ? 'answered late' : '';
}

function dueText(row: FindingRow, now: number): string {
  const { deadlines } = row;
  const { state } = row.finding;
  switch (deadlines.state) {
    case 'met':
      return 'fixed in time';
    case 'met_late':
      return 'fixed late';
    case 'void':
      return isUnsupported(row) ? 'line not supported' : '';
    case 'not_computed':
      return 'no deadline: see "snowguard sla explain"';
    default: {
      const left = deadlines.remediationDueAt - now;
      if (state !== 'open' && state !== 'under_investigation') return '';
      return left < 0 ? `${duration(left)} over` : `due in ${duration(left)}`;
    }
  }
}
