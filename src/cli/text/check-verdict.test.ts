import { describe, expect, test } from 'vitest';
import type { CheckOutcome } from '../../app/index.ts';
import { annotations, stepSummary } from './check-github.ts';
import { checkLines } from './check-lines.ts';
import { checkSarif } from './check-sarif.ts';
import { judge } from './check-verdict.ts';

const fix = {
  advisoryId: 'CVE-2026-1',
  band: 'critical',
  attr: 'xz',
  fromVersion: '1.0',
  toVersion: '1.1',
  releasedIn: '0.1.9+rev-a',
  dueAt: '2026-05-01T00:00:00.000Z',
  overdue: true,
};
const move: CheckOutcome['mustAct'][number] = {
  step: 'update',
  consumer: 'this lock',
  input: 'nixpkgs',
  flake: 'acme/secure',
  fromVersion: '0.1.7+rev-a',
  toVersion: '0.1.9+rev-b',
  band: 'critical',
  yanked: false,
  packages: ['xz'],
  advisoryIds: ['CVE-2026-1'],
  command: 'nix flake update nixpkgs',
  firstChange: null,
  fixes: [fix],
};
const fine: CheckOutcome = {
  lock: '/repo/flake.lock',
  answeredBy: 'https://s.example',
  server: 'https://s.example',
  notLookedAtSince: null,
  inputs: [{ input: 'nixpkgs', standing: 'current', version: '0.1.9+rev-b', targetVersion: null, exposures: 0 }],
  mustAct: [],
  nixpkgs: [],
  missingKeys: [],
  issues: [],
  coverage: null,
  lines: { nixpkgs: 3, 'tools/nixpkgs': 17 },
};
const issue = {
  rule: 'second-nixpkgs',
  input: 'tools/nixpkgs',
  message: 'it is a second Nixpkgs',
  advice: 'Follow.',
} as const;
const lax = { keysAreNamed: false, failMode: false };
const status = (given: Partial<CheckOutcome>, options: Partial<typeof lax> = {}) =>
  judge({ ...fine, ...given }, { ...lax, ...options }).status;

describe('the exit status', () => {
  test.each([
    ['nothing', {}, {}, 0],
    ['a missing fix', { mustAct: [move] }, {}, 1],
    ['a withdrawn release', { mustAct: [{ ...move, yanked: true, fixes: [] }] }, {}, 1],
    ['a broken rule', { issues: [issue] }, {}, 0],
    ['a broken rule in fail mode', { issues: [issue] }, { failMode: true }, 1],
    ['a key that was named and is not there', { missingKeys: ['x'] }, { keysAreNamed: true }, 1],
    ['no nixpkgs beside a release of ours', { missingKeys: ['nixpkgs'] }, {}, 0],
    ['no nixpkgs at all', { missingKeys: ['nixpkgs'], inputs: [], answeredBy: null }, {}, 1],
    ['no inputs at all', { missingKeys: ['nixpkgs'], inputs: [], answeredBy: null, lines: {} }, {}, 0],
    ['nobody has looked', { notLookedAtSince: 'never' }, {}, 3],
    ['nobody has looked, at none of ours', { notLookedAtSince: 'never', inputs: [] }, {}, 0],
    ['nobody has looked since it lacked a fix', { notLookedAtSince: 'never', mustAct: [move] }, {}, 1],
  ] as const)('%s', (_, given, options, expected) => {
    expect(status(given, options)).toBe(expected);
  });
});

const outcome = { ...fine, mustAct: [move], issues: [issue] };
const verdict = judge(outcome, lax);

test('as text', () => {
  expect(checkLines(outcome, verdict)).toEqual([
    'nixpkgs (acme/secure) must move from 0.1.7+rev-a to 0.1.9+rev-b',
    '  CVE-2026-1  critical  xz 1.0 to 1.1  overdue since 2026-05-01',
    '  Run: nix flake update nixpkgs',
    'tools/nixpkgs: it is a second Nixpkgs',
    '  Follow.',
  ]);
  expect(checkLines({ ...fine, notLookedAtSince: 'never' }, judge(fine, lax))[0]).toMatch(/^Not looked at since never/);
});

test('as SARIF: what the format and code scanning ask for', () => {
  const { $schema, version, runs } = JSON.parse(checkSarif(outcome, verdict, '/repo'));
  expect([$schema, version, runs.length]).toEqual(['https://json.schemastore.org/sarif-2.1.0.json', '2.1.0', 1]);
  const [{ tool, results, invocations }] = runs;
  expect(invocations).toEqual([{ executionSuccessful: true }]);
  expect(tool.driver.name).toBe('Snowguard');
  expect(tool.driver.rules.map((rule: { readonly id: string }) => rule.id)).toEqual(['missing-fix', 'second-nixpkgs']);
  expect(tool.driver.rules[0].properties).toEqual({ tags: ['security'], 'security-severity': '9.5' });
  for (const result of results) {
    expect(tool.driver.rules[result.ruleIndex].id).toBe(result.ruleId);
    expect(['none', 'note', 'warning', 'error']).toContain(result.level);
    expect(result.message.text).not.toBe('');
    expect(result.locations[0].physicalLocation.artifactLocation.uri).toBe('flake.lock');
  }
  expect(
    results.map(
      (result: { readonly locations: readonly { readonly physicalLocation: { readonly region: unknown } }[] }) =>
        result.locations[0]?.physicalLocation.region,
    ),
  ).toEqual([{ startLine: 3 }, { startLine: 17 }]);
  const prints = results.map((result: { readonly partialFingerprints: object }) =>
    JSON.stringify(result.partialFingerprints),
  );
  expect(new Set(prints).size).toBe(2);
  // The same problem at another release, another day: the same fingerprint.
  const later = judge(
    { ...outcome, mustAct: [{ ...move, fromVersion: '0.1.8+rev-c', fixes: [{ ...fix, overdue: false }] }] },
    lax,
  );
  expect(JSON.parse(checkSarif(outcome, later, '/repo')).runs[0].results[0].partialFingerprints).toEqual(
    results[0].partialFingerprints,
  );
});

test('in a GitHub workflow, where a hostile lock can start no command and no markup', () => {
  const hostile = { ...issue, input: 'a\n::error::b', message: '<img src=x> [x](y) | `z` 100%' };
  const found = { ...fine, issues: [hostile] };
  const lines = annotations(found, judge(found, lax), '/repo');
  expect(lines).toHaveLength(2);
  for (const line of lines) expect(line).not.toContain('\n');
  expect(lines[0]).toMatch(/^WARNING: a ::error::b/);
  expect(lines[1]).toMatch(/^::warning file=flake\.lock,line=1,title=Snowguard%3A second-nixpkgs::.*100%25/);
  const summary = stepSummary(found, judge(found, lax));
  expect(summary).toMatch(/\\<img src=x\\> \\\[x\\\]\\\(y\\\) \\\| /);
  expect(stepSummary(outcome, verdict)).toContain('| CVE-2026-1 | critical | xz 1.0 to 1.1 | 2026-05-01 **overdue** |');
  expect(stepSummary(fine, judge(fine, lax))).toContain('Nothing to do');
});
