import { expect, test } from 'vitest';
import type { Severity } from '../feeds/index.ts';
import { riskOf, severityOf } from './risk.ts';
import { bandOf, scoresOf } from './severity.ts';

const exploitation = { knownExploitedSince: null, ransomware: false, dueDate: null, epss: null, ssvc: null };

// The vectors of the project's reference on matching, section 6.
test.each([
  ['high, 7.5, EPSS .5', 7.5, [7.5], { epss: 0.5 }, 37.5],
  ['high, 7.5, listed', 7.5, [7.5], { knownExploitedSince: 1 }, 78.75],
  ['high, 7.5, listed, ransomware', 7.5, [7.5], { knownExploitedSince: 1, ransomware: true }, 82.5],
  ['high, 7.5, nothing known', 7.5, [7.5], {}, 22.5],
  ['critical by words, EPSS .8', 9, [], { epss: 0.8 }, 72],
  ['medium with 6.5 and 5.5, EPSS .6', 5, [6.5, 5.5], { epss: 0.6 }, 33],
  [
    'a proof of concept',
    null,
    [8],
    { epss: 0.01, ssvc: { exploitation: 'poc', automatable: null, technicalImpact: null } },
    40,
  ],
  ['actively exploited', null, [8], { ssvc: { exploitation: 'active', automatable: null, technicalImpact: null } }, 80],
  ['the worst', 9, [10], { knownExploitedSince: 1, ransomware: true }, 100],
] as const)('risk of %s', (_, textScore, cvssScores, given, risk) => {
  expect(riskOf(severityOf({ textScore, cvssScores }), { ...exploitation, ...given })).toBeCloseTo(risk, 6);
});

test.each([
  [10, 'critical'],
  [9, 'critical'],
  [8.9, 'high'],
  [7, 'high'],
  [6.9, 'medium'],
  [4, 'medium'],
  [3.9, 'low'],
  [0.1, 'low'],
  [0, 'unknown'],
  [null, 'unknown'],
] as const)('the band of %s is %s', (score, band) => {
  expect(bandOf(score)).toBe(band);
});

function rated(source: string, ...severities: readonly Partial<Severity>[]) {
  return {
    source,
    recordId: 'CVE-2027-1',
    state: 'active' as const,
    affected: [],
    severities: severities.map(
      (one): Severity => ({ kind: 'CVSS_V3', vector: 'v', score: null, text: null, rater: null, ...one }),
    ),
    publishedAt: null,
    statements: [],
  };
}

test.each([
  [
    'a CNA by its version',
    [rated('cve', { score: 7 }, { kind: 'CVSS_V4' as const, score: 8, rater: 'cna' })],
    [
      ['cna_v31', 7],
      ['cna_v4', 8],
    ],
  ],
  [
    'the raters in an NVD record',
    [rated('nvd', { score: 7, rater: 'nvd' }, { score: 8, rater: 'cisa-adp' })],
    [
      ['nvd', 7],
      ['cisa_adp', 8],
    ],
  ],
  ['an ecosystem by words', [rated('osv', { kind: 'text' as const, text: 'MODERATE' })], [['ecosystem', 5]]],
  [
    'CVSS before words of one rater',
    [rated('osv', { kind: 'text' as const, text: 'critical' }, { score: 6 })],
    [['ecosystem', 6]],
  ],
  [
    'a distribution and a project by their feeds',
    [rated('debian', { score: 9 }), rated('curl', { kind: 'text' as const, text: 'low' })],
    [
      ['distribution', 9],
      ['project', 3],
    ],
  ],
  ['never CVSS 2 or zero', [rated('nvd', { kind: 'CVSS_V2' as const, score: 10 }, { score: 0 })], []],
  ['nothing of a rejected record', [{ ...rated('nvd', { score: 7 }), state: 'rejected' as const }], []],
])('scores: %s', (_, records, expected) => {
  const advisory = { records } as unknown as Parameters<typeof scoresOf>[0];
  expect(scoresOf(advisory).map(({ rater, score }) => [rater, score])).toEqual(expected);
});
