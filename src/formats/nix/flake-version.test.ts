import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareFlakeVersions, type FlakeVersion, parseFlakeVersion, simplifiedVersion } from './flake-version.ts';

const parse = (text: string): FlakeVersion => {
  const version = parseFlakeVersion(text);
  if (version === null) throw new Error(`not a version: ${text}`);
  return version;
};

describe('parseFlakeVersion', () => {
  test('takes the parts apart', () => {
    expect(parse('0.2605.18446744073709551615-rc.1+rev-9f4c')).toEqual({
      major: 0n,
      minor: 2605n,
      patch: 18446744073709551615n,
      prerelease: ['rc', '1'],
    });
  });

  test.each(['1.0.0--', '1.0.0-0a', '1.0.0+001', '1.0.0+-', '0.1.5+rev-a'])('%s is a version', (text) => {
    expect(parseFlakeVersion(text)).not.toBeNull();
  });

  test.each([
    '',
    '1',
    '1.0',
    '1.0.0.0',
    'v1.0.0',
    ' 1.0.0',
    '1.0.0\n',
    '01.0.0',
    '1.00.0',
    '-1.0.0',
    '1.0.0-',
    '1.0.0-01',
    '1.0.0-a..b',
    '1.0.0+',
    '1.0.0+a_b',
    '1.0.0+a..b',
    '1.0.18446744073709551616',
    `1.0.${'9'.repeat(200)}`,
    `1.0.0+${'a'.repeat(300)}`,
    '１.0.0',
  ])('%j is none', (text) => expect(parseFlakeVersion(text)).toBeNull());
});

describe('the order', () => {
  test('of SemVer 2.0 section 11', () => {
    const ascending = [
      '0.1.5',
      '0.1.10',
      '0.2.0',
      '0.2305.1',
      '1.0.0-1',
      '1.0.0-alpha',
      '1.0.0-alpha.1',
      '1.0.0-alpha.beta',
      '1.0.0-beta',
      '1.0.0-beta.2',
      '1.0.0-beta.11',
      '1.0.0-rc.1',
      '1.0.0',
      '18446744073709551614.0.0',
      '18446744073709551615.0.0',
    ].map(parse);
    for (const [i, a] of ascending.entries())
      for (const [j, b] of ascending.entries()) expect(compareFlakeVersions(a, b)).toBe(Math.sign(i - j));
  });

  test('build metadata takes no part', () =>
    expect(compareFlakeVersions(parse('1.0.0+rev-a'), parse('1.0.0+rev-b'))).toBe(0));

  const identifier = fc.oneof(fc.nat(20).map(String), fc.constantFrom('a', 'b', 'rc', '-', '0a', 'A'));
  const version = fc
    .tuple(fc.nat(2), fc.nat(2), fc.nat(2), fc.array(identifier, { maxLength: 3 }))
    .map(([a, b, c, rest]) => parse(`${a}.${b}.${c}${rest.length === 0 ? '' : `-${rest.join('.')}`}`));

  test('is total: opposite when turned around, transitive, equal only for equals', () => {
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        expect(compareFlakeVersions(a, b)).toBe(0 - compareFlakeVersions(b, a));
        if (compareFlakeVersions(a, b) <= 0 && compareFlakeVersions(b, c) <= 0)
          expect(compareFlakeVersions(a, c)).toBeLessThanOrEqual(0);
        if (compareFlakeVersions(a, b) === 0) expect(a).toEqual(b);
      }),
      { numRuns: 2000 },
    );
  });
});

test.each([
  ['0.1.5+rev-a', '0.1.5'],
  ['1.0.0-rc.1+a+b', '1.0.0-rc.1'],
  ['1.0.0', '1.0.0'],
  ['', ''],
])('simplifiedVersion(%j)', (version, expected) => expect(simplifiedVersion(version)).toBe(expected));
