import type { CheckOutcome } from '../../app/index.ts';
import { simplifiedVersion } from '../../formats/nix/flake-version.ts';
import { plainText } from '../../platform/log/plain-text.ts';
import { placeIn } from './check-sarif.ts';
import type { CheckVerdict } from './check-verdict.ts';

/** GitHub shows no more of a step. */
const mostAnnotations = 10;

/** Lines that a GitHub workflow shows beside the file, and those that `flake-checker` writes. */
export function annotations(outcome: CheckOutcome, { problems }: CheckVerdict, cwd: string): readonly string[] {
  const file = property(placeIn(cwd, outcome.lock));
  return [
    ...problems.map(({ level, text }) => `${level === 'error' ? 'ERROR' : 'WARNING'}: ${text}`),
    ...problems
      .slice(0, mostAnnotations)
      .map(
        ({ rule, level, input, text, advice }) =>
          `::${level} file=${file},line=${outcome.lines[input] ?? 1},title=${property(`Snowguard: ${rule}`)}::${message(`${text}. ${advice}`)}`,
      ),
  ];
}

// https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
function message(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return message(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

export function stepSummary(outcome: CheckOutcome, { problems }: CheckVerdict): string {
  const title =
    problems.length === 0 ? 'Nothing to do' : `${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}`;
  const moves = outcome.mustAct.flatMap((move) => [
    `#### ${text(`${move.input}: ${simplifiedVersion(move.fromVersion)} to ${simplifiedVersion(move.toVersion)}`)}`,
    '',
    '| vulnerability | severity | package | promised until |',
    '|---|---|---|---|',
    ...move.fixes.map(
      (fix) =>
        `| ${text(fix.advisoryId)} | ${text(fix.band)} | ${text(`${fix.attr} ${fix.fromVersion} to ${fix.toVersion}`)} | ${fix.dueAt === null ? '' : fix.dueAt.slice(0, 10)}${fix.overdue ? ' **overdue**' : ''} |`,
    ),
    '',
    `Run ${code(move.command)}`,
    '',
  ]);
  const others = problems.filter(({ rule }) => rule !== 'missing-fix');
  return [
    `### Snowguard: ${title}`,
    '',
    ...(outcome.notLookedAtSince === null
      ? []
      : [`**Not looked at since ${outcome.notLookedAtSince}**: nothing here counts as safe.`, '']),
    ...moves,
    ...others.map((problem) => `- ${text(problem.text)}. ${text(problem.advice)}`),
    ...(outcome.coverage === null
      ? []
      : ['', `${outcome.coverage.percent} % of ${outcome.coverage.components} components are covered.`]),
    '',
  ].join('\n');
}

/** Names come from a lock that anyone may write. */
function text(value: string): string {
  return plainText(value).replaceAll(/[\\`*_{}[\]()#+!|<>~]/g, String.raw`\$&`);
}

function code(value: string): string {
  return `\`${plainText(value).replaceAll('`', "'")}\``;
}
