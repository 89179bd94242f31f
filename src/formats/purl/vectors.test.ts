import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { purlKey } from '../../pipeline/feeds/index.ts';

const folder = '../shared/data/vectors/purl/types';
const present = existsSync(folder);
if (!present) console.info(`not compared with the specification of package URLs: ${folder} is not here`);

interface Vector {
  readonly test_type: string;
  readonly expected_failure: boolean;
  readonly input: unknown;
  readonly expected_output: unknown;
}

interface Parts {
  readonly type: string;
  readonly namespace: string | null;
  readonly name: string;
}

const vectors = present
  ? readdirSync(folder).flatMap((file) => {
      const { tests } = JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as { tests: readonly Vector[] };
      return tests.filter(({ expected_failure }) => !expected_failure);
    })
  : [];

test.runIf(present)('every writing of a package URL has the key of its canonical form', () => {
  const written = vectors.filter(({ test_type }) => test_type === 'validate') as readonly (Vector & {
    readonly input: string;
    readonly expected_output: string;
  })[];
  expect(written.length).toBeGreaterThan(50);
  const wrong = written.filter(({ input, expected_output }) => purlKey(input) !== purlKey(expected_output));
  // Homebrew writes the version into the name, with a sign that stands for the version elsewhere.
  expect(wrong.map(({ input }) => input)).toEqual(['pkg:brew/node@20@20.10.0']);
});

test.runIf(present)('the key is type, namespace and name of the parsed form', () => {
  const parsed = vectors.filter(({ test_type }) => test_type === 'parse') as readonly (Vector & {
    readonly input: string;
    readonly expected_output: Parts;
  })[];
  expect(parsed.length).toBeGreaterThan(50);
  const wrong = parsed.filter(({ input, expected_output: { type, namespace, name } }) => {
    const plain = [namespace, name].filter((part) => part !== null && part !== '').join('/');
    return purlKey(input).toLowerCase() !== `purl:${type}/${plain}`.toLowerCase();
  });
  expect(wrong.map(({ input }) => input)).toEqual([]);
});
