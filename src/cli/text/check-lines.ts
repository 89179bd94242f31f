import type { CheckOutcome } from '../../app/index.ts';
import { versionStep } from '../../pipeline/releases/index.ts';
import { plainText } from '../../platform/log/plain-text.ts';
import { columns } from './columns.ts';

export function checkLines(outcome: CheckOutcome): readonly string[] {
  if (outcome.inputs.length === 0)
    return ['No input of this lock is a Snowguard release. Change one input URL to adopt one.'];
  if (outcome.mustAct.length === 0)
    return outcome.inputs.map(({ input, version }) => plainText(`${input} ${version}: nothing to do.`));
  return outcome.mustAct.flatMap((action) => [
    plainText(
      `${action.input} (${action.flake}) must move from ${action.fromVersion} to ${action.toVersion}${action.yanked ? ': the locked release was withdrawn' : ''}`,
    ),
    ...columns(action.fixes.map((fix) => [`  ${fix.advisoryId}`, fix.band, `${fix.attr} ${versionStep(fix)}`])),
    ...(action.firstChange === null ? [] : [`  ${plainText(action.firstChange)}`]),
    `  Run: ${plainText(action.command)}`,
  ]);
}
