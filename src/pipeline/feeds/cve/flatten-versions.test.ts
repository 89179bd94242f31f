import { expect, test } from 'vitest';
import { readCve } from '../../../formats/cve/read-cve.ts';
import { rangesText } from '../reading/testing.ts';
import { flattenVersions } from './flatten-versions.ts';

type Version = Readonly<Record<string, unknown>>;

function flattened(versions: readonly Version[], more: Readonly<Record<string, unknown>> = {}, assigner = '') {
  const affected = [{ vendor: 'v', product: 'p', versions, ...more }];
  const { cna } = readCve({ cveMetadata: { cveId: 'CVE-2026-1000' }, containers: { cna: { affected } } });
  return cna.affected.flatMap((entry) => flattenVersions(entry, assigner)).map(lineOf);
}

/** One line a part: order, what is affected, what is not, what holds else, why it is no proof. */
function lineOf({
  scheme,
  unaffected,
  otherwise,
  weak,
  versions,
  ...rest
}: ReturnType<typeof flattenVersions>[number]) {
  const good = rangesText({ ranges: unaffected });
  return [
    scheme,
    [...versions, rangesText(rest)].filter((text) => text !== '').join(' '),
    ...(good === '' ? [] : [`not ${good}`]),
    `else ${otherwise}`,
    ...(weak === null ? [] : [weak]),
  ].join('; ');
}

const affected = (version: string, more: Version = {}): Version => ({ version, status: 'affected', ...more });
const unaffected = (version: string, more: Version = {}): Version => ({ version, status: 'unaffected', ...more });
const commit = (sign: string) => sign.repeat(40);

test.each<[string, readonly Version[], Readonly<Record<string, unknown>>, readonly string[]]>([
  ['one version', [affected('1.2')], {}, ['generic; 1.2; else unknown']],
  [
    'bounds',
    [affected('0', { lessThan: '1.61.0' }), affected('2.0', { lessThanOrEqual: '2.3' })],
    { defaultStatus: 'unaffected' },
    ['generic; (-∞, 1.61.0) [2.0, 2.3]; else unaffected'],
  ],
  ['no upper end', [affected('1.0', { lessThan: '*' })], {}, ['generic; [1.0, ∞); else unknown']],
  ['a branch', [affected('6.0.*')], {}, ['generic; [6.0, 6.1); else unknown']],
  ['comparisons', [affected('>= 1.0, < 1.2')], {}, ['generic; [1.0, 1.2); else unknown']],
  [
    'comparisons as bounds',
    [affected('>= 5.0.0', { lessThan: '< 5.1.1' })],
    {},
    ['generic; [5.0.0, 5.1.1); else unknown'],
  ],
  [
    'prose beside bounds weakens only itself',
    [affected('1.0', { lessThan: '1.2' }), affected('0.9 and earlier')],
    { defaultStatus: 'unaffected' },
    [
      'generic; [1.0, 1.2); else unaffected',
      'generic; (-∞, 0.9]; else unknown; the version is written as "0.9 and earlier"',
    ],
  ],
  ['no version at all', [affected('n/a')], {}, ['generic; ; else unknown; no version is given']],
  [
    'before, without a beginning',
    [affected('8.4.0', { lessThan: '8.4.0' })],
    {},
    ['generic; (-∞, 8.4.0); else unknown; it only says before which version'],
  ],
  [
    'older ones are named as unaffected (CVE-2023-38545)',
    [affected('8.4.0', { lessThan: '8.4.0' }), unaffected('7.69.0', { lessThan: '7.69.0' })],
    {},
    ['generic; (-∞, 8.4.0); not (-∞, 7.69.0); else unknown; it only says before which version'],
  ],
  ['a version as both bounds', [affected('7.1', { lessThanOrEqual: '7.1' })], {}, ['generic; 7.1; else unknown']],
  [
    'changes',
    [
      affected('2.0', {
        lessThan: '3.0',
        changes: [
          { at: '2.3', status: 'unaffected' },
          { at: '2.5', status: 'affected' },
        ],
      }),
    ],
    { defaultStatus: 'unaffected' },
    ['generic; [2.0, 2.3) [2.5, 3.0); not [2.3, 2.5); else unaffected'],
  ],
  [
    'a change past the end',
    [affected('n/a', { lessThanOrEqual: '8.7.5', changes: [{ at: '8.7.6', status: 'unaffected' }] })],
    {},
    ['generic; (-∞, 8.7.5]; else unknown'],
  ],
  [
    'a change at the end',
    [affected('10.2.0', { lessThan: '10.2.4', changes: [{ at: '10.2.4', status: 'unaffected' }] })],
    {},
    ['generic; [10.2.0, 10.2.4); else unknown'],
  ],
  [
    'a change without an end',
    [affected('1.0', { changes: [{ at: '1.4', status: 'unaffected' }] })],
    {},
    ['generic; [1.0, 1.4); not [1.4, ∞); else unknown'],
  ],
  [
    'the kernel: affected unless named (CVE-2025-21772)',
    [
      unaffected('6.12.16', { lessThanOrEqual: '6.12.*', versionType: 'semver' }),
      unaffected('6.14', { lessThanOrEqual: '*', versionType: 'original_commit_for_fix' }),
    ],
    { defaultStatus: 'affected' },
    ['semver; ; not [6.12.16, 6.13) [6.14, ∞); else affected'],
  ],
  [
    'commits decide nothing on versions',
    [affected(commit('a'), { lessThan: commit('b'), versionType: 'git' })],
    { defaultStatus: 'affected' },
    [`git; [${commit('a')}, ${commit('b')}); else unknown`],
  ],
  [
    'release numbers that call themselves commits',
    [affected('0', { lessThanOrEqual: '5.7.0', versionType: 'git' })],
    {},
    ['generic; (-∞, 5.7.0]; else unknown'],
  ],
  [
    'commits and numbers',
    [
      affected('0', { lessThan: commit('c'), versionType: 'git' }),
      affected('1', { lessThan: '2', versionType: 'semver' }),
    ],
    {},
    [`git; (-∞, ${commit('c')}); else unknown`, 'semver; [1, 2); else unknown'],
  ],
  ['nothing affected', [unaffected('All')], { defaultStatus: 'unaffected' }, []],
  ['no versions, all affected', [], { defaultStatus: 'affected' }, ['generic; ; else affected']],
])('%s', (_, versions, more, expected) => {
  expect(flattened(versions, more)).toEqual(expected);
});

test('HackerOne: exact ones beside are not what it means by affected (CVE-2024-22017)', () => {
  const twice = (version: string) => ({ lessThanOrEqual: version });
  const versions = [affected('18.18.0', twice('18.18.0')), unaffected('20.4.0', twice('20.4.0'))];
  expect(flattened(versions, {}, 'hackerone')).toEqual([
    'generic; (-∞, 18.18.0]; not [20.4.0, 20.4.0]; else unknown; it only says up to which version',
  ]);
});

test('HackerOne writes the last affected version twice, and means all before it', () => {
  const twice = [
    affected('20.8.0', { lessThanOrEqual: '20.8.0', versionType: 'semver' }),
    unaffected('20.0.0', { lessThan: '20.0.0' }),
  ];
  expect(flattened(twice, {}, 'hackerone')).toEqual([
    'semver; (-∞, 20.8.0]; not (-∞, 20.0.0); else unknown; it only says up to which version',
  ]);
});
