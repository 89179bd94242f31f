import { type Csaf, readCsaf } from '../../../formats/csaf/read-csaf.ts';
import type { FeedRecord, Severity } from '../model.ts';
import { blankRecord } from '../normalising/blank-record.ts';
import type { NormaliseContext } from '../normalising/normalise-text.ts';
import { plausibleInstant } from '../normalising/plausible-instant.ts';
import { severityOfText, severityOfVector } from '../normalising/severity-of.ts';
import { statementsOf } from './statements-of.ts';

/** A document on one CVE (VEX), or an advisory that bundles several: what a distribution says of its packages. */
export function normaliseCsaf(value: unknown, { source, now }: NormaliseContext): FeedRecord {
  const csaf = readCsaf(value);
  const [first, ...others] = csaf.vulnerabilities;
  const only = others.length === 0 ? first : undefined;
  const cves = csaf.vulnerabilities.flatMap(({ cve }) => cve ?? []);
  return {
    ...blankRecord(source, csaf.id),
    state: /^csaf_(?:withdrawn|superseded)$/.test(csaf.category) ? 'withdrawn' : 'active',
    publishedAt: plausibleInstant(only?.released ?? csaf.released, now),
    modifiedAt: plausibleInstant(csaf.updated, now),
    // Never an alias: an advisory is about an update, not the same as what it fixes.
    upstream: [...new Set(cves)].filter((cve) => cve !== csaf.id),
    title: only?.title || csaf.title,
    details: only?.description || csaf.summary,
    references: referencesOf(csaf),
    severities: severitiesOf(csaf, only),
    statements: statementsOf(csaf),
  };
}

function referencesOf({ references, vulnerabilities }: Csaf): FeedRecord['references'] {
  const all = [...references, ...vulnerabilities.flatMap((vulnerability) => vulnerability.references)];
  const types = new Map(all.map(({ url, isOwn }) => [url, isOwn ? 'ADVISORY' : 'WEB']));
  return [...types].map(([url, type]) => ({ url, type }));
}

/** Of several vulnerabilities the document's own word only. */
function severitiesOf(csaf: Csaf, only: Csaf['vulnerabilities'][number] | undefined): readonly Severity[] {
  const words = [csaf.severity ?? '', ...(only?.impacts.map(({ text }) => text) ?? [])].map((word) =>
    word.trim().toLowerCase(),
  );
  return [
    ...(only?.vectors.map((vector) => severityOfVector(vector, 'distribution')) ?? []),
    ...[...new Set(words)]
      .filter((word) => word !== '' && word.length <= 20 && word !== 'none')
      .map((word) => severityOfText(word, 'distribution')),
  ];
}
