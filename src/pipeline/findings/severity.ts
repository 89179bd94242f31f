import { type Advisory, roleOf, type SeverityBand } from '../advisories/index.ts';
import type { Severity } from '../feeds/index.ts';
import type { Band, Rater, SlaPolicy } from './policy.ts';

export interface Score {
  readonly rater: Rater;
  /** The feed that reported it. */
  readonly source: string;
  readonly score: number;
  readonly vector: string | null;
}

/** The band of a CVSS score under a policy's limits, by default CVSS's own; null counts as unknown. */
export function bandOf(
  score: number | null,
  limits: SlaPolicy['severity']['bands'] = { critical: 9, high: 7, medium: 4, low: 0.1 },
): SeverityBand {
  if (score === null) return 'unknown';
  if (score >= limits.critical) return 'critical';
  if (score >= limits.high) return 'high';
  if (score >= limits.medium) return 'medium';
  return score >= limits.low ? 'low' : 'unknown';
}

/** Higher is worse. */
export function rankOf(band: Band): number {
  return band === 'critical' ? 3 : band === 'high' ? 2 : band === 'medium' ? 1 : 0;
}

export function worse(a: Band, b: Band): Band {
  return rankOf(a) >= rankOf(b) ? a : b;
}

/** The best score of each rater in an advisory's live records. CVSS 2 alone is not banded. */
export function scoresOf(advisory: Advisory): readonly Score[] {
  const best = new Map<Rater, Score & { readonly weight: number }>();
  for (const record of advisory.records) {
    if (record.state !== 'active') continue;
    for (const severity of record.severities) {
      const score = scoreOf(severity);
      if (score === null) continue;
      const rater = raterOf(record, severity);
      const weight = weightOf(severity);
      const known = best.get(rater);
      if (known !== undefined && (known.weight > weight || (known.weight === weight && known.score >= score))) continue;
      best.set(rater, { rater, source: record.source, score, vector: severity.vector, weight });
    }
  }
  return [...best.values()].map(({ weight: _, ...score }) => score);
}

function scoreOf(severity: Severity): number | null {
  if (severity.kind === 'CVSS_V2') return null;
  if (severity.kind === 'text') return scoreOfText(severity.text ?? '');
  return severity.score === null || severity.score <= 0 ? null : severity.score;
}

function scoreOfText(text: string): number | null {
  switch (text.toLowerCase()) {
    case 'critical':
      return 9;
    case 'high':
    case 'important':
    case 'major':
      return 7.5;
    case 'medium':
    case 'moderate':
      return 5;
    case 'low':
    case 'minor':
      return 3;
    case 'negligible':
      return 0.5;
    default:
      return null;
  }
}

const raterOfRole: Readonly<Record<ReturnType<typeof roleOf>, string>> = {
  project: 'project',
  cve: 'cna',
  ghsa: 'ecosystem',
  database: 'ecosystem',
  nvd: 'nvd',
  exploitation: 'ecosystem',
  distribution: 'distribution',
};

function raterOf(record: Advisory['records'][number], { kind, rater }: Severity): Rater {
  switch (rater ?? raterOfRole[roleOf(record.source, record.recordId)]) {
    case 'project':
      return 'project';
    case 'cna':
      return kind === 'CVSS_V4' ? 'cna_v4' : 'cna_v31';
    case 'cisa-adp':
      return 'cisa_adp';
    case 'nvd':
      return 'nvd';
    case 'distribution':
      return 'distribution';
    default:
      return 'ecosystem';
  }
}

function weightOf({ kind, vector }: Severity): number {
  if (kind === 'CVSS_V4') return 3;
  if (kind === 'CVSS_V3') return vector?.startsWith('CVSS:3.0/') === true ? 1 : 2;
  return 0;
}
