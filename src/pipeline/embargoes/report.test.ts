import { expect, test } from 'vitest';
import { AppError } from '../../foundation/errors.ts';
import type { Embargo } from './model.ts';
import { advisoryOf, osvOf } from './record.ts';
import { readReport, reportExample } from './report.ts';

const refusalOf = (text: string): string => {
  try {
    readReport(text);
    return 'read';
  } catch (error) {
    return error instanceof AppError ? error.message : 'no error of ours';
  }
};
const changed = (from: string | RegExp, to: string) => {
  const text = reportExample.replace(from, to);
  expect(text).not.toBe(reportExample);
  return text;
};

test('the example reads, as JSON too', () => {
  const report = readReport(reportExample);
  expect(report).toMatchObject({
    ids: ['CVE-2026-12345'],
    public_at: Date.UTC(2026, 11, 1, 14),
    people: ['bob', 'carol'],
    affected: [{ attr: 'openssl', ranges: [{ introduced: '3.0.0', fixed: '3.0.15' }] }],
  });
  expect(readReport(JSON.stringify({ ...report, public_at: '2026-12-01T15:00:00+01:00' }))).toEqual(report);
});

test.each([
  ['no TOML', 'summary = ', 'cannot be read'],
  ['no JSON', '{ "summary": ', 'cannot be read'],
  ['nothing', '', 'summary'],
  ['another key', changed('details', 'detials'), 'detials'],
  ['an id of another kind', changed('CVE-2026-12345', 'EMB-1'), 'a CVE or GHSA id'],
  ['a severity in words', changed(/CVSS:3.1[^"]*/, 'high'), 'a CVSS 3 or 4 vector'],
  ['an instant without a zone', changed('14:00:00Z', '14:00:00'), 'public_at'],
  ['an instant that is none', changed('2026-12-01T14:00:00Z', '"soon"'), 'with its zone'],
  ['no package', changed(/\[\[affected\]\].*/s, ''), 'affected'],
  ['no end', changed(', fixed = "3.0.15"', ''), 'last_affected: the newest version'],
  ['two ends', changed('fixed =', 'last_affected = "3.0.14", fixed ='), 'give fixed, or last_affected'],
  ['an address that is none', changed('references = []', 'references = ["javascript:alert(1)"]'), 'references.0'],
])('refuses %s', (_, text, why) => {
  expect(refusalOf(text)).toContain(why);
});

test('only what the public may know is published', () => {
  const report = { ...readReport(reportExample), references: ['https://example.org/advisory'] };
  const embargo: Pick<Embargo, 'id' | 'report' | 'openedAt' | 'endsAt' | 'ended'> = {
    id: 'EMB-2026-4711',
    report,
    openedAt: Date.UTC(2026, 10, 20),
    endsAt: report.public_at,
    ended: null,
  };
  const text = JSON.stringify(osvOf(embargo));
  for (const word of ['bob', 'carol', 'distros list']) expect(text).not.toContain(word);
  expect(advisoryOf(embargo)).toMatchObject({
    id: 'EMB-2026-4711',
    aliases: ['CVE-2026-12345'],
    title: report.summary,
    publishedAt: report.public_at,
    band: 'critical',
    references: ['https://example.org/advisory'],
    records: [
      {
        source: 'house',
        affected: [
          {
            identity: { kind: 'package', ecosystem: 'Nixpkgs', name: 'openssl' },
            ranges: [{ lo: '3.0.0', hi: '3.0.15', hiInclusive: false }],
            weak: null,
          },
        ],
      },
    ],
  });
});
