import type { CheckOutcome } from '../../app/index.ts';
import { versionStep } from '../../pipeline/releases/index.ts';
import { plainText } from '../../platform/log/plain-text.ts';
import type { CheckVerdict } from './check-verdict.ts';
import { columns } from './columns.ts';
import { coverageLines } from './coverage-lines.ts';

export function checkLines(outcome: CheckOutcome, { problems }: CheckVerdict): readonly string[] {
  return [
    ...(outcome.notLookedAtSince === null || outcome.inputs.length === 0
      ? []
      : [`Not looked at since ${outcome.notLookedAtSince}: nothing here counts as safe.`]),
    ...releaseLines(outcome),
    ...problems
      .filter(({ rule }) => rule !== 'missing-fix' && rule !== 'withdrawn')
      .flatMap(({ text, advice }) => [text, `  ${advice}`]),
    ...(outcome.coverage === null ? [] : coverageLines(outcome.coverage)),
  ];
}

function releaseLines(outcome: CheckOutcome): readonly string[] {
  if (outcome.inputs.length === 0)
    return ['No input of this lock is a Snowguard release. Change one input URL to adopt one.'];
  if (outcome.mustAct.length === 0)
    return outcome.inputs.map(({ input, version, standing, exposures }) =>
      plainText(
        standing === 'unknown'
          ? `${input} ${version}: the server does not know this release.`
          : `${input} ${version}: nothing to do${exposures === 0 ? '' : `; ${exposures} known ${exposures === 1 ? 'vulnerability is' : 'vulnerabilities are'} open in the newest release too`}.`,
      ),
    );
  return outcome.mustAct.flatMap((action) => [
    plainText(
      `${action.input} (${action.flake}) must move from ${action.fromVersion} to ${action.toVersion}${action.yanked ? ': the locked release was withdrawn' : ''}`,
    ),
    ...columns(
      action.fixes.map((fix) => [
        `  ${fix.advisoryId}`,
        fix.band,
        `${fix.attr} ${versionStep(fix)}`,
        fix.dueAt === null ? '' : `${fix.overdue ? 'overdue since' : 'promised until'} ${fix.dueAt.slice(0, 10)}`,
      ]),
    ),
    ...(action.firstChange === null ? [] : [`  ${plainText(action.firstChange)}`]),
    `  Run: ${plainText(action.command)}`,
  ]);
}
