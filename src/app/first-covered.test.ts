import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { readCoveredFolder } from '../config/index.ts';
import { type CoveredPackage, parseAttrPath } from '../pipeline/catalog/index.ts';
import { firstCovered } from './first-covered.ts';

const inventories = path.join('..', 'shared', 'data', 'packages');

describe('the covered set of a new workspace', () => {
  let files: Readonly<Record<string, string>>;
  let covered: readonly CoveredPackage[];
  beforeAll(async () => {
    files = await firstCovered('2026-11-25');
    const folder = await mkdtemp(path.join(tmpdir(), 'covered-'));
    for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
    // Refuses an attribute that stands in two files, and one that is no attribute path.
    covered = await readCoveredFolder(folder);
  });

  test('holds at least 1,000 packages, each once, since the day it was written', () => {
    expect(covered.length).toBeGreaterThanOrEqual(1_000);
    const lines = Object.values(files).flatMap((text) => text.match(/^ {2}".*",$/gm) ?? []);
    expect(lines).toHaveLength(covered.length);
    expect(new Set(covered.map(({ since }) => since))).toEqual(new Set(['2026-11-25']));
    for (const { attr } of covered) expect(parseAttrPath(attr), attr).not.toBeNull();
  });

  test('has a file for each category, of the same name, none of them nearly empty', () => {
    const sizes = Map.groupBy(covered, ({ category }) => category);
    expect([...sizes.keys()].map((category) => `${category}.toml`).sort()).toEqual(Object.keys(files));
    for (const [category, packages] of sizes) expect(packages.length, category).toBeGreaterThanOrEqual(15);
  });

  test('one in four is also found in evaluated inventories of a small package set', async () => {
    const names = ['corepkgs-2026-06-26.jsonl.gz', 'corepkgs-2026-06-26-python313Packages.jsonl.gz'];
    const texts = await Promise.all(names.map((name) => readFile(path.join(inventories, name)).catch(() => null)));
    if (texts.includes(null)) return console.info(`skipped: there is no ${inventories}`);
    const seen = new Set(
      texts
        .flatMap((bytes) => (bytes === null ? [] : gunzipSync(bytes).toString('utf8').trim().split('\n')))
        .map((line) => (JSON.parse(line) as { readonly attr: string }).attr)
        .map((attr) => attr.replace(/^python313Packages\./, 'python3Packages.')),
    );
    const share = covered.filter(({ attr }) => seen.has(attr)).length / covered.length;
    expect(share).toBeGreaterThan(0.25);
    expect(share).toBeLessThan(0.5);
  });
});
