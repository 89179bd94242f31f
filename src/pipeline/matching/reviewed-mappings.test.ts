import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { plainName } from '../feeds/index.ts';
import { readDictionary } from './read-identity-data.ts';
import { shippedMappings } from './reviewed-mappings.ts';

const dictionary = '../shared/data/cpe/cpedict.csv';
const isHere = existsSync(dictionary);
if (!isHere) console.info(`shipped mappings not held against the CPE dictionary: ${dictionary} is not here`);

const nameOf = ({ vendor, product }: { readonly vendor: string; readonly product: string }) =>
  `${plainName(vendor)}:${plainName(product)}`;

test.runIf(isHere)('what is shipped names products of the CPE dictionary, and where not, of records', () => {
  const known = new Set([...readDictionary(readFileSync(dictionary, 'utf8'))].map(nameOf));
  const others = [...new Set(shippedMappings.map(nameOf))].filter((name) => !known.has(name)).sort();
  expect(others).toEqual([
    // The gap filler of NVD writes it so (CVE-2026-29111).
    'freedesktop:systemd',
    // OpenEmbedded looks its recipe up under this one too.
    'gnu:zlib',
    // CISA names it so beside the CVE list.
    'libexpat:expat',
    // What the Python Software Foundation calls its interpreter.
    'python:cpython',
    // CISA again, of a part of the product.
    'rocket.chat:audit',
  ]);
});

const recipes = '../shared/data/cpe/oe-cve-product.jsonl';
const areHere = existsSync(recipes);
if (!areHere) console.info(`shipped mappings not held against those of a distribution: ${recipes} is not here`);

test.runIf(areHere)('what a source distribution looks up for a package is what is shipped for it', () => {
  const ours = Map.groupBy(shippedMappings, ({ pname }) => pname);
  const lacking = readFileSync(recipes, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { readonly package: string; readonly products: readonly string[] })
    .flatMap(({ package: name, products }) => {
      const own = ours.get(name);
      const names = own?.flatMap((mapping) => [nameOf(mapping), plainName(mapping.product)]) ?? [];
      return own === undefined ? [] : products.filter((product) => !names.includes(plainName(product)));
    });
  expect(lacking).toEqual([
    // Libraries that count their versions otherwise than the whole.
    'libswresample',
    'libavcodec',
    // A vendor that the CPE dictionary does not know.
    'flex_project:flex',
  ]);
});

test('nothing is and is not the same product', () => {
  const verdicts = Map.groupBy(shippedMappings, (mapping) => `${mapping.pname} ${nameOf(mapping)}`);
  expect([...verdicts].filter(([, own]) => own.length > 1).map(([name]) => name)).toEqual([]);
});
