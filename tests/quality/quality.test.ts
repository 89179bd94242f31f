import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { fixtureData } from './fixture-data.ts';
import { type Baseline, baselineOf, failuresOf } from './judge-run.ts';
import { measure } from './measure.ts';
import { readCases } from './read-cases.ts';

const units = readCases();
const measured = measure(units, fixtureData);

test('the labelled cases inside the project are answered as they were accepted', () => {
  const baseline = JSON.parse(readFileSync(new URL('./baseline.json', import.meta.url), 'utf8')) as Record<
    string,
    Baseline
  >;
  expect(failuresOf('cases', measured, baseline.cases)).toEqual([]);
  expect(measured.reported.precision).toBeGreaterThanOrEqual(0.95);
  expect(measured.reported.recall).toBeGreaterThanOrEqual(0.97);
  expect(measured.reported.tp).toBeGreaterThan(40);
});

describe('the gate', () => {
  // Every version answered with the label of another one: the harness must see it.
  const blind = measure(
    units.map((unit) => ({ ...unit, instance: { ...unit.instance, version: '9999.0' } })),
    fixtureData,
  );

  test('fails on what is newly missed and on a lower F1', () => {
    expect(blind.falseNegatives.length).toBeGreaterThan(40);
    const failures = failuresOf('cases', blind, baselineOf(measured));
    expect(failures[0]).toMatch(/^cases: F1 0.* is below/);
    expect(failures).toHaveLength(1 + blind.falseNegatives.length);
  });

  test('fails when too many reports are unclear, and without a baseline', () => {
    const unclear = measure(
      units.map((unit) => ({ ...unit, label: 'unclear' as const })),
      fixtureData,
    );
    expect(failuresOf('cases', unclear, { f1: 0, falseNegatives: [] })).toEqual([
      'cases: 1 of the reports have no clear label',
    ]);
    expect(failuresOf('cases', measured, undefined)).toHaveLength(1);
  });
});
