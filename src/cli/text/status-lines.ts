import { simplifiedVersion } from '../../formats/nix/flake-version.ts';
import type { Overview } from '../../http/ports.ts';
import { ago, counted, duration, promised } from '../../http/web/format-time.ts';
import { columns } from './columns.ts';
import { findingLines } from './finding-lines.ts';

export function statusLines(overview: Overview, now: number): readonly string[] {
  const { latestRelease } = overview;
  return [
    ...columns([
      ['severity', 'fix in', 'open', 'next breach', 'breached', 'kept', 'late'],
      ...overview.promise.map((line) => [
        line.band,
        promised(line.remediationMs),
        String(line.open),
        line.nextDueAt === null
          ? '-'
          : line.nextDueAt < now
            ? `${duration(now - line.nextDueAt)} over`
            : `in ${duration(line.nextDueAt - now)}`,
        String(line.breached),
        String(line.met),
        String(line.metLate),
      ]),
    ]),
    '',
    'Breaching next:',
    ...findingLines(overview.urgent, now).map((line) => `  ${line}`),
    '',
    latestRelease === null
      ? 'No release yet.'
      : `Newest release ${simplifiedVersion(latestRelease.version)}, ${ago(latestRelease.publishedAt, now)}.`,
    `${counted(overview.coveredPackages, 'package')} covered, ${counted(overview.advisories, 'advisory', 'advisories')}, ${counted(overview.mustAct, 'locked input')} that must be updated.`,
    ...overview.feeds
      .filter((feed) => feed.state !== 'ok')
      .map((feed) => `Feed ${feed.id}: ${feed.message ?? (feed.state === 'never' ? 'not read yet' : feed.state)}`),
  ];
}
