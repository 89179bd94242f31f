import { existsSync, globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { purlKey } from '../../pipeline/feeds/index.ts';
import { formatPackageUrl, type PackageUrl, parsePackageUrl } from './package-url.ts';

const folder = '../shared/data/vectors/purl';
const present = existsSync(folder);
if (!present) console.info(`not compared with the specification of package URLs: ${folder} is not here`);

interface Case<Kind, Input, Output> {
  readonly test_type: Kind;
  readonly expected_failure: boolean;
  readonly input: Input;
  readonly expected_output: Output;
}

type Vector = Case<'parse', string, PackageUrl> | Case<'build', PackageUrl, string> | Case<'validate', string, string>;

const vectors = globSync(`${folder}/*/*.json`).flatMap(
  (file) => (JSON.parse(readFileSync(file, 'utf8')) as { readonly tests: readonly Vector[] }).tests,
);
/** Refused there for its capital letters, which are taken in the same place of Maven's and RubyGems'. */
const deviations: readonly unknown[] = ['pkg:Rpm/fedora/curl@7.50.3-1.fc25?Arch=i386&Distro=fedora-25'];
const plain = (parts: PackageUrl | null) => parts && { ...parts, qualifiers: parts.qualifiers ?? {} };

test.runIf(present).each([
  ['parse', 107],
  ['build', 95],
  ['validate', 105],
] as const)('the specification: %s', (type, count) => {
  const own = vectors.filter(({ test_type }) => test_type === type);
  expect(own).toHaveLength(count);
  for (const vector of own) {
    if (deviations.includes(vector.input)) continue;
    const wanted = vector.expected_failure ? null : vector.expected_output;
    switch (vector.test_type) {
      case 'parse':
        expect(parsePackageUrl(vector.input), vector.input).toEqual(plain(wanted as PackageUrl | null));
        break;
      case 'build':
        expect(formatPackageUrl(vector.input), JSON.stringify(vector.input)).toBe(wanted);
        break;
      case 'validate': {
        const parsed = parsePackageUrl(vector.input);
        expect(parsed && formatPackageUrl(parsed), vector.input).toBe(wanted);
      }
    }
  }
});

test.runIf(present)('packages are filed under type, namespace and name, however a package URL is written', () => {
  const texts = vectors.flatMap(({ input, expected_failure }) =>
    typeof input === 'string' && !expected_failure ? [input] : [],
  );
  expect(texts.length).toBeGreaterThan(150);
  const wrong = texts.filter((text) => {
    const parsed = parsePackageUrl(text);
    return (
      parsed === null ||
      purlKey(text) !== purlKey(formatPackageUrl({ ...parsed, version: null, qualifiers: parsed.qualifiers }) ?? '')
    );
  });
  // Homebrew writes the version into the name, with a sign that stands for the version elsewhere.
  expect(wrong).toEqual(['pkg:brew/node@20@20.10.0']);
});
