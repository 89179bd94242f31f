import type { Exploitation } from '../feeds/index.ts';

/** The severity as one number, 0 to 10: the mean of what words say and what CVSS scores say, or whichever exists. */
export function severityOf(given: {
  readonly textScore: number | null;
  readonly cvssScores: readonly number[];
}): number {
  const { textScore, cvssScores } = given;
  const mean = cvssScores.length === 0 ? null : cvssScores.reduce((sum, score) => sum + score, 0) / cvssScores.length;
  if (mean === null) return textScore ?? 5;
  return textScore === null ? mean : (textScore + mean) / 2;
}

/** 0 to 100: how pressing a vulnerability is. A missing EPSS counts as 0.3, never as none. */
export function riskOf(severity: number, exploitation: Exploitation): number {
  const listed = exploitation.knownExploitedSince !== null;
  const ssvc = exploitation.ssvc?.exploitation ?? null;
  const epss = exploitation.epss ?? 0.3;
  const threat = listed || ssvc === 'active' ? 1 : ssvc === 'poc' ? Math.max(0.5, epss) : epss;
  const known = !listed ? 1 : exploitation.ransomware ? 1.1 : 1.05;
  return Math.round(10_000 * Math.min(1, (threat * severity * known) / 10)) / 100;
}
