import type { CheckOutcome } from '../../app/index.ts';
import { simplifiedVersion } from '../../formats/nix/flake-version.ts';
import { versionStep } from '../../pipeline/releases/index.ts';
import { plainText } from '../../platform/log/plain-text.ts';
import { exitCodes } from '../exit-codes.ts';

export const checkRules = {
  'missing-fix': 'A fix is released that the locked release lacks',
  withdrawn: 'The locked release was withdrawn',
  ended: 'Build on a line that is supported',
  supported: 'Follow a branch that Nixpkgs supports',
  outdated: 'No Nixpkgs older than 30 days',
  owner: 'Nixpkgs from NixOS, or from a set that is kept free of known vulnerabilities',
  condition: 'The condition of your own',
  'second-nixpkgs': 'One Nixpkgs a flake',
  'missing-key': 'An input under each name that is a Nixpkgs',
} as const;
export type CheckRule = keyof typeof checkRules;

export interface Problem {
  readonly rule: CheckRule;
  readonly level: 'error' | 'warning';
  readonly input: string;
  readonly text: string;
  readonly advice: string;
  /** Of a vulnerability, else null. */
  readonly band: string | null;
  /** What makes two problems the same from run to run. */
  readonly key: string;
}

export interface CheckVerdict {
  readonly problems: readonly Problem[];
  readonly status: number;
}

/** What of an outcome is a problem, how serious, and what the shell is told. */
export function judge(
  outcome: CheckOutcome,
  given: { readonly keysAreNamed: boolean; readonly failMode: boolean },
): CheckVerdict {
  const level = given.failMode ? 'error' : 'warning';
  const must = outcome.mustAct.flatMap((move) => problemsOf(move));
  const rules = outcome.issues.map(
    ({ rule, input, message, advice }): Problem => ({
      rule,
      level,
      input,
      text: plainText(`${input}: ${message}`),
      advice: plainText(advice),
      band: null,
      key: `${rule} ${input}`,
    }),
  );
  // A lock without inputs is a lock; one of ours may have any name.
  const isMissing = outcome.missingKeys.length > 0 && (given.keysAreNamed || !hasOther(outcome));
  const keys = isMissing ? [missingKey(outcome.missingKeys)] : [];
  const isNegative = must.length > 0 || isMissing || (given.failMode && rules.length > 0);
  const isUnknown = outcome.notLookedAtSince !== null && outcome.inputs.length > 0;
  return {
    problems: [...must, ...keys, ...rules],
    status: isNegative ? exitCodes.negative : isUnknown ? exitCodes.failed : exitCodes.ok,
  };
}

function hasOther({ inputs, nixpkgs, lines, answeredBy }: CheckOutcome): boolean {
  return inputs.length > 0 || nixpkgs.length > 0 || answeredBy !== null || Object.keys(lines).length === 0;
}

function problemsOf(move: CheckOutcome['mustAct'][number]): readonly Problem[] {
  const advice = [move.firstChange, `Run: ${move.command}`].flatMap((part) => part ?? []).join(' ');
  const common = { level: 'error' as const, input: move.input, advice: plainText(advice) };
  return [
    ...(move.yanked
      ? [
          {
            ...common,
            rule: 'withdrawn' as const,
            text: plainText(
              `${move.input}: release ${move.fromVersion} was withdrawn; ${move.toVersion} is to be used`,
            ),
            band: null,
            key: `withdrawn ${move.input} ${move.fromVersion}`,
          },
        ]
      : []),
    ...move.fixes.map((fix) => ({
      ...common,
      rule: 'missing-fix' as const,
      text: plainText(
        `${move.input}: ${fix.advisoryId} (${fix.band}${fix.overdue ? ', overdue' : ''}) in ${fix.attr}: ${versionStep(fix)}, released in ${simplifiedVersion(fix.releasedIn)}`,
      ),
      band: fix.band,
      key: `missing-fix ${move.input} ${fix.advisoryId} ${fix.attr}`,
    })),
  ];
}

function missingKey(keys: readonly string[]): Problem {
  const names = plainText(keys.join(', '));
  return {
    rule: 'missing-key',
    level: 'error',
    input: '',
    text: `invalid flake.lock: no nixpkgs dependency found for specified key(s): ${names}`,
    advice: 'Name the inputs that are a Nixpkgs: --nixpkgs-keys NAME,NAME',
    band: null,
    key: `missing-key ${names}`,
  };
}
