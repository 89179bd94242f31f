import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type NpmRange, npmRangesOf } from './ranges-of.ts';

const vectors = '../shared/data/vectors/vers/npm_range_from_native_test.json';
const present = existsSync(vectors);
if (!present) console.info(`not compared with the public ranges of npm: ${vectors} is not here`);

// The examples of https://github.com/npm/node-semver#ranges.
test.each([
  ['>=1.2.7 <1.3.0', '>=1.2.7 <1.3.0'],
  ['1.2.7 || >=1.2.9 <2.0.0', '>=1.2.7 <=1.2.7 | >=1.2.9 <2.0.0'],
  ['1.2.3 - 2.3.4', '>=1.2.3 <=2.3.4'],
  ['1.2 - 2.3', '>=1.2.0 <2.4.0'],
  ['*', ''],
  ['', ''],
  ['1.x', '>=1.0.0 <2.0.0'],
  ['1.2.*', '>=1.2.0 <1.3.0'],
  ['1', '>=1.0.0 <2.0.0'],
  ['~1.2.3', '>=1.2.3 <1.3.0'],
  ['~1.2', '>=1.2.0 <1.3.0'],
  ['~1', '>=1.0.0 <2.0.0'],
  ['~1.2.3-beta.2', '>=1.2.3-beta.2 <1.3.0'],
  ['^1.2.3', '>=1.2.3 <2.0.0'],
  ['^0.2.3', '>=0.2.3 <0.3.0'],
  ['^0.0.3', '>=0.0.3 <0.0.4'],
  ['^1.2.x', '>=1.2.0 <2.0.0'],
  ['^0.0.x', '>=0.0.0 <0.1.0'],
  ['^0.x', '>=0.0.0 <1.0.0'],
  ['> 1.2', '>=1.3.0'],
  ['<= 10', '<11.0.0'],
  ['>v1.0.0+build', '>1.0.0'],
])('%s', (text, expected) => {
  const written = npmRangesOf(text)?.map(({ lo, loInclusive, hi, hiInclusive }) =>
    [lo === null ? '' : `>${loInclusive ? '=' : ''}${lo}`, hi === null ? '' : `<${hiInclusive ? '=' : ''}${hi}`]
      .join(' ')
      .trim(),
  );
  expect(written?.join(' | ')).toBe(expected);
});

test.each(['latest', '>=', '1.2.3.4', '>x', '1.2.3 || beta', '9'.repeat(3000)])('%s cannot be read', (text) => {
  expect(npmRangesOf(text)).toBeNull();
});

/** As a version range specifier writes it, but that it puts the bounds in order. */
function boundsOf({ lo, loInclusive, hi, hiInclusive }: NpmRange): readonly string[] {
  if (lo === hi) return [lo ?? '*'];
  return [
    ...(lo === null ? [] : [`>${loInclusive ? '=' : ''}${lo}`]),
    ...(hi === null ? [] : [`<${hiInclusive ? '=' : ''}${hi}`]),
  ];
}

test.runIf(present)('the public ranges of npm: all that they read as npm does', () => {
  const { tests } = JSON.parse(readFileSync(vectors, 'utf8')) as {
    readonly tests: readonly { readonly input: { readonly native_range: string }; readonly expected_output: string }[];
  };
  const wrong = tests.filter(({ input, expected_output }) => {
    const expected = expected_output.replace('vers:npm/', '').split('|').sort();
    const own = npmRangesOf(input.native_range)?.flatMap(boundsOf).sort();
    return own?.join('|') !== expected.join('|');
  });
  expect(tests.length).toBeGreaterThan(1);
  // To npm the part that a version lacks is any, and a tilde goes on to the next minor version.
  expect(wrong.map(({ input }) => input.native_range)).toEqual([
    '>= 0.2.0 <= 0.9.6 || ~0.8.0-pre',
    '>= 1.x',
    '2.1 || 2.6',
    '<=2.1 >=1.1',
  ]);
});
