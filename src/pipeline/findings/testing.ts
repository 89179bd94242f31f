import type { Advisory } from '../advisories/index.ts';
import type { Match } from '../matching/index.ts';

export const day = 86_400_000;
/** When the flaws of these tests became public. */
export const disclosed = Date.UTC(2027, 2, 2, 10);

export function advisory(id: string, given: Partial<Advisory> & { readonly score?: number | null } = {}): Advisory {
  const score = given.score === undefined ? 9.8 : given.score;
  return {
    id,
    aliases: [],
    state: 'active',
    title: id,
    details: '',
    publishedAt: disclosed,
    modifiedAt: null,
    band: 'critical',
    score,
    severitySource: 'nvd',
    exploitation: { knownExploitedSince: null, ransomware: false, dueDate: null, epss: 0.5, ssvc: null },
    disputed: false,
    references: [],
    severityDisputed: false,
    records: [
      {
        source: 'nvd',
        recordId: id,
        state: 'active',
        affected: [],
        severities:
          score === null ? [] : [{ kind: 'CVSS_V3', vector: 'CVSS:3.1/AV:N', score, text: null, rater: 'cna' }],
        publishedAt: disclosed,
        statements: [],
        tags: [],
      },
    ],
    ...given,
  };
}

export function match(advisoryId: string, attr: string, given: Partial<Match> = {}): Match {
  return {
    advisoryId,
    attr,
    channel: 'rolling',
    version: '1.0',
    systems: ['x86_64-linux'],
    status: 'affected',
    score: 0.95,
    identity: [],
    ranges: [{ source: 'nvd', recordId: advisoryId, outcome: 'in', because: '1.0 < 1.1' }],
    patch: { state: 'none', patches: [] },
    fixedIn: '1.1',
    justification: null,
    explanation: 'lies before 1.1',
    ...given,
  };
}
