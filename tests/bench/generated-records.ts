import type { AffectedProduct, FeedItem, FeedRecord, Range } from '../../src/pipeline/feeds/index.ts';

/** Numbers that look random and are the same in every run (Lehmer). */
function createNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

const words =
  'a an buffer heap overflow use after free in the function parse of component allows remote local attackers to execute arbitrary code read memory cause denial service via crafted file request input before version when option is enabled'.split(
    ' ',
  );

/**
 * Records shaped like the CVE list's: two products and eight to nine ranges each, a few names on most records and many
 * on few, two kilobytes of raw text.
 */
export function* generatedRecords(count: number, source: string): Generator<FeedItem> {
  const number = createNumbers(20_260_531);
  const text = Array.from({ length: 200_000 }, () => words[number(words.length)]).join(' ');
  const slice = (length: number) => {
    const from = number(text.length - length);
    return text.slice(from, from + length);
  };
  for (let index = 0; index < count; index++) {
    const id = `CVE-${2000 + (index % 27)}-${10_000 + Math.floor(index / 27)}`;
    const publishedAt = Date.UTC(2000 + (index % 27), number(12), 1 + number(28), number(24));
    const affected = Array.from({ length: 2 }, () => product(number));
    const record: FeedRecord = {
      source,
      id,
      state: 'active',
      publishedAt,
      modifiedAt: publishedAt + 86_400_000 * number(500),
      aliases: index % 4 === 0 ? [`GHSA-${index.toString(36).padStart(4, '0')}-aaaa-bbbb`] : [],
      upstream: [],
      related: [],
      title: slice(60),
      details: slice(300 + number(300)),
      references: Array.from({ length: 3 }, () => ({
        url: `https://example.org/advisories/${number(1_000_000_000)}`,
        type: 'WEB',
      })),
      affected,
      severities: [
        {
          kind: 'CVSS_V3',
          vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H',
          score: 1 + number(90) / 10,
          text: null,
          rater: 'cna',
        },
      ],
      exploitation: null,
      statements: [],
      tags: [],
    };
    yield { kind: 'record', record, raw: rawOf(record, slice(500)) };
  }
}

function product(number: (below: number) => number): AffectedProduct {
  // A few products have thousands of records, most have one or two.
  const rank = Math.floor(120_000 * (number(100_000) / 100_000) ** 3);
  const first = number(9);
  return {
    identity: { kind: 'product', vendor: `vendor_${rank % 20_000}`, product: `product_${rank}` },
    scheme: 'generic',
    ranges: Array.from({ length: 1 + number(8) }, (_, index): Range => {
      const series = `${first}.${index}`;
      return { lo: `${series}.0`, loInclusive: true, hi: `${series}.${1 + number(40)}`, hiInclusive: false };
    }),
    versions: [],
    unaffected: [],
    otherwise: 'unaffected',
    weak: null,
    platforms: [],
    component: null,
  };
}

function rawOf({ affected, aliases, ...record }: FeedRecord, padding: string): string {
  return JSON.stringify({
    dataType: 'CVE_RECORD',
    dataVersion: '5.1',
    cveMetadata: { cveId: record.id, state: 'PUBLISHED', datePublished: record.publishedAt },
    containers: {
      cna: { ...record, providerMetadata: { orgId: padding }, affected: affected.map(rawProduct), aliases },
    },
  });
}

function rawProduct({ identity, ranges }: AffectedProduct) {
  return {
    ...identity,
    defaultStatus: 'unaffected',
    versions: ranges.map(({ lo, hi }) => ({ version: lo, lessThan: hi, status: 'affected', versionType: 'custom' })),
  };
}
