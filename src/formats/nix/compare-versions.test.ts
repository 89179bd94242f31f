import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareNixVersions, splitDrvName, splitNixVersion } from './compare-versions.ts';
import { sampleLines } from './testing.ts';

// What Nix 2.26.3 answers.
describe('compareNixVersions', () => {
  test.each([
    ['1.0', '2.3', -1],
    ['2.1', '2.3', -1],
    ['2.3', '2.3', 0],
    ['2.5', '2.3', 1],
    ['3.1', '2.3', 1],
    ['2.3.1', '2.3', 1],
    ['2.3.1', '2.3a', 1],
    ['2.3pre1', '2.3', -1],
    ['2.3pre3', '2.3pre12', -1],
    ['2.3a', '2.3c', -1],
    ['2.3pre1', '2.3c', -1],
    ['2.3pre1', '2.3q', -1],
    ['1.9', '1.10', -1],
    ['007', '7', 0],
    ['1.0', '1-0', 0],
    ['1..2', '1.2', 0],
    ['', '', 0],
    ['', 'pre', 1],
    ['', 'a', -1],
    ['', '0', -1],
    ['153.0', '153.0.0', -1],
    ['3.0.0-rc1', '3.0.0', 1],
    ['1.1.1w', '1.1.1x', -1],
    ['1.0.2zi', '1.0.2zj', -1],
    ['10.2p1', '10.5', -1],
    ['2147483648', '2147483647', -1],
    ['2147483648', '9', -1],
    ['1_2', '1-2', -1],
    ['1.\u{1F600}', '1.\uFFFD', 1],
  ])('%j to %j', (a, b, expected) => {
    expect(compareNixVersions(a, b)).toBe(expected);
    expect(compareNixVersions(b, a)).toBe(0 - expected);
  });

  test('is a total order', () => {
    const version = fc
      .array(fc.constantFrom('1', '2', '10', '007', '2147483648', 'pre', 'a', 'rc', '.', '-', '_'), { maxLength: 5 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        expect(compareNixVersions(a, b)).toBe(0 - compareNixVersions(b, a));
        if (compareNixVersions(a, b) <= 0 && compareNixVersions(b, c) <= 0)
          expect(compareNixVersions(a, c)).toBeLessThanOrEqual(0);
      }),
      { numRuns: 2000 },
    );
  });

  const lines = sampleLines<{ a: string; b: string; expected: number }>('vectors/nix/compare-versions.jsonl.gz');
  test.skipIf(lines === null)('2,273 pairs that Nix compared', () => {
    expect(lines?.length).toBeGreaterThan(2000);
    expect(lines?.filter(({ a, b, expected }) => compareNixVersions(a, b) !== expected)).toEqual([]);
  });
});

describe('splitNixVersion', () => {
  test.each([
    ['2.3-pre.1', ['2', '3', 'pre', '1']],
    ['1.0rc1', ['1', '0', 'rc', '1']],
    ['1_2_3', ['1', '_', '2', '_', '3']],
    ['-', []],
  ])('%s', (version, expected) => expect(splitNixVersion(version)).toEqual(expected));

  const lines = sampleLines<{ input: string; expected: string[] }>('vectors/nix/split-version.jsonl');
  test.skipIf(lines === null)('versions that Nix split', () => {
    expect(lines?.map(({ input }) => splitNixVersion(input))).toEqual(lines?.map(({ expected }) => expected));
  });
});

describe('splitDrvName', () => {
  test.each([
    ['hello', 'hello', ''],
    ['hello-2.12.1', 'hello', '2.12.1'],
    ['gcc-wrapper-14.3.0', 'gcc-wrapper', '14.3.0'],
    ['0-unstable-2024-01-01', '0-unstable', '2024-01-01'],
    ['-1.0', '', '1.0'],
    ['x-', 'x-', ''],
    ['gtk+3-3.24.43', 'gtk+3', '3.24.43'],
  ])('%s', (name, pname, version) => expect(splitDrvName(name)).toEqual({ pname, version }));

  const lines = sampleLines<{ input: string; name: string; version: string }>('vectors/nix/parse-drv-name.jsonl');
  test.skipIf(lines === null)('names that Nix split', () => {
    expect(lines?.map(({ input }) => splitDrvName(input))).toEqual(
      lines?.map(({ name, version }) => ({ pname: name, version })),
    );
  });
});
