import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { normaliseCve } from './cve/normalise.ts';
import { normaliseKev } from './kev/normalise.ts';
import type { FeedRecord } from './model.ts';
import { type Normalise, normalisePiece } from './normalising/normalise-text.ts';
import { normaliseNvd } from './nvd/normalise.ts';
import { normaliseOverride } from './nvd-overrides/normalise.ts';
import { normaliseOsv } from './osv/normalise.ts';
import { productKey } from './product-key.ts';
import { snapshotDay } from './reading/testing.ts';

const starter = 'examples/starter/feeds';
const documentAt = (path: string): unknown => JSON.parse(readFileSync(`${starter}/${path}`, 'utf8'));
const firstOf = (document: unknown, member: string): unknown =>
  (document as Readonly<Record<string, readonly unknown[]>>)[member]?.[0];
const nvdRecord = firstOf(documentAt('nvd/2025.json'), 'vulnerabilities');

const sources: readonly (readonly [string, Normalise, unknown])[] = [
  ['cve', normaliseCve, documentAt('cve/cves/2023/4xxx/CVE-2023-4863.json')],
  ['osv', normaliseOsv, documentAt('osv/Go/GO-2025-4155.json')],
  ['nvd', normaliseNvd, nvdRecord],
  [
    'nvd-overrides',
    normaliseOverride,
    { ...(nvdRecord as object), _annotation: { cve_id: 'CVE-2025-1000', references: [] } },
  ],
  ['kev', normaliseKev, firstOf(documentAt('kev/known_exploited_vulnerabilities.json'), 'vulnerabilities')],
];

/** Every place in a document, as the keys that lead to it. */
function placesIn(value: unknown, place: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [place];
  return [place, ...Object.entries(value).flatMap(([key, member]) => placesIn(member, [...place, key]))];
}

function replaced(value: unknown, place: readonly string[], by: unknown): unknown {
  const [key, ...rest] = place;
  if (key === undefined) return by;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, unknown>;
  copy[key] = replaced(copy[key], rest, by);
  return copy;
}

/** What the store may rely on. */
function expectSound(record: FeedRecord): void {
  const texts = [record.id, record.title, record.details, ...record.aliases, ...record.upstream, ...record.related];
  for (const { url, type } of record.references) texts.push(url, type);
  for (const { identity, ranges, unaffected, versions, platforms } of record.affected) {
    texts.push(productKey(identity), ...versions, ...platforms);
    for (const { lo, hi } of [...ranges, ...unaffected]) texts.push(lo ?? '', hi ?? '');
  }
  // PostgreSQL refuses NUL.
  expect(texts.filter((text) => typeof text !== 'string' || text.includes('\u0000'))).toEqual([]);
  for (const { score } of record.severities) expect(score === null || (score > 0 && score <= 10)).toBe(true);
  for (const instant of [record.publishedAt, record.modifiedAt])
    expect(instant === null || Number.isSafeInteger(instant)).toBe(true);
}

test.each(sources)('%s: a record with anything in any place is read or rejected', (source, normalise, document) => {
  const untouched = normalisePiece({ name: 'x', text: JSON.stringify(document), whole: true }, normalise, {
    source,
    now: snapshotDay,
  });
  expect(untouched.kind).toBe('record');
  const anything = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc.constantFrom('', 'n/a', '*', '__proto__', '\u0000', '9'.repeat(5000), -1, 1e308, [null], [[]], [{}], {
      length: 5,
    }),
  );
  let read = 0;
  fc.assert(
    fc.property(fc.constantFrom(...placesIn(document)), anything, (place, by) => {
      const text = JSON.stringify(replaced(document, place, by));
      const item = normalisePiece({ name: 'x', text, whole: true }, normalise, { source, now: snapshotDay });
      if (item.kind === 'record') {
        read++;
        expectSound(item.record);
      } else expect(item.reason).not.toMatch(/undefined|null|is not a function|Cannot read/);
    }),
    { numRuns: 2000 },
  );
  expect(read).toBeGreaterThan(100);
});

test('ten thousand entries in one record take no time of note', () => {
  const versions = Array.from({ length: 10_000 }, (_, index) => ({
    version: `${index}`,
    lessThan: `${index}.5`,
    status: index % 2 === 0 ? 'affected' : 'unaffected',
    changes: [{ at: `${index}.1`, status: 'unaffected' }],
  }));
  const document = {
    cveMetadata: { cveId: 'CVE-2026-1000', state: 'PUBLISHED' },
    containers: { cna: { affected: [{ vendor: 'a', product: 'b', versions }] } },
  };
  const started = performance.now();
  expect(normaliseCve(document, { source: 'cve', now: snapshotDay }).affected[0]?.ranges).toHaveLength(5000);
  expect(performance.now() - started).toBeLessThan(2000);
});
