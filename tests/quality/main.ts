// `npm run quality`: measures the matcher on labelled questions and compares with the accepted figures. `-- --json` prints
// one object, `-- --accept` writes this run as the new baseline, `-- --misses PLACE` holds it against cases from elsewhere
// too, a file or a folder of such lines (`snowguard sla misses --cases`): it fails when one of them is missed.
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { dataFor, fixtureData } from './fixture-data.ts';
import { type Baseline, baselineOf, failuresOf } from './judge-run.ts';
import { type Figures, type Measured, measure } from './measure.ts';
import { readCases, readCasesFrom } from './read-cases.ts';
import { readTruth } from './read-truth.ts';

const baselineFile = new URL('./baseline.json', import.meta.url);
const { values } = parseArgs({
  options: { json: { type: 'boolean' }, accept: { type: 'boolean' }, misses: { type: 'string', multiple: true } },
});
const baseline = JSON.parse(readFileSync(baselineFile, 'utf8')) as Readonly<Record<string, Baseline>>;

const truth = await readTruth('../shared/data');
const sets: Readonly<Record<string, Measured>> = {
  cases: measure(readCases(), fixtureData),
  ...(truth === null ? {} : { truth: measure(truth.units, truth.data) }),
};
const missed = (values.misses ?? []).flatMap(readCasesFrom);
const misses = missed.length === 0 ? null : measure(missed, dataFor(missed));
const failures = [
  ...Object.entries(sets).flatMap(([name, measured]) => failuresOf(name, measured, baseline[name])),
  ...(misses?.falseNegatives ?? []).map((unit) => `misses: missed again: ${unit}`),
];

if (values.accept) {
  const accepted = Object.fromEntries(Object.entries(sets).map(([name, measured]) => [name, baselineOf(measured)]));
  writeFileSync(baselineFile, `${JSON.stringify({ ...baseline, ...accepted }, null, 2)}\n`);
}
const { precision, recall, f1, unlabelled } = (sets.truth ?? sets.cases)?.reported ?? {
  precision: 0,
  recall: 0,
  f1: 0,
  unlabelled: 1,
};
if (values.json)
  console.log(
    JSON.stringify(
      { precision, recall, f1, unlabelled, failures, tables: { ...sets, ...(misses === null ? {} : { misses }) } },
      null,
      2,
    ),
  );
else {
  for (const [name, measured] of Object.entries(sets)) print(name, measured);
  if (misses !== null) print('misses', misses);
  if (truth === null) console.log('not measured on the public labels: ../shared/data is not here');
  for (const failure of failures) console.log(`not ok   ${failure}`);
}
// What is accepted is the baseline; a case that was missed before is none.
const stands = values.accept ? (misses?.falseNegatives ?? []) : failures;
process.exitCode = stands.length > 0 ? 1 : 0;

function print(name: string, { reported, automatic, byMode, byTier, falseNegatives, falsePositives }: Measured): void {
  console.log(`\n${name.padEnd(34)} units    tp    fp    fn  precision recall     f1  unlabelled`);
  const rows = { reported, automatic, ...prefixed('mode ', byMode), ...prefixed('tier ', byTier) };
  for (const [row, figures] of Object.entries(rows)) console.log(lineOf(row, figures));
  for (const unit of falseNegatives) console.log(`missed   ${unit}`);
  for (const unit of falsePositives) console.log(`wrong    ${unit}`);
}

function prefixed(prefix: string, figures: Readonly<Record<string, Figures>>): Readonly<Record<string, Figures>> {
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [`${prefix}${name}`, value]));
}

function lineOf(row: string, { units, tp, fp, fn, precision, recall, f1, unlabelled }: Figures): string {
  const counts = [units, tp, fp, fn].map((count) => String(count).padStart(5)).join(' ');
  const shares = [precision, recall, f1, unlabelled].map((value) => value.toFixed(4).padStart(9)).join(' ');
  return `${row.padEnd(34)} ${counts} ${shares}`;
}
