import { expect, test } from 'vitest';
import { readSecdbYaml } from './read-secdb-yaml.ts';

const head = 'distroversion: v3.15\narchs:\n- x86_64\npackages:\n';

test('packages with their fixes; quoted versions and remarks', () => {
  const text = `---\n${head}- pkg:\n    name: xz\n    secfixes:\n      '0':\n      - CVE-2022-1 XSA-1\n      1.2-r0: \n      # why\n      - "CVE-2022-2"\n- pkg:\n    name: zsh\n`;
  const { distroversion, packages } = readSecdbYaml(text);
  expect(distroversion).toBe('v3.15');
  expect(packages.map(({ name, secfixes }) => [name, ...secfixes])).toEqual([
    ['xz', ['0', ['CVE-2022-1 XSA-1']], ['1.2-r0', ['CVE-2022-2']]],
    ['zsh'],
  ]);
});

test.each([
  ['a list without a version', `${head}- pkg:\n    name: xz\n    secfixes:\n      - CVE-2022-1\n`, 8],
  ['an anchor', `${head}- &a\n`, 5],
  ['fixes of nothing', `${head}  1.2-r0:\n`, 5],
])('%s is refused with its line', (_what, text, line) => {
  expect(() => readSecdbYaml(text)).toThrow(`line ${line} is not one of a security database`);
});
