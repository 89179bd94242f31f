import { expect, test } from 'vitest';
import { npmRangesOf } from './ranges-of.ts';

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
