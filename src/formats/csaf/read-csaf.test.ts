import { existsSync, globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readCsaf } from './read-csaf.ts';

test('2.1: vectors in metrics, the date of disclosure, a product that builds on a related one', () => {
  const related = (id: string, component: string, platform: string) => ({
    full_product_name: { product_id: id, name: id },
    product_reference: component,
    relates_to_product_reference: platform,
  });
  const document = readCsaf({
    document: { category: 'csaf_vex', tracking: { id: 'X-1' } },
    product_tree: {
      full_product_names: [
        { product_id: 'ruby', name: 'ruby-3.1', product_identification_helper: { purl: 'pkg:rpm/a/ruby@3.1' } },
      ],
      relationships: [related('module:ruby', 'ruby', 'module'), related('os:module:ruby', 'module:ruby', 'os')],
    },
    vulnerabilities: [
      {
        disclosure_date: '2024-01-01T00:00:00Z',
        metrics: [
          { content: { cvss_v4: { vectorString: 'CVSS:4.0/AV:N' } }, products: ['ruby'] },
          { content: { cvss_v4: { vectorString: 'CVSS:4.0/AV:N' } }, products: ['os:module:ruby'] },
        ],
      },
    ],
  });
  expect(document.vulnerabilities).toMatchObject([{ released: '2024-01-01T00:00:00Z', vectors: ['CVSS:4.0/AV:N'] }]);
  expect(document.products.get('os:module:ruby')).toEqual({
    name: 'ruby-3.1',
    purl: 'pkg:rpm/a/ruby@3.1',
    platform: 'os',
  });
});

test('a product that is related but nowhere defined is left out', () => {
  const relationships = [{ full_product_name: { product_id: 'a:b' }, product_reference: 'b' }];
  const document = readCsaf({ document: { tracking: { id: 'X-1' } }, product_tree: { relationships } });
  expect([...document.products]).toEqual([]);
});

const samples = '../shared/data/schemas/samples/csaf-2.1';
if (!existsSync(samples)) console.log(`left out: ${samples} is not there`);

test.skipIf(!existsSync(samples))(
  'every sample of the standard can be read, also those that break a finer rule',
  () => {
    const files = globSync(`${samples}/{mandatory,recommended,informative}/*.json`).filter(
      (file) => !file.endsWith('.result.json'),
    );
    expect(files.length).toBeGreaterThan(800);
    for (const file of files) expect(readCsaf(JSON.parse(readFileSync(file, 'utf8'))).id, file).not.toBe('');
  },
);
