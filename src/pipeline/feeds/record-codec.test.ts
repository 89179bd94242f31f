import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AffectedProduct, FeedRecord, ProductIdentity, Range } from './model.ts';
import { blankRecord } from './normalising/blank-record.ts';
import { decodeClaims, decodeRecord, encodeRecord } from './record-codec.ts';

const text = fc.string({ unit: 'binary', maxLength: 8 });
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null });
const list = <Value>(value: fc.Arbitrary<Value>) => fc.array(value, { maxLength: 4 });
const instant = maybe(fc.integer({ min: 0, max: 4_000_000_000_000 }));

const range: fc.Arbitrary<Range> = fc.record({
  lo: maybe(text),
  loInclusive: fc.boolean(),
  hi: maybe(text),
  hiInclusive: fc.boolean(),
});

const identity: fc.Arbitrary<ProductIdentity> = fc.oneof(
  fc.record({
    kind: fc.constant('cpe' as const),
    part: text,
    vendor: text,
    product: text,
    targetSoftware: maybe(text),
    edition: maybe(text),
  }),
  fc.record({ kind: fc.constant('purl' as const), purl: text }),
  fc.record({ kind: fc.constant('package' as const), ecosystem: text, name: text }),
  fc.record({ kind: fc.constant('product' as const), vendor: text, product: text }),
  fc.record({ kind: fc.constant('repository' as const), url: text }),
);

const affected: fc.Arbitrary<AffectedProduct> = fc.record({
  identity,
  scheme: fc.constantFrom('semver', 'generic', 'git'),
  ranges: list(range),
  versions: list(text),
  unaffected: list(range),
  otherwise: fc.constantFrom('affected', 'unaffected', 'unknown'),
  weak: maybe(text),
  platforms: list(text),
  component: maybe(text),
});

/** Most of what one record names is affected alike. */
const alike: fc.Arbitrary<readonly AffectedProduct[]> = fc
  .tuple(affected, list(identity))
  .map(([first, others]) => [first, ...others.map((identity) => ({ ...first, identity }))]);

const record: fc.Arbitrary<FeedRecord> = fc.record({
  source: text,
  id: text,
  state: fc.constantFrom('active', 'withdrawn', 'rejected'),
  publishedAt: instant,
  modifiedAt: instant,
  aliases: list(text),
  upstream: list(text),
  related: list(text),
  title: text,
  details: text,
  references: list(fc.record({ url: text, type: text })),
  affected: fc.oneof(
    list(affected),
    fc.tuple(alike, alike).map(([a, b]) => [...a, ...b]),
  ),
  severities: list(
    fc.record({
      kind: fc.constantFrom('CVSS_V2', 'CVSS_V3', 'CVSS_V4', 'text'),
      vector: maybe(text),
      score: maybe(fc.integer({ min: 0, max: 100 }).map((tenths) => tenths / 10)),
      text: maybe(text),
      rater: maybe(text),
    }),
  ),
  exploitation: maybe(
    fc.record({
      knownExploitedSince: instant,
      ransomware: fc.boolean(),
      dueDate: maybe(text),
      epss: maybe(fc.integer({ min: 0, max: 100_000 }).map((parts) => parts / 100_000)),
      ssvc: maybe(
        fc.record({
          exploitation: fc.constantFrom('none', 'poc', 'active', null),
          automatable: maybe(fc.boolean()),
          technicalImpact: fc.constantFrom('partial', 'total', null),
        }),
      ),
    }),
  ),
  statements: list(
    fc.record({
      product: text,
      status: fc.constantFrom('fixed', 'not_affected', 'affected', 'under_investigation', 'unknown'),
      version: maybe(text),
      justification: maybe(text),
      text: maybe(text),
    }),
  ),
  tags: list(fc.constantFrom('disputed', 'hosted-only', 'informational')),
});

/** Lists as sets: sorted by their JSON, once each where the store keeps them so. */
function asSets(value: FeedRecord) {
  const once = <Item>(items: readonly Item[]) => [...new Set(items.map((item) => JSON.stringify(item)))].sort();
  const sorted = (items: readonly unknown[]) => items.map((item) => JSON.stringify(item)).sort();
  const product = (one: AffectedProduct) => ({
    ...one,
    ranges: sorted(one.ranges),
    unaffected: sorted(one.unaffected),
    versions: sorted(one.versions),
    platforms: sorted(one.platforms),
  });
  return {
    ...value,
    aliases: sorted(value.aliases),
    upstream: sorted(value.upstream),
    related: sorted(value.related),
    tags: sorted(value.tags),
    references: once(value.references),
    severities: once(value.severities),
    statements: once(value.statements),
    affected: once(value.affected.map(product)),
  };
}

test('any record comes back as it was, its lists as sets', () => {
  fc.assert(
    fc.property(record, (given) => {
      expect(asSets(decodeRecord(given, encodeRecord(given).body))).toEqual(asSets(given));
    }),
  );
});

test('the claims of any record are those of the whole', () => {
  // Signs that mean something in JSON, and the many ways to escape them.
  const tricky = fc.string({ unit: fc.constantFrom('"', '\\', '[', ']', ',', 'a', '\n', 'é', '≥'), maxLength: 12 });
  const any = fc.tuple(record, tricky, tricky, list(tricky)).map(([given, title, details, ids]) => ({
    ...given,
    title,
    details,
    aliases: ids,
    related: ids,
    references: [...given.references, ...ids.map((url) => ({ url, type: title }))],
  }));
  fc.assert(
    fc.property(any, (given) => {
      const { body } = encodeRecord(given);
      const { links, ...claims } = decodeClaims(given, body);
      const { references, modifiedAt, aliases, upstream, related, title, details, ...rest } = decodeRecord(given, body);
      expect(claims).toEqual(rest);
      expect(links()).toEqual(references);
    }),
  );
});

test('order and the date of modification are no meaning', () => {
  const shuffled = (value: FeedRecord): FeedRecord => ({
    ...value,
    modifiedAt: 7,
    aliases: value.aliases.toReversed(),
    references: value.references.toReversed(),
    severities: value.severities.toReversed(),
    statements: value.statements.toReversed(),
    affected: value.affected.toReversed().map((one) => ({ ...one, ranges: one.ranges.toReversed() })),
  });
  fc.assert(
    fc.property(record, (given) => {
      expect(encodeRecord(shuffled(given))).toEqual(encodeRecord(given));
    }),
  );
});

test('other meaning is another digest', () => {
  fc.assert(
    fc.property(record, record, (a, b) => {
      const meaning = (value: FeedRecord) => JSON.stringify(asSets({ ...value, source: '', id: '', modifiedAt: null }));
      fc.pre(meaning(a) !== meaning(b));
      expect(encodeRecord(a).meaningDigest).not.toBe(encodeRecord(b).meaningDigest);
    }),
  );
});

const java: FeedRecord = {
  ...blankRecord('test', 'CVE-2009-3882'),
  publishedAt: 0,
  affected: [['sun', '6.0.17'] as const, ['oracle', '6.0.17'] as const, ['openjdk', '6.0.18'] as const].map(
    ([vendor, hi]) => ({
      identity: { kind: 'product', vendor, product: 'java' },
      scheme: 'generic',
      ranges: [{ lo: '6', loInclusive: true, hi, hiInclusive: false }],
      versions: [],
      unaffected: [],
      otherwise: 'unaffected',
      weak: null,
      platforms: [],
      component: null,
    }),
  ),
};

// What is stored already stays readable, and its meaning the same: or each workspace would take every record for changed.
test.each([
  ['each product in full', '[["product","sun","java"],"generic",[["6","6.0.17",1]],[],[],"unaffected",null,[],null]'],
  ['what is alike once', '[["product","sun","java"],1]'],
])('a stored body says %s', (_, sun) => {
  const inFull = (vendor: string, hi: string) =>
    `[["product","${vendor}","java"],"generic",[["6","${hi}",1]],[],[],"unaffected",null,[],null]`;
  const affected = [inFull('openjdk', '6.0.18'), inFull('oracle', '6.0.17'), sun].join(',');
  expect(asSets(decodeRecord(java, `[[],[],[],"","",[],[],null,[],[],[${affected}]]`))).toEqual(asSets(java));
});

test('the meaning of a record has the digest that it always had', () => {
  const { body, meaningDigest } = encodeRecord(java);
  expect(meaningDigest).toBe('3ckClRa_bFrzZ1TvOVJAClQjjFCTajzkSQQzy9enOEw');
  expect(body).toContain('[["product","sun","java"],1]');
  const [openjdk, oracle, sun] = decodeRecord(java, body).affected;
  expect(sun?.ranges).toBe(oracle?.ranges);
  expect(sun?.ranges).not.toBe(openjdk?.ranges);
});
