import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareFlakeVersions, parseFlakeVersion } from './flake-version.ts';
import { parseRequirement, satisfies } from './requirement.ts';

const versions =
  '0.0.3 0.1.5+rev-a 0.1.10+rev-b 0.2.0 0.10.0 0.2305.1+rev-c 0.888552.257 1.0.0 1.0.1-rc.1 1.0.1 1.2.3-alpha.1 1.2.3 1.10.0 2.0.0-beta'.split(
    ' ',
  );

function isInside(range: string, version: string): boolean {
  const [requirement, parsed] = [parseRequirement(range), parseFlakeVersion(version)];
  if (requirement.kind === 'malformed' || parsed === null) throw new Error(`${range} or ${version} is malformed`);
  return satisfies(requirement, parsed);
}

const zeros = '0.0.3 0.1.5 0.1.10 0.2.0 0.10.0 0.2305.1 0.888552.257';
const ones = '1.0.0 1.0.1 1.2.3 1.10.0';

// What the Rust crate `semver` 1.0.23 answers, which `cargo` and `fh` use.
describe('the versions inside a range', () => {
  test.each([
    ['0', '^0', '~0', '=0', '0.*', '0.x', '0.X', '0.*.*', '<1', '<1.0', '<1.0.0', zeros],
    ['0.0', '0.0.*', '0.0.3', '^0.0.3', '~0.0.3', '0.0.3'],
    ['0.1', '^0.1', '~0.1', '=0.1', '0.1.0', '0.1.*', '0.1.x', '0.1.5+rev-b', ' 0.1 ', '0.1.5 0.1.10'],
    ['0.1.6', '^0.1.6', '~0.1.6', '0.1.10'],
    ['=0.1.5', '=0.1.5+rev-zzz', '0.1.5'],
    ['0.2305', '0.2305.*', '~0.2305', '0.2305.1'],
    ['1', '1.0', '1.*', '~1', '~1.*', '=1', '=1.*', '>=1', '>=1.*', '>= 1', '>=1,<2', ones],
    ['~1.0', '=1.0', '1.0.*', '=  1.0', '1.0.0 1.0.1'],
    ['1.2', '1.2.3', '1.2.3 1.10.0'],
    ['~1.2.3', '~1.2', '1.2.3'],
    ['>1', '>1.*', '> 1', '>=2', '9', ''],
    ['>1.0', '1.2.3 1.10.0'],
    ['>1.0.0', '1.0.1 1.2.3 1.10.0'],
    ['<=1', `${zeros} ${ones}`],
    ['<=1.0', `${zeros} 1.0.0 1.0.1`],
    ['<=1.2', `${zeros} 1.0.0 1.0.1 1.2.3`],
    ['>0.1', `0.2.0 0.10.0 0.2305.1 0.888552.257 ${ones}`],
    ['>=0.1', `0.1.5 0.1.10 0.2.0 0.10.0 0.2305.1 0.888552.257 ${ones}`],
    ['>0.1,<0.3', '>0.1 , <0.3', '0.2.0'],
    ['*', 'x', 'X', ' * ', '<2.0.0', `${zeros} ${ones}`],
    ['1.0.1-rc.0', '^1.0.1-rc.1', '>1.0.1-rc.0', '1.0.1-rc.1 1.0.1 1.2.3 1.10.0'],
    ['~1.0.1-rc.1', '1.0.1-rc.1 1.0.1'],
    ['=1.2.3-alpha.1', '1.2.3-alpha.1'],
    ['>=1.2.3-alpha', '1.2.3-alpha.1 1.2.3 1.10.0'],
    ['2.0.0-beta', '2.0.0-beta'],
    ['<2.0.0-zzz', `${zeros} ${ones} 2.0.0-beta`],
    // A bound that leaves parts open excludes pre-releases, whatever its neighbour names; `^1` alone does not.
    ['>=1,>=1.0.1-rc.0', '=1,>=1.0.1-rc.0', '~1,>=1.0.1-rc.0', '1.0.1 1.2.3 1.10.0'],
    ['^1,>=1.0.1-rc.0', '1.0.1-rc.1 1.0.1 1.2.3 1.10.0'],
    ['18446744073709551615', '>=18446744073709551615.0.0', ''],
  ])('%s', (...row) => {
    const expected = row.at(-1) ?? '';
    for (const range of row.slice(0, -1)) {
      const found = versions.filter((version) => isInside(range, version)).map((version) => version.split('+')[0]);
      expect([range, found.join(' ')]).toEqual([range, expected]);
    }
  });
});

describe('what is no range', () => {
  test.each([
    ...['', ' ', ',', '0.1,', ',0.1', 'v0.1', 'V0.1', '01', '0.01', '0.1.05', '0.1.5.6', '0 .1', '0.1 0.2'],
    ...['>=0.1 <0.3', '0.1 - 0.3', '0.1 || 0.2', 'latest', '==1', '~>1.0', '~=1', '!=1', '>=*', '^*', '=*', '*.*'],
    ...[
      '*.1',
      '*,0.1',
      '0.1,*',
      '1.x.3',
      '1.*.3',
      '1.0.*-rc',
      '1-rc',
      '1.0-rc.1',
      '1+m',
      '1.0+m',
      '1.0.0-',
      '1.0.0-01',
    ],
    ...['1.0.0-a..b', '1.0.0+a_b', '1.', '.1', '1..2', '>', '\t1', '1\n', '1\u00a0', '-1', '+1', '１'],
    ...['18446744073709551616', '0.18446744073709551616', '0.0.18446744073709551616', '9'.repeat(3000)],
    Array.from({ length: 33 }, () => '>0').join(','),
    `${' '.repeat(4096)}1`,
  ])('%j', (text) => {
    const { kind, ...rest } = parseRequirement(text);
    expect(kind).toBe('malformed');
    expect(rest).toEqual({ reason: expect.stringMatching(/^\P{Cc}{10,190}$/u) });
  });

  test('32 comparators are still one', () =>
    expect(isInside(Array.from({ length: 32 }, () => '>=0').join(','), '0.1.5')).toBe(true));

  test('any text ends, quickly', () => {
    const piece = fc.constantFrom(' ', '*', 'x', '.', ',', '>=', '^', '0', '1', '-', '+', 'rc', '\n');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        expect(['requirement', 'malformed']).toContain(parseRequirement(pieces.join('')).kind);
      }),
    );
    const started = performance.now();
    for (const text of [' '.repeat(4096), `${' '.repeat(4000)}!`, `1${' '.repeat(4000)}!`, '1'.repeat(4096)])
      parseRequirement(text);
    expect(performance.now() - started).toBeLessThan(200);
  });
});

describe('ranges and the order of versions agree', () => {
  const number = fc.nat(3);
  const text = fc.tuple(number, number, number).map((parts) => parts.join('.'));
  const order = (a: string, b: string) => {
    const [left, right] = [parseFlakeVersion(a), parseFlakeVersion(b)];
    return left === null || right === null ? Number.NaN : compareFlakeVersions(left, right);
  };

  test('on final versions', () => {
    fc.assert(
      fc.property(text, text, (bound, version) => {
        const sign = order(version, bound);
        expect(isInside(`>=${bound}`, version)).toBe(sign >= 0);
        expect(isInside(`<${bound}`, version)).toBe(sign < 0);
        expect(isInside(`>${bound}`, version)).toBe(sign > 0);
        expect(isInside(`<=${bound}`, version)).toBe(sign <= 0);
        expect(isInside(`=${bound}`, version)).toBe(sign === 0);
        for (const operator of ['^', '~'])
          if (isInside(`${operator}${bound}`, version)) expect(sign).toBeGreaterThanOrEqual(0);
        if (isInside(`~${bound}`, version) && !bound.startsWith('0.'))
          expect(isInside(`^${bound}`, version)).toBe(true);
        expect(isInside(bound, version)).toBe(isInside(`^ ${bound}+rev-x`, version));
      }),
      { numRuns: 2000 },
    );
  });
});
