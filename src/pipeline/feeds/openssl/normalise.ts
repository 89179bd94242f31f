import { objectAt, textAt } from '../../../formats/json/shape.ts';
import { normaliseCve } from '../cve/normalise.ts';
import type { FeedRecord } from '../model.ts';
import type { NormaliseContext } from '../normalising/normalise-text.ts';
import { plausibleInstant } from '../normalising/plausible-instant.ts';

/** A CVE record by the project itself, which rates in words and dates it where the CVE list has none. */
export function normaliseOpenssl(value: unknown, context: NormaliseContext): FeedRecord {
  const record = normaliseCve(value, context);
  const cna = objectAt(objectAt(objectAt(value, 'the record').containers, 'containers').cna, 'cna');
  return {
    ...record,
    publishedAt: record.publishedAt ?? plausibleInstant(textAt(cna.datePublic, 'datePublic'), context.now),
    severities: record.severities
      .filter(({ text }) => text !== 'unknown')
      .map((severity) => ({ ...severity, rater: null })),
  };
}
