import { scoreCvss } from '../../../formats/cvss/score-cvss.ts';
import type { Severity } from '../model.ts';

const kinds = { '2.0': 'CVSS_V2', '3.0': 'CVSS_V3', '3.1': 'CVSS_V3', '4.0': 'CVSS_V4' } as const;

/** A vector with its score recomputed. One that cannot be scored, or scores 0, is kept without a score. */
export function severityOfVector(vector: string, rater: string | null): Severity {
  const scored = scoreCvss(vector);
  if (scored === null) return { kind: kindOfPrefix(vector), vector, score: null, text: null, rater };
  return { kind: kinds[scored.version], vector, score: scored.score === 0 ? null : scored.score, text: null, rater };
}

/** A word such as `Moderate`, in lower case. */
export function severityOfText(text: string, rater: string | null): Severity {
  return { kind: 'text', vector: null, score: null, text: text.trim().toLowerCase().slice(0, 100), rater };
}

function kindOfPrefix(vector: string): Severity['kind'] {
  if (vector.startsWith('CVSS:4')) return 'CVSS_V4';
  if (vector.startsWith('CVSS:3')) return 'CVSS_V3';
  return /^\(?AV:/.test(vector) ? 'CVSS_V2' : 'text';
}
