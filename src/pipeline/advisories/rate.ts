import type { RecordClaims, Severity } from '../feeds/index.ts';
import type { SeverityBand } from './model.ts';
import { roleOf, type SourceRole } from './source-role.ts';

export interface Rating {
  readonly band: SeverityBand;
  readonly score: number | null;
  /** Who rated. */
  readonly source: string | null;
  /** Whether raters of the flaw differ by a band or more. */
  readonly isDisputed: boolean;
}

/** The first that has rated decides. */
const chain = ['reviewer', 'project', 'cna', 'ghsa', 'nvd', 'cisa-adp', 'database', 'distribution'];

const raterOfRole: Readonly<Record<SourceRole, string>> = {
  project: 'project',
  cve: 'cna',
  ghsa: 'ghsa',
  database: 'database',
  nvd: 'nvd',
  exploitation: 'database',
  distribution: 'distribution',
};

interface Candidate {
  readonly rater: string;
  /** Place in the chain. */
  readonly rank: number;
  /** Place among the versions of CVSS; newest first. */
  readonly age: number;
  readonly score: number;
}

const ageOfText = 3;
const ageOfCvss2 = 4;

/**
 * The effective severity: the first rater of the chain, by its newest version of CVSS. CVSS 2 counts only where nobody
 * has said anything else.
 */
type Rated = Pick<RecordClaims, 'source' | 'id' | 'severities'>;

export function rate(records: readonly Rated[]): Rating {
  const candidates = records.flatMap(candidatesOf).sort(compare);
  const modern = candidates.filter((candidate) => candidate.age !== ageOfCvss2);
  const [best] = modern.length > 0 ? modern : candidates;
  if (best === undefined) return { band: 'unknown', score: null, source: null, isDisputed: false };
  // The first of each rater is its say; a distribution rates its own build.
  const says = modern.filter(
    ({ rater }, index) => rater !== 'distribution' && modern.findIndex((other) => other.rater === rater) === index,
  );
  const isDisputed = new Set(says.map(({ score }) => bandOf(score))).size > 1;
  return { band: bandOf(best.score), score: best.score, source: best.rater, isDisputed };
}

function candidatesOf(record: Rated): readonly Candidate[] {
  return record.severities.flatMap((severity) => {
    const score = scoreOf(severity);
    if (score === null) return [];
    const rater = severity.rater ?? raterOfRole[roleOf(record.source, record.id)];
    const place = chain.indexOf(rater);
    return { rater, rank: place < 0 ? chain.indexOf('database') : place, age: ageOf(severity), score };
  });
}

// Of equals the graver.
function compare(a: Candidate, b: Candidate): number {
  return a.rank - b.rank || a.age - b.age || b.score - a.score || (a.rater < b.rater ? -1 : 1);
}

function ageOf({ kind, vector }: Severity): number {
  switch (kind) {
    case 'CVSS_V4':
      return 0;
    case 'CVSS_V3':
      return vector?.startsWith('CVSS:3.1/') === true ? 1 : 2;
    case 'text':
      return ageOfText;
    case 'CVSS_V2':
      return ageOfCvss2;
  }
}

const scoreOfText: Readonly<Record<string, number>> = {
  negligible: 0.5,
  low: 3,
  minor: 3,
  medium: 5,
  moderate: 5,
  high: 7.5,
  important: 7.5,
  major: 7.5,
  critical: 9,
};

/** A base score of 0 is none. */
function scoreOf({ score, text }: Severity): number | null {
  if (score !== null) return score > 0 && score <= 10 ? score : null;
  return scoreOfText[text?.trim().toLowerCase() ?? ''] ?? null;
}

function bandOf(score: number): SeverityBand {
  if (score >= 9) return 'critical';
  if (score >= 7) return 'high';
  return score >= 4 ? 'medium' : 'low';
}
