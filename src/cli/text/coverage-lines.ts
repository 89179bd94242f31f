import type { Coverage, CoverageLine } from '../../pipeline/consumers/index.ts';
import { columns } from './columns.ts';

const most = 20;

export function coverageLines({ components, covered, percent, otherBuilds, uncovered }: Coverage): readonly string[] {
  return [
    `${covered} of ${components} components are covered: ${percent} %.`,
    ...listed('Covered by name, but another build than the set has now', otherBuilds),
    ...listed('Not covered', uncovered),
  ];
}

function listed(title: string, lines: readonly CoverageLine[]): readonly string[] {
  if (lines.length === 0) return [];
  const shown = lines.slice(0, most);
  return [
    `${title}: ${lines.length}`,
    ...columns(
      shown.map(({ name, version, attr }) => [`  ${name}`, version ?? '', attr === null ? '' : `carried as ${attr}`]),
    ),
    ...(lines.length > most ? [`  and ${lines.length - most} more: --json lists them`] : []),
  ];
}
