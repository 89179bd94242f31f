import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { type ComparableScheme, compareVersions } from './index.ts';
import { compareLibversion, type LibversionFlags, libversionKey } from './libversion.ts';

const folder = '../shared/data/vectors';
const present = existsSync(folder);
if (!present) console.info(`not compared with the public version orders: ${folder} is not here`);

const schemes: Readonly<Record<string, ComparableScheme>> = {
  alpine: 'apk',
  cran: 'cran',
  debian: 'dpkg',
  hackage: 'hackage',
  maven: 'maven',
  nuget: 'nuget',
  packagist: 'packagist',
  pub: 'pub',
  pypi: 'pep440',
  redhat: 'rpm',
  rubygems: 'rubygems',
  semver: 'semver',
};
const signs: Readonly<Record<string, number>> = { '<': -1, '=': 0, '>': 1 };

describe.runIf(present)('the public version orders', () => {
  test.each(Object.entries(schemes))('%s: 99.5 %% of its pairs', (name, scheme) => {
    const pairs = readdirSync(path.join(folder, 'order'))
      .filter((file) => file.startsWith(`${name}-versions`))
      .flatMap((file) => read(path.join('order', file)).split('\n'))
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => line.split(' '));
    const wrong = pairs.filter(
      ([a = '', sign = '', b = '']) => Math.sign(compareVersions(scheme, a, b) ?? Number.NaN) !== signs[sign],
    );
    expect(pairs.length).toBeGreaterThan(1);
    expect(1 - wrong.length / pairs.length, JSON.stringify(wrong.slice(0, 9))).toBeGreaterThanOrEqual(0.995);
  });

  test('libversion: all but one', () => {
    const wrong = lines('order/libversion.jsonl').filter(
      (line) =>
        compareLibversion(
          libversionKey(String(line.a), flagsOf(line.flagsA)),
          libversionKey(String(line.b), flagsOf(line.flagsB)),
        ) !== line.expected,
    );
    // Its algorithm text and its program both put 1.0a behind 1.0.1; only this line says otherwise.
    expect(wrong.map(({ a, b }) => [a, b])).toEqual([['1.0a', '1.0.1']]);
  });

  test('rpm: all', () => {
    const wrong = lines('order/rpm.jsonl').filter(
      (line) => compareVersions('rpm', String(line.a), String(line.b)) !== line.expected,
    );
    expect(wrong).toEqual([]);
  });

  test('jvm, gem and maven of a scanner: all', () => {
    const formats: Readonly<Record<string, ComparableScheme>> = { jvm: 'java', gem: 'rubygems', maven: 'maven' };
    const wrong = lines('order/grype.jsonl').filter(({ format, a, b, expected }) => {
      const scheme = formats[String(format)];
      return scheme !== undefined && compareVersions(scheme, String(a), String(b)) !== expected;
    });
    expect(wrong).toEqual([]);
  });

  test.each([
    ['alpine', 'apk', 1],
    ['maven', 'maven', 0.99],
    ['nuget', 'nuget', 1],
    ['openssl', 'openssl', 1],
  ] as const)('vers %s', (name, scheme, share) => {
    const { tests } = JSON.parse(read(`vers/${name}_version_cmp_test.json`)) as {
      tests: { test_type: string; input: { versions: [string, string] }; expected_output: boolean | string[] }[];
    };
    const right = tests.filter(({ input, expected_output }) => {
      const [a, b] = input.versions;
      const result = compareVersions(scheme, a, b);
      if (result === null) return false;
      if (typeof expected_output === 'boolean') return (result === 0) === expected_output;
      return result === 0 || result < 0 === (expected_output[0]?.toLowerCase() === a.toLowerCase());
    });
    expect(right.length / tests.length).toBeGreaterThanOrEqual(share);
  });
});

function read(file: string): string {
  const bytes = readFileSync(path.join(folder, file));
  return (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
}

function lines(file: string): readonly Record<string, unknown>[] {
  return read(file)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

function flagsOf(names: unknown): LibversionFlags {
  const set = new Set(names as string[]);
  return {
    pIsPatch: set.has('p_is_patch'),
    anyIsPatch: set.has('any_is_patch'),
    ...(set.has('lower_bound') ? { bound: 'lower' } : set.has('upper_bound') ? { bound: 'upper' } : {}),
  };
}
