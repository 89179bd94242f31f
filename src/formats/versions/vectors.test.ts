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

  test('libversion: all that count', () => {
    const wrong = lines('order/libversion.jsonl').filter(
      (line) =>
        compareLibversion(
          libversionKey(String(line.a), flagsOf(line.flagsA)),
          libversionKey(String(line.b), flagsOf(line.flagsB)),
        ) !== line.expected,
    );
    // Its description and its program put 1.0a behind 1.0.1; this line is from a part of its test that is commented out.
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
    ['alpine', 'apk', []],
    // Since Maven 3.9 a word after a dot is read as one after a dash.
    ['maven', 'maven', ['2-1 2.0.a', '2-1 2.0.0.a']],
    ['nuget', 'nuget', []],
    ['openssl', 'openssl', []],
  ] as const)('vers %s', (name, scheme, deviations) => {
    const { tests } = JSON.parse(read(`vers/${name}_version_cmp_test.json`)) as {
      tests: { test_type: string; input: { versions: [string, string] }; expected_output: boolean | string[] }[];
    };
    const wrong = tests.filter(({ input, expected_output }) => {
      const [a, b] = input.versions;
      const result = compareVersions(scheme, a, b);
      if (result === null) return true;
      if (typeof expected_output === 'boolean') return (result === 0) !== expected_output;
      return result !== 0 && result < 0 !== (expected_output[0]?.toLowerCase() === a.toLowerCase());
    });
    expect(new Set(wrong.map(({ input }) => input.versions.join(' ')))).toEqual(new Set(deviations));
  });

  test('ranges of a scanner: all but what is no order of versions', () => {
    const formats: Readonly<Record<string, ComparableScheme>> = {
      apk: 'apk',
      bitnami: 'semver',
      deb: 'dpkg',
      fuzzy: 'generic',
      gem: 'rubygems',
      golang: 'go',
      jvm: 'java',
      maven: 'maven',
      pep440: 'pep440',
      rpm: 'rpm',
      semantic: 'semver',
    };
    const wrong = lines('ranges/constraints.jsonl').filter(({ format, version, constraint, satisfied }) => {
      const scheme = formats[String(format)];
      return scheme !== undefined && isInside(scheme, String(version), String(constraint)) !== satisfied;
    });
    const deviations = Map.groupBy(wrong, ({ format }) => String(format));
    const named = [...deviations].map(([format, of]) => [format, ...new Set(of.map(({ version }) => version))]);
    expect(named).toEqual([
      // The catalogue's own revision behind the version: its records name none.
      ['bitnami', '2.3.1-1'],
      // By its rule a word counts by its first letter.
      ['fuzzy', '1.0.2zg'],
      // A platform behind the version: the sources of gems have none.
      ['gem', '1.2.0-x86_64-linux', '1.19.3-aarch64-linux-musl'],
      // As a specifier `= 2.0.0` takes every local label; as versions the two are ordered.
      ['pep440', '2.0.0+cgr.1'],
      // The scanner leaves out an epoch that one side lacks, and more of a release; to rpm it is 0, and the longer is later.
      ['rpm', '1.0', '2:4.19.01-1.el7_5', '8.3.1-5.el8'],
      // No semantic versions: Go's are read by its own order, the others by the general one.
      [
        'semantic',
        ...['1.20rc1', '1.21rc2', '1.0.0.alpha', '1.0.0.alpha.1', '1.0.0.beta', '1.0.0.rc', '1.0.0.rc1'],
        '1.0.0.alpha.beta',
      ],
    ]);
  });
});

/** `,` is and, `||` is or; without a sign it is equality. */
function isInside(scheme: ComparableScheme, version: string, constraint: string): boolean {
  return constraint.split('||').some((all) =>
    all.split(',').every((part) => {
      const [, sign = '=', bound = ''] = /^\s*(>=|<=|>|<|=)?\s*(.*?)\s*$/.exec(part) ?? [];
      const order = bound === '' ? 0 : compareVersions(scheme, version, bound);
      if (order === null) return false;
      return order === 0 ? sign.includes('=') : sign.includes(order < 0 ? '<' : '>');
    }),
  );
}

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
