/** What was found too late goes out as a line and comes back as the same question. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { LabelledCase, lateCase } from '../../src/pipeline/matching/labelled-case.ts';
import { fixtureData } from './fixture-data.ts';
import { measure } from './measure.ts';
import { readCases, readCasesFrom } from './read-cases.ts';
import { readTruth } from './read-truth.ts';
import type { Unit } from './unit.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'snowguard-misses-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const late = {
  finding: '7',
  channel: 'rolling',
  firstPublicAt: '2027-03-02T10:00:00Z',
  matchedAt: '2027-03-09T10:00:00Z',
  evidence: null,
};
const lineOf = ({ advisory, instance }: Unit): string =>
  JSON.stringify(lateCase({ advisory, instance, version: instance.version, late }));

function written(units: readonly Unit[], name = 'misses.jsonl'): string {
  const file = path.join(folder, name);
  writeFileSync(file, `${units.map(lineOf).join('\n')}\n`);
  return file;
}

test('every case of the project', () => {
  const units = readCases();
  const again = readCasesFrom(written(units));
  expect(again.map(({ advisory: { id, records } }) => ({ id, records }))).toEqual(
    units.map(({ advisory: { id, records } }) => ({ id, records })),
  );
  expect(again.map(({ instance }) => instance)).toEqual(units.map(({ instance }) => instance));
  expect(again.every(({ label, mode }) => label === 'affected' && mode === 'late match')).toBe(true);
  expect(LabelledCase.parse(JSON.parse(lineOf(units[0] as Unit))).late?.said).toEqual([
    { source: 'cve', recordId: 'CVE-2024-0727', publishedAt: null },
  ]);
});

test('real records and packages are answered as before', { timeout: 60_000 }, async () => {
  const truth = await readTruth('../shared/data');
  if (truth === null) return console.log('skipped: the public labels, ../shared/data is absent');
  // A withdrawn record and a statement are no part of the question; what is affected by itself must be found again.
  const units = truth.units
    .filter(({ label }) => label === 'affected')
    .map((unit) => ({ ...unit, mode: 'late match' }));
  const [before, after] = [measure(units, truth.data), measure(readCasesFrom(written(units)), truth.data)];
  expect(units.length).toBeGreaterThan(100);
  expect(after.falseNegatives.filter((name) => !before.falseNegatives.includes(name))).toEqual([]);
});

describe('the run', () => {
  const run = (place: string) => {
    const main = fileURLToPath(new URL('./main.ts', import.meta.url));
    const { status, stdout } = spawnSync(process.execPath, [main, '--misses', place], {
      cwd: folder,
      encoding: 'utf8',
    });
    return { status, stdout };
  };
  const found = readCases().filter(({ label }) => label === 'affected');
  const [first] = found;
  if (first === undefined) throw new Error('no case');

  test('passes while everything is found', () => {
    expect(measure(found, fixtureData).falseNegatives).toEqual([]);
    expect(run(written(found))).toEqual({ status: 0, stdout: expect.stringContaining('mode late match') });
  });

  test('fails on what is missed again, also in a folder', () => {
    const missed = { ...first, instance: { ...first.instance, version: '9999.0' } };
    written([missed], 'more.jsonl');
    const { status, stdout } = run(folder);
    expect([status, stdout]).toEqual([
      1,
      expect.stringContaining('misses: missed again: openssl 9999.0 CVE-2024-0727'),
    ]);
  });
});
