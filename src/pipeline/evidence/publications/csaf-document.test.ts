import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { brokenCsafRules, csafRules } from '../../../../tests/support/csaf-rules.ts';
import { type Schema, schemaFaults } from '../../../../tests/support/json-schema.ts';
import { readCsaf } from '../../../formats/csaf/read-csaf.ts';
import { csafCategories, csafDocument, csafPathOf } from './csaf-document.ts';
import { csafFeed, csafListed, providerMetadata } from './csaf-provider.ts';
import type { PublishedAdvisory } from './model.ts';
import { clearLine, fixedLine, line, published, publisher, release } from './testing.ts';

const vex = (given: Partial<PublishedAdvisory>) => csafDocument(published(given), 'csaf_vex', publisher);
const statuses = (given: Partial<PublishedAdvisory>) => vex(given).vulnerabilities?.[0]?.product_status;

const affected = 'rolling/xz@5.6.1';
const fixed = `rolling/xz@5.6.2?release=${release.version}&system=x86_64-linux`;

test.each([
  [line({ says: { kind: 'under_investigation' } }), { under_investigation: [affected] }, undefined],
  [line({ says: { kind: 'affected', remedy: 'none', action: 'a' } }), { known_affected: [affected] }, 'none_available'],
  [line(), { known_affected: [affected] }, 'none_available'],
  [
    line({ says: { kind: 'affected', remedy: 'released', action: 'a' }, release }),
    { known_affected: [affected] },
    'vendor_fix',
  ],
  [
    line({ says: { kind: 'affected', remedy: 'not_planned', action: 'a' } }),
    { known_affected: [affected] },
    'no_fix_planned',
  ],
  [fixedLine(), { known_affected: [affected], first_fixed: [fixed], fixed: [fixed] }, 'vendor_fix'],
  [line({ says: { kind: 'fixed', reason: 'patched-same-version', statement: 's' } }), { fixed: [affected] }, undefined],
  [clearLine(), { known_not_affected: ['26.11/xz@5.6.1'] }, undefined],
])('what is said of a line: %#', (given, status, remediation) => {
  const [said] = vex({ lines: [given] }).vulnerabilities ?? [];
  expect([said?.product_status, said?.remediations?.[0]?.category]).toEqual([status, remediation]);
});

test('not affected, with its label and why', () => {
  const [said] = vex({ lines: [clearLine()] }).vulnerabilities ?? [];
  expect(said).toMatchObject({
    cve: 'CVE-2024-3094',
    ids: [{ system_name: 'GitHub Advisory', text: 'GHSA-rxwq-x6h5-x525' }],
    flags: [{ label: 'vulnerable_code_not_present' }],
    threats: [{ category: 'impact', details: 'Built without it.' }],
  });
});

test('a mitigation is told, unless there is none', () => {
  const mitigated = (mitigation: string) =>
    vex({ events: [{ at: 1, line: 'rolling', type: 'affected', mitigation }] }).vulnerabilities?.[0]?.remediations;
  expect(mitigated('Close port 22.')).toMatchObject([{}, { category: 'mitigation', details: 'Close port 22.' }]);
  expect(mitigated('none known')).toHaveLength(1);
});

test('a patch under the old version is another product than what it patches', () => {
  const lines = [fixedLine({ fixedVersion: '5.6.1', fixKind: 'patch' })];
  const { known_affected, fixed: patched } = statuses({ lines }) ?? {};
  expect(known_affected).toEqual([affected]);
  expect(patched).toEqual([`${affected}?release=${release.version}&system=x86_64-linux`]);
});

test('what happened is its history, from the first publication on', () => {
  const { tracking } = vex({}).document;
  expect(tracking).toMatchObject({
    id: 'XSP-2027-00001-VEX',
    version: '2',
    initial_release_date: '2027-03-02T10:00:00Z',
    revision_history: [{ number: '1' }, { number: '2', date: '2027-03-05T12:00:00Z' }],
  });
  expect(csafPathOf(published(), 'csaf_vex')).toBe('2027/xsp-2027-00001-vex.json');
});

test('one that was withdrawn stays at its place and says so', () => {
  const gone = csafDocument(published({ withdrawn: { at: 5, by: 'XSP-2026-00009' } }), 'csaf_vex', publisher);
  expect(gone).not.toHaveProperty('vulnerabilities');
  expect(gone.document.category).toBe('csaf_base');
  expect(gone.document.notes.map(({ text }) => text).join()).toContain('XSP-2026-00009');
});

const says = fc.constantFrom<PublishedAdvisory['lines'][number]['says']>(
  { kind: 'under_investigation' },
  { kind: 'affected', remedy: 'none', action: 'a' },
  { kind: 'affected', remedy: 'planned', action: 'a' },
  { kind: 'affected', remedy: 'released', action: 'a' },
  { kind: 'affected', remedy: 'not_planned', action: 'a' },
  { kind: 'fixed', reason: null, statement: null },
  { kind: 'silent' },
  { kind: 'void' },
  clearLine().says,
);
const any = fc
  .record({
    lines: fc.uniqueArray(
      fc.record({
        channel: fc.constantFrom('rolling', '26.05', '26.11'),
        version: fc.constantFrom('', '1.0', '1.0 pre'),
        fixedVersion: fc.constantFrom(null, '1.0', '1.1'),
        says,
        release: fc.constantFrom(null, release),
      }),
      { selector: ({ channel }) => channel },
    ),
    withdrawn: fc.constantFrom(null, { at: 5, by: null }),
    attr: fc.constantFrom('xz', 'python3Packages.pillow', 'a"b.c d'),
    text: fc.string({ unit: 'binary', maxLength: 30 }),
    events: fc.array(
      fc.record({
        at: fc.integer({ min: Date.UTC(2027, 1, 1), max: Date.UTC(2027, 3, 1) }),
        line: fc.constantFrom('rolling', null),
        type: fc.constant('corrected' as const),
        reason: fc.constant('r'),
      }),
    ),
  })
  .map(({ lines, withdrawn, attr, text, events }) => {
    const { vulnerability, publishedAt } = published();
    return published({
      attr,
      withdrawn,
      events,
      modifiedAt: Math.max(publishedAt, ...events.map(({ at }) => at)),
      lines: lines.map((one) => fixedLine(one)),
      vulnerability: { ...vulnerability, title: text, details: text, references: [text] },
    });
  });

test('every one keeps the mandatory rules of the standard, and our own reader reads it back', () => {
  fc.assert(
    fc.property(any, fc.constantFrom(...csafCategories), (advisory, category) => {
      const document = JSON.parse(JSON.stringify(csafDocument(advisory, category, publisher)));
      expect(brokenCsafRules(document)).toEqual([]);
      const read = readCsaf(document);
      const used = read.vulnerabilities.flatMap(({ status }) => [...status.values()].flat());
      expect(used.filter((id) => !read.products.get(id)?.purl?.startsWith('pkg:nix/'))).toEqual([]);
    }),
  );
});

const folder = '../shared/data/schemas';
const isThere = existsSync(folder);
if (!isThere) console.log(`left out: ${folder} is not there`);
const schemaAt = (file: string) => JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')) as Schema;

describe.skipIf(!isThere)('held against what the standard publishes', () => {
  const load = () => {
    const csaf = schemaAt('csaf/csaf-2.0.schema.json');
    const others = new Map<string, Schema>([
      ['https://docs.oasis-open.org/csaf/csaf/v2.0/csaf_json_schema.json', csaf],
      ...['2.0', '3.0', '3.1'].map((version): [string, Schema] => [
        `https://www.first.org/cvss/cvss-v${version}.json`,
        schemaAt(`cvss/cvss-v${version}.json`),
      ]),
    ]);
    return { csaf, others, provider: schemaAt('csaf/csaf-2.0-provider.schema.json') };
  };

  test('every document passes the schema; so do the metadata of the provider', () => {
    const { csaf, others, provider } = load();
    fc.assert(
      fc.property(any, fc.constantFrom(...csafCategories), (advisory, category) => {
        const document = JSON.parse(JSON.stringify(csafDocument(advisory, category, publisher)));
        expect(schemaFaults(csaf, document, others)).toEqual([]);
      }),
    );
    expect(schemaFaults(provider, providerMetadata([published()], publisher), others)).toEqual([]);
    expect(csafFeed(csafListed([published()]), publisher).feed.entry).toHaveLength(2);
    const broken = { ...vex({}).document, csaf_version: '1.0' };
    expect(schemaFaults(csaf, { ...vex({}), document: broken }, others)).not.toEqual([]);
  });

  interface Case {
    readonly id: string;
    readonly failures?: readonly { readonly name: string }[];
    readonly valid?: readonly { readonly name: string }[];
  }
  const cases = isThere
    ? (schemaAt('samples/csaf-2.0/testcases.json').tests as readonly Case[]).filter(
        ({ id }) => csafRules[id] !== undefined,
      )
    : [];

  test('the rules are those of the standard: they see all that its samples have wrong, and nothing else', () => {
    expect(cases.length).toBe(Object.keys(csafRules).length);
    const sample = (name: string) => JSON.parse(readFileSync(`${folder}/samples/csaf-2.0/${name}`, 'utf8'));
    for (const { id, failures = [], valid = [] } of cases) {
      for (const { name } of failures) expect([id, name, csafRules[id]?.(sample(name))]).toEqual([id, name, true]);
      for (const { name } of valid) expect([id, name, csafRules[id]?.(sample(name))]).toEqual([id, name, false]);
    }
  });
});
