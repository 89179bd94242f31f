import type { Normalised } from '../model.ts';
import { scoreRecord } from '../normalising/blank-record.ts';

/** `#model_version:v2025.03.14,score_date:2026-05-31T00:00:00Z`, then `cve,epss,percentile`. https://www.first.org/epss/data_stats */
export function isHeading(line: string): boolean {
  return line.startsWith('#') && /model_version:/.test(line);
}

/** `CVE-2024-3094,0.85000,0.99300` */
export function normaliseEpss(line: string, source: string): Normalised {
  const [id = '', probability = ''] = line.split(',');
  const epss = Number(probability);
  if (!/^CVE-\d{4}-\d{4,19}$/.test(id)) return rejected(id, line, 'the first column is no CVE id');
  if (!/^\d*\.?\d+(e-?\d+)?$/i.test(probability) || !(epss >= 0 && epss <= 1))
    return rejected(id, line, 'the score is no probability');
  return { kind: 'record', record: scoreRecord(source, id, epss), raw: line };
}

function rejected(id: string, raw: string, reason: string): Normalised {
  return { kind: 'rejected', id: /^[\w.-]{1,200}$/.test(id) ? id : 'line', reason, raw };
}
