import { describe, expect, test } from 'vitest';
import type { AffectedProduct, Range, Severity, Ssvc, Statement } from '../../pipeline/feeds/index.ts';
import { limitWords, productWords, severityWords, ssvcWords, statementWords, versionWords } from './record-words.ts';

const range = (lo: string | null, hi: string | null, loInclusive = true, hiInclusive = false): Range => ({
  lo,
  loInclusive,
  hi,
  hiInclusive,
});

const product = (given: Partial<AffectedProduct>): AffectedProduct => ({
  identity: { kind: 'product', vendor: 'curl', product: 'curl' },
  scheme: 'semver',
  ranges: [],
  versions: [],
  unaffected: [],
  otherwise: 'unknown',
  weak: null,
  platforms: [],
  component: null,
  ...given,
});

test.each<[Partial<AffectedProduct>, string]>([
  [{}, 'curl curl'],
  [{ component: 'tool' }, 'curl curl, part tool'],
  [{ identity: { kind: 'package', ecosystem: 'npm', name: 'ws' } }, 'ws (npm)'],
  [{ identity: { kind: 'purl', purl: 'pkg:pypi/jinja2' } }, 'pkg:pypi/jinja2'],
  [{ identity: { kind: 'repository', url: 'https://github.com/madler/zlib' } }, 'https://github.com/madler/zlib'],
  [{ identity: { kind: 'purl', purl: 'x'.repeat(9999) } }, `${'x'.repeat(299)}…`],
])('product %#', (given, words) => expect(productWords(product(given))).toBe(words));

test.each<[readonly Range[], readonly string[], string]>([
  [[], [], ''],
  [[range('8.5p1', '9.8p1')], [], 'from 8.5p1 before 9.8p1'],
  [[range('1', '2', false, true)], [], 'after 1 up to and with 2'],
  [[range(null, '2')], [], 'before 2'],
  [[range('1', null)], [], 'from 1 no end given'],
  [[range(null, null)], [], 'every version'],
  [[range('2', '2', true, true)], ['3', '4'], '2; 3, 4'],
  [[], ['1', '2', '3', '4'], '4 listed versions'],
  [[1, 2, 3, 4, 5, 6].map((n) => range(null, `${n}`)), [], 'before 1; before 2; before 3; before 4; 2 more ranges'],
])('versions %#', (ranges, versions, words) => expect(versionWords({ ranges, versions })).toBe(words));

// CVE-2023-38545 as the CVE record has it, and what the model adds.
test.each<[Partial<AffectedProduct>, readonly string[]]>([
  [{}, []],
  [
    { unaffected: [range(null, '7.69.0')], weak: 'the start is the end' },
    ['unaffected: before 7.69.0', 'no proof on its own: the start is the end'],
  ],
  [
    { otherwise: 'unaffected', platforms: ['windows', 'macos'] },
    ['every other version unaffected', 'only on windows, macos'],
  ],
])('limits %#', (given, words) => expect(limitWords(product(given))).toEqual(words));

describe('statements', () => {
  const statement = (given: Partial<Statement>): Statement => ({
    product: 'debian:12 curl',
    status: 'affected',
    version: null,
    justification: null,
    text: null,
    ...given,
  });
  test.each<[Partial<Statement>, string]>([
    [{}, 'affected'],
    [{ status: 'fixed', version: '7.88.1-10+deb12u4' }, 'fixed in 7.88.1-10+deb12u4'],
    [
      { status: 'not_affected', justification: 'vulnerable_code_not_present', text: 'other' },
      'not affected: vulnerable code not present',
    ],
    [{ status: 'affected', version: '7.64', text: 'minor issue' }, 'affected, 7.64: minor issue'],
    [{ status: 'under_investigation' }, 'under investigation'],
    [{ status: 'unknown', text: '' }, 'no word yet'],
  ])('%#', (given, words) => expect(statementWords(statement(given))).toBe(words));
});

test.each<[Severity, string]>([
  [{ kind: 'CVSS_V3', vector: 'CVSS:3.1/…', score: 8.8, text: null, rater: 'cisa-adp' }, '8.8 (CVSS 3, cisa-adp)'],
  [{ kind: 'CVSS_V4', vector: 'broken', score: null, text: null, rater: null }, 'not readable (CVSS 4)'],
  [{ kind: 'text', vector: null, score: null, text: 'Important', rater: 'distribution' }, 'Important (distribution)'],
  [{ kind: 'text', vector: null, score: null, text: 'low', rater: null }, 'low'],
])('severity %#', (severity, words) => expect(severityWords(severity)).toBe(words));

test.each<[Ssvc, string | null]>([
  [
    { exploitation: 'poc', automatable: false, technicalImpact: 'total' },
    'a proof of concept is public, cannot be automated, total control of the software',
  ],
  [{ exploitation: 'active', automatable: true, technicalImpact: null }, 'exploited now, can be automated'],
  [{ exploitation: null, automatable: null, technicalImpact: null }, null],
])('decision points %#', (ssvc, words) => expect(ssvcWords(ssvc)).toBe(words));
