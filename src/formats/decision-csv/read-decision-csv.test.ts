import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readDecisionCsv } from './read-decision-csv.ts';

test('names of the first line, quotes, line ends, empty lines, rows of another width', () => {
  const text = '\u{feff}"vuln_id","package",comment\r\nCVE-1,xz,"a ""b"", c\nd"\r\n\nCVE-2,git,\nCVE-3,one,two,three';
  expect(readDecisionCsv(text)).toEqual([
    { line: 2, cells: { vuln_id: 'CVE-1', package: 'xz', comment: 'a "b", c\nd' } },
    { line: 5, cells: { vuln_id: 'CVE-2', package: 'git', comment: '' } },
    { line: 6, cells: { 'cell 1': 'CVE-3', 'cell 2': 'one', 'cell 3': 'two', 'cell 4': 'three' } },
  ]);
  expect(readDecisionCsv('')).toEqual([]);
  expect(() => readDecisionCsv('a,b\n"c')).toThrow('line 2');
});

test('what is written is read', () => {
  const cell = fc.string().map((text) => text.trim());
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1 }), (rows) => {
      const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
      const text = ['a,b', ...rows.map((row) => row.map(quote).join(','))].join('\n');
      const full = rows.filter((row) => row.some((one) => one !== ''));
      expect(readDecisionCsv(text).map(({ cells }) => [cells.a, cells.b])).toEqual(full);
    }),
  );
});
