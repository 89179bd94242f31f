import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { readCoveredFolder } from '../config/index.ts';
import { type CoveredPackage, parseAttrPath } from '../pipeline/catalog/index.ts';
import { firstCovered } from './first-covered.ts';

const inventories = path.join('..', 'shared', 'data', 'packages');

/** What was given up or renamed is told by `pkgs/top-level/aliases.nix` of Nixpkgs at the end of 2025. */
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

  test.each([
    'chkrootkit',
    'lxd',
    'notary',
    'redict',
    'keydb',
    'pcp',
    'lesstif',
    'quictls',
    'freeimage',
    'libsoup',
    'tbb',
  ])('%s, which Nixpkgs gave up, is not promised', (gone) => {
    expect(covered.map(({ attr }) => attr)).not.toContain(gone);
  });

  test.each([
    ['nettools', 'net-tools'],
    ['udisks2', 'udisks'],
    ['tinyxml2', 'tinyxml-2'],
    ['poppler_utils', 'poppler-utils'],
    ['microcodeIntel', 'microcode-intel'],
    ['dnscrypt-proxy2', 'dnscrypt-proxy'],
    ['powerdns', 'pdns'],
    ['trust-dns', 'hickory-dns'],
    ['oathToolkit', 'oath-toolkit'],
    ['msgpack', 'msgpack-c'],
    ['du-dust', 'dust'],
  ])('what was %s stands there by its name of today, %s', (old, now) => {
    const attrs = new Set(covered.map(({ attr }) => attr));
    expect([attrs.has(old), attrs.has(now)]).toEqual([false, true]);
  });

  test('500 of them are found evaluated in the inventories of a small package set', async () => {
    const names = ['2026-01-17', '2026-06-26', '2026-06-26-python313Packages'].map((of) => `corepkgs-${of}.jsonl.gz`);
    const texts = await Promise.all(names.map((name) => readFile(path.join(inventories, name)).catch(() => null)));
    if (texts.includes(null)) return console.info(`skipped: there is no ${inventories}`);
    const seen = new Set(
      texts
        .flatMap((bytes) => (bytes === null ? [] : gunzipSync(bytes).toString('utf8').trim().split('\n')))
        .map((line) => JSON.parse(line) as { readonly attr: string; readonly kind: string })
        .filter(({ kind }) => kind === 'drv')
        .map(({ attr }) => attr.replace(/^python313Packages\./, 'python3Packages.')),
    );
    // The inventories hold some 1,350 packages in all.
    expect(seen.size).toBeGreaterThan(1_300);
    expect(covered.filter(({ attr }) => seen.has(attr)).length).toBeGreaterThan(540);
  });
});
