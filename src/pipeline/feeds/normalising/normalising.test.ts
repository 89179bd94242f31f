import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { snapshotDay } from '../reading/testing.ts';
import { ssvcOf } from './blank-record.ts';
import { namedCves } from './named-cves.ts';
import { normalisePiece } from './normalise-text.ts';
import { plausibleInstant } from './plausible-instant.ts';
import { recordTagsOf } from './record-tags.ts';
import { schemeOfEcosystem, schemeOfVersionType } from './scheme-of.ts';
import { severityOfText, severityOfVector } from './severity-of.ts';

test.each([
  ['2026-05-01', Date.UTC(2026, 4, 1)],
  ['2026-05-01T10:00:00', Date.UTC(2026, 4, 1, 10)],
  ['2026-05-01T10:00:00.150', Date.UTC(2026, 4, 1, 10, 0, 0, 150)],
  ['2026-05-01T10:00:00Z', Date.UTC(2026, 4, 1, 10)],
  ['2026-05-01T10:00:00+02:00', Date.UTC(2026, 4, 1, 8)],
  ['2026-05-01T10:00:00+0200', Date.UTC(2026, 4, 1, 8)],
  ['2026-06-01T23:00:00Z', Date.UTC(2026, 5, 1, 23)],
  ['0001-01-01T00:00:00Z', null],
  ['1979-12-31', null],
  ['2026-06-03', null],
  ['yesterday, at noon', null],
  ['', null],
  [null, null],
])('the instant %s', (text, expected) => {
  expect(plausibleInstant(text, snapshotDay)).toBe(expected);
});

test.each([
  ['{"id":"CURL-CVE-2026-7168","x":[', 'CURL-CVE-2026-7168'],
  ['{"name":1,"weakness":{"id":"CWE-294"}}', 'all.json:7'],
])('what %s is set aside under', (text, id) => {
  const normalise = () => {
    throw new Error('of another shape');
  };
  const context = { source: 'curl', now: snapshotDay };
  expect(normalisePiece({ name: 'all.json:7', text, whole: true }, normalise, context)).toMatchObject({ id });
});

test('an instant is never implausible', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
      ),
      (text) => {
        const instant = plausibleInstant(text, snapshotDay);
        expect(instant === null || (instant >= Date.UTC(1980, 0) && instant <= snapshotDay + 86_400_000)).toBe(true);
      },
    ),
  );
});

describe('severities', () => {
  test.each([
    ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', 'CVSS_V3', 9.8],
    ['AV:N/AC:L/Au:N/C:P/I:N/A:N', 'CVSS_V2', 5],
    ['CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N', 'CVSS_V4', 9.3],
    // A base score of 0 is a missing one.
    ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N', 'CVSS_V3', null],
    ['CVSS:3.1/AV:N', 'CVSS_V3', null],
    ['CVSS:4.0/nonsense', 'CVSS_V4', null],
    ['nonsense', 'text', null],
  ])('%s', (vector, kind, score) => {
    expect(severityOfVector(vector, 'nvd')).toEqual({ kind, vector, score, text: null, rater: 'nvd' });
  });

  test('in words', () => {
    expect(severityOfText(' Moderate ', null)).toMatchObject({ kind: 'text', text: 'moderate', score: null });
    expect(severityOfText('x'.repeat(500), null).text).toHaveLength(100);
  });
});

test.each<[string, readonly unknown[], unknown]>([
  [
    'as CISA writes them',
    [{ Exploitation: 'poc' }, { Automatable: 'no' }, { 'Technical Impact': 'partial' }],
    { exploitation: 'poc', automatable: false, technicalImpact: 'partial' },
  ],
  [
    'as the NVD does',
    [{ exploitation: 'Active' }, { technicalImpact: 'TOTAL' }],
    { exploitation: 'active', automatable: null, technicalImpact: 'total' },
  ],
  ['unknown words', [{ Exploitation: 'maybe' }], null],
  ['nothing of the kind', [null, 'x', 7, {}], null],
])('decision points %s', (_, options, expected) => {
  expect(ssvcOf(options)).toEqual(expected);
});

test('one CVE is another name, several are not', () => {
  expect(namedCves(['CVE-2024-1000', 'CVE-2024-1000', 'XSA-1'])).toEqual({ aliases: ['CVE-2024-1000'], upstream: [] });
  expect(namedCves(['CVE-2024-1000', 'CVE-2024-1001'])).toEqual({
    aliases: [],
    upstream: ['CVE-2024-1000', 'CVE-2024-1001'],
  });
});

test.each([
  ['PyPI', 'pep440'],
  ['Debian:12', 'dpkg'],
  ['Ubuntu:Pro:16.04:LTS', 'dpkg'],
  ['crates.io', 'semver'],
  ['OSS-Fuzz', null],
])('the order of %s', (ecosystem, expected) => {
  expect(schemeOfEcosystem(ecosystem)).toBe(expected);
});

test.each([
  ['semver', 'semver'],
  ['SemVer', 'semver'],
  ['original_commit_for_fix', 'semver'],
  ['custom', 'generic'],
  ['1.2.21', 'generic'],
  [null, 'generic'],
])('the order of the version type %s', (versionType, expected) => {
  expect(schemeOfVersionType(versionType)).toBe(expected);
});

test('tags are named, or stand in the text of old records', () => {
  const named = ['exclusively-hosted-service', 'unsupported-when-assigned', 'x_other'];
  expect(recordTagsOf(named, '** DISPUTED ** It is a feature.')).toEqual([
    'disputed',
    'hosted-only',
    'unsupported-when-assigned',
  ]);
  expect(recordTagsOf([], 'The claim is disputed by nobody.')).toEqual([]);
});

describe('a record that cannot be read is rejected under the name that it has', () => {
  const context = { source: 'test', now: snapshotDay };
  const fails = () => {
    throw new Error('a reason'.repeat(200));
  };
  test.each([
    ['folder/GO-2024-1.json.gz', '{', true, 'GO-2024-1', 'not valid JSON'],
    ['lines.jsonl:7', '{"id": "GHSA-x6x3-gv8h-m57q"}', true, 'GHSA-x6x3-gv8h-m57q', 'a reason'],
    ['one', '{"cveId": "../../etc/passwd"}', true, 'one', 'a reason'],
    ['a/b\u0000\n.json', '{', true, 'b', 'not valid JSON'],
    ['big', '{"id": "OSV-1", "x": "', false, 'OSV-1', 'larger than'],
    ['deep', '['.repeat(100_000), true, 'deep', 'nested deeper'],
  ])('%s', (name, text, whole, id, reason) => {
    const item = normalisePiece({ name, text, whole }, fails, context);
    expect(item).toMatchObject({ kind: 'rejected', id, raw: text, reason: expect.stringContaining(reason) });
    expect(item.kind === 'rejected' && item.reason.length).toBeLessThanOrEqual(500);
  });
});
