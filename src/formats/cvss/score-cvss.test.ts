import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { scoreCvss } from './score-cvss.ts';

test.each([
  ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', { version: '3.1', score: 9.8 }],
  ['CVSS:3.0/AV:A/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:H', { version: '3.0', score: 8.2 }],
  ['AV:N/AC:L/Au:N/C:P/I:N/A:N', { version: '2.0', score: 5 }],
  ['(AV:N/AC:L/Au:N/C:P/I:N/A:N)', { version: '2.0', score: 5 }],
  ['CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:N/SI:N/SA:N', { version: '4.0', score: 0 }],
  ['CVSS:3.1/AV:N/AC:L', null],
  ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/A:H', null],
  ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:Q', null],
  ['CVSS:9.9/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', null],
  ['constructor:x', null],
  ['', null],
])('%s', (vector, expected) => {
  expect(scoreCvss(vector)).toEqual(expected);
});

const folder = '../shared/data/vectors/cvss';
const isHere = existsSync(folder);
if (!isHere) console.log(`skipped: ${folder} is not here`);

describe.skipIf(!isHere)('published vectors', () => {
  test.each(['2.0', '3.0', '3.1', '4.0'])('%s', (version) => {
    const lines = readFileSync(`${folder}/cvss-${version}.jsonl`, 'utf8').trim().split('\n');
    const wrong = lines
      .map((line) => JSON.parse(line))
      .filter((row) => scoreCvss(row.vector)?.score !== (row.base ?? row.score));
    expect(lines.length).toBeGreaterThan(300);
    expect(wrong.slice(0, 5)).toEqual([]);
  });
});
