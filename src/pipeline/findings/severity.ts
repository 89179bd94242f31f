import type { Advisory, SeverityBand } from '../advisories/index.ts';
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
      const rater = raterOf(record.source, severity);
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

function raterOf(source: string, { kind, rater }: Severity): Rater {
  if (rater === 'cna' || (rater === null && source.startsWith('cve'))) return kind === 'CVSS_V4' ? 'cna_v4' : 'cna_v31';
  if (rater === 'cisa-adp') return 'cisa_adp';
  if (rater === 'nvd' || (rater === null && source.startsWith('nvd'))) return 'nvd';
  return 'ecosystem';
}

function weightOf({ kind, rater }: Severity): number {
  // A distribution rates its own build; the project or a reviewed advisory rates the flaw.
  const closeness = rater === 'distribution' ? 0 : 10;
  return closeness + (kind === 'CVSS_V4' ? 3 : kind === 'CVSS_V3' ? 2 : 1);
}
