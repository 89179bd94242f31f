import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { LabelledCase, productOf } from '../../src/pipeline/matching/labelled-case.ts';
import { advisory, instance, record } from '../../src/pipeline/matching/testing.ts';
import type { Unit } from './unit.ts';

/** The small labelled set inside the project: facts typed again from the advisories that each line names. */
export function readCases(): readonly Unit[] {
  return unitsOf(readFileSync(new URL('./fixtures/cases.jsonl', import.meta.url), 'utf8'));
}

/** The same from elsewhere: a file of such lines, or all `.jsonl` files of a folder. */
export function readCasesFrom(place: string): readonly Unit[] {
  if (!statSync(place).isDirectory()) return unitsOf(readFileSync(place, 'utf8'));
  const files = readdirSync(place).filter((file) => file.endsWith('.jsonl'));
  return files.sort().flatMap((file) => unitsOf(readFileSync(path.join(place, file), 'utf8')));
}

function unitsOf(text: string): readonly Unit[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => unitOf(LabelledCase.parse(JSON.parse(line))));
}

function unitOf({ package: carried, cve, records, label, mode }: LabelledCase): Unit {
  const { source, patches, homepage = null, purls, cpe, ...own } = carried;
  return {
    instance: instance({
      pname: own.pname,
      version: own.version,
      attr: own.attr ?? own.pname,
      homepage,
      purls,
      cpe: cpe.map((text) => {
        const [vendor, product, version] = text.split(':').map((part) => part || null);
        return { part: 'a', vendor: vendor ?? null, product: product ?? '', version: version ?? null, update: null };
      }),
      sources: source === undefined ? [] : [{ name: '', urls: [source], hash: null, rev: null, tag: null }],
      patches: patches.map((name) => ({ name, urls: [], hash: null, path: null, content: null })),
    }),
    advisory: advisory(
      records.map((one) => record(one.source, [productOf(one)], { recordId: one.recordId ?? cve })),
      { id: cve },
    ),
    label,
    mode,
  };
}
