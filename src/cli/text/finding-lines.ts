import type { FindingRow } from '../../http/ports.ts';
import { duration } from '../../http/web/format-time.ts';
import { columns } from './columns.ts';

/** One line a finding: `CVE-2024-3094  xz 5.6.1  critical  open  due in 6 d`. */
export function findingLines(rows: readonly FindingRow[], now: number): readonly string[] {
  if (rows.length === 0) return ['No finding. New ones open as soon as a feed names something that is carried.'];
  return columns(
    rows.map(({ finding, deadlines }) => [
      finding.advisoryId,
      `${finding.attr} ${finding.version}`,
      finding.channel,
      finding.band,
      finding.knownExploited ? 'exploited' : '',
      finding.state.replaceAll('_', ' '),
      [dueText(finding.state, deadlines, now), answerText(deadlines)].filter((text) => text !== '').join(', '),
    ]),
  );
}

function answerText({ response }: FindingRow['deadlines']): string {
  if (response === 'breached') return 'answer overdue';
  return response === 'met_late' ? 'answered late' : '';
}

function dueText(state: string, deadlines: FindingRow['deadlines'], now: number): string {
  switch (deadlines.state) {
    case 'met':
      return 'fixed in time';
    case 'met_late':
      return 'fixed late';
    case 'void':
      return '';
    case 'not_computed':
      return 'no deadline: see "snowguard sla explain"';
    default: {
      const left = deadlines.remediationDueAt - now;
      if (state !== 'open' && state !== 'under_investigation') return '';
      return left < 0 ? `${duration(left)} over` : `due in ${duration(left)}`;
    }
  }
}
