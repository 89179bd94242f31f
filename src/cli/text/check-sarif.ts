import { createHash } from 'node:crypto';
import path from 'node:path';
import type { CheckOutcome } from '../../app/index.ts';
import { writeSarif } from '../../formats/sarif/write-sarif.ts';
import { version } from '../../foundation/version.ts';
import { exitCodes } from '../exit-codes.ts';
import { type CheckRule, type CheckVerdict, checkRules } from './check-verdict.ts';

/** In the middle of each band of CVSS; an unrated one counts as high, as the promise counts it. */
const severities: Readonly<Record<string, number>> = { critical: 9.5, high: 8, unknown: 8, medium: 5.5, low: 2 };

export function checkSarif(outcome: CheckOutcome, { problems, status }: CheckVerdict, cwd: string): string {
  const used = (Object.keys(checkRules) as CheckRule[]).filter((id) => problems.some(({ rule }) => rule === id));
  return writeSarif({
    tool: { name: 'Snowguard', version },
    rules: used.map((id) => ({
      id,
      summary: checkRules[id],
      help: problems.find(({ rule }) => rule === id)?.advice ?? checkRules[id],
    })),
    results: problems.map(({ rule, level, text, advice, band, key, input }) => ({
      ruleId: rule,
      level,
      text: `${text}. ${advice}`,
      line: outcome.lines[input] ?? 1,
      fingerprint: createHash('sha256').update(key).digest('hex').slice(0, 32),
      securitySeverity: band === null ? null : (severities[band] ?? 8),
    })),
    file: placeIn(cwd, outcome.lock),
    succeeded: status !== exitCodes.failed,
  });
}

/** As code scanning looks for it: from the root of the repository, which is where pipelines run. */
export function placeIn(cwd: string, file: string): string {
  const relative = path.relative(cwd, file);
  return (relative.startsWith('..') ? file : relative).split(path.sep).join('/');
}
