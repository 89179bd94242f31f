import type { CoverageAnswer } from '../../app/index.ts';
import type { Coverage, CoverageLine } from '../../pipeline/consumers/index.ts';
import { plainText } from '../../platform/log/plain-text.ts';
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

export function coverageAnswerLines(answer: CoverageAnswer): readonly string[] {
  if (answer.kind === 'components') return coverageLines(answer.coverage);
  if (answer.inputs.length === 0) return ['No input of this lock is a Nixpkgs.'];
  return [
    ...answer.inputs.map(({ input, release, covered, packages }) =>
      plainText(
        release === null
          ? `${input}: a Nixpkgs of which nothing is covered. "snowguard convert" points it to the set.`
          : `${input}: ${release}; ${covered} of the ${packages ?? 0} packages looked at are covered.`,
      ),
    ),
    'A lock does not tell what is built of it. For that: snowguard coverage .#default',
  ];
}
