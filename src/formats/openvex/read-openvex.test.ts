import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isOpenVex, readOpenVex } from './read-openvex.ts';

test('products by identifier, by package URL and as plain text; the vulnerability as a name', () => {
  const { statements } = readOpenVex({
    '@context': 'https://openvex.dev/ns/v0.2.0',
    statements: [
      {
        vulnerability: { '@id': 'CVE-2024-1' },
        products: [{ '@id': 'pkg:deb/a/b@1' }, { identifiers: { purl: 'pkg:deb/a/c@1' } }, 'pkg:deb/a/d@1'],
        status: 'Not_Affected',
        justification: 'component_not_present',
      },
      { vulnerability: 'CVE-2024-2', status: 'fixed', action_statement: 'Update.' },
    ],
  });
  expect(statements).toMatchObject([
    {
      vulnerability: { name: 'CVE-2024-1' },
      products: ['pkg:deb/a/b@1', 'pkg:deb/a/c@1', 'pkg:deb/a/d@1'],
      status: 'not_affected',
      justification: 'component_not_present',
    },
    { vulnerability: { name: 'CVE-2024-2' }, products: [], status: 'fixed', actionStatement: 'Update.' },
  ]);
});

test.each([
  [{ statements: [{}] }, 'statements.0.status is not text'],
  [{ statements: [{ status: 'fixed', products: {} }] }, 'statements.0.products is not a list'],
  [[], 'the document is not an object'],
])('%j is refused', (document, reason) => {
  expect(() => readOpenVex(document)).toThrow(reason);
});

const samples = '../shared/data/schemas/samples/openvex';
if (!existsSync(samples)) console.log(`left out: ${samples} is not there`);

test.skipIf(!existsSync(samples)).each([
  ['csaf-openvex.json', 'CVE-2014-123456', 'pkg:apk/distro/git@2.39.0-r1?arch=armv7', 'fixed'],
  ['vex-v0.0.1.json', 'CVE-2023-12345', 'pkg:apk/wolfi/git@2.39.0-r1?arch=armv7', 'fixed'],
  ['vex-v001-1.vex.json', 'CVE-1234-5678', 'pkg:apk/wolfi/bash@1.0.0', 'under_investigation'],
  ['vex-v020-1.vex.json', 'CVE-9876-54321', 'pkg:apk/wolfi/bash@1.0.0', 'under_investigation'],
])('the sample %s of either version', (file, name, product, status) => {
  const document: unknown = JSON.parse(readFileSync(`${samples}/${file}`, 'utf8'));
  expect(isOpenVex(document)).toBe(true);
  const [first] = readOpenVex(document).statements;
  expect(first).toMatchObject({ vulnerability: { name }, status });
  expect(first?.products).toContain(product);
});
