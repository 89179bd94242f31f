import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Schema, schemaFaults } from '../../../../tests/support/json-schema.ts';
import { readOsv } from '../../../formats/osv/read-osv.ts';
import type { PublishedAdvisory } from './model.ts';
import { eventOf, osvDocument } from './osv-document.ts';
import { clearLine, fixedLine, line, published, publisher, release } from './testing.ts';

const nix = (advisory: PublishedAdvisory) => osvDocument(advisory, 'nix', publisher);
const strict = (advisory: PublishedAdvisory) => osvDocument(advisory, 'strict', publisher);

test('an open one is told too, up to the version that is known to have it', () => {
  const { affected, upstream, id, ...rest } = nix(published());
  expect([id, upstream]).toEqual(['x_XSP-2027-00001', ['CVE-2024-3094', 'GHSA-rxwq-x6h5-x525']]);
  expect(rest).not.toHaveProperty('aliases');
  expect(rest).toMatchObject({ modified: '2027-03-05T12:00:00Z', published: '2027-03-02T10:00:00Z' });
  expect(rest.references.map(({ url }) => url)).toEqual([
    'https://set.example/cve/CVE-2024-3094',
    'https://tukaani.org/xz-backdoor/',
  ]);
  expect(affected).toMatchObject([
    {
      package: { ecosystem: 'Nix', name: 'xz' },
      ranges: [
        { type: 'ECOSYSTEM', events: [{ introduced: '0' }, { last_affected: '5.6.1' }] },
        { type: 'GIT', repo: 'https://set.example/git/rolling.git', events: [{ introduced: '0' }] },
      ],
    },
  ]);
});

test('one whose fix is released, in the strict set by its commit and with what is built of it', () => {
  const { affected, database_specific } = strict(published({ lines: [fixedLine(), clearLine()] }));
  expect(affected).toEqual([
    {
      ranges: [
        {
          type: 'GIT',
          repo: 'https://set.example/git/rolling.git',
          events: [{ introduced: '0' }, { fixed: release.revision }],
        },
      ],
      ecosystem_specific: {
        ecosystem: 'Nix',
        attribute: 'xz',
        purl: 'pkg:nix/xz',
        ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '5.6.2' }] }],
      },
    },
  ]);
  expect(database_specific.lines).toMatchObject([
    { line: 'rolling', state: 'fixed', fixed_version: '5.6.2', revision: release.revision, systems: ['x86_64-linux'] },
    { line: '26.11', state: 'not_affected', justification: 'vulnerable_code_not_present' },
  ]);
});

test('what an older line fixed is not affected by the range of a newer one', () => {
  const lines = [
    fixedLine({ version: '3.3.1', fixedVersion: '3.3.2' }),
    fixedLine({ channel: '26.05', version: '3.0.14', fixedVersion: '3.0.15' }),
  ];
  expect(nix(published({ lines })).affected[0]?.ranges.filter(({ type }) => type === 'ECOSYSTEM')).toEqual([
    { type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '3.0.15' }] },
    { type: 'ECOSYSTEM', events: [{ introduced: '3.3.1' }, { fixed: '3.3.2' }] },
  ]);
});

test('a patch that leaves the version as it was is told by the commit alone', () => {
  const [entry] = nix(published({ lines: [fixedLine({ fixedVersion: '5.6.1', fixKind: 'patch' })] })).affected;
  expect(entry?.ranges.map(({ type }) => type)).toEqual(['GIT']);
});

test.each([
  ['not affected', published({ lines: [clearLine()] }), {}],
  [
    'withdrawn',
    published({ withdrawn: { at: Date.UTC(2027, 3, 1), by: 'XSP-2026-00009' } }),
    { withdrawn: '2027-04-01T00:00:00Z', related: ['x_XSP-2026-00009'] },
  ],
])('of one that is %s nothing is affected', (_what, advisory, more) => {
  expect(nix(advisory)).toMatchObject({ affected: [], ...more });
});

test('events carry their instants, and leave out what is not known', () => {
  const at = Date.UTC(2027, 2, 5);
  expect(eventOf({ at, line: 'rolling', type: 'fixed', version: '5.6.2', release, systems: [] })).toEqual({
    at: '2027-03-05T00:00:00Z',
    line: 'rolling',
    type: 'fixed',
    version: '5.6.2',
    release: release.version,
    revision: release.revision,
  });
  expect(eventOf({ at, line: null, type: 'exploitation_known', since: at })).toEqual({
    at: '2027-03-05T00:00:00Z',
    type: 'exploitation_known',
    since: '2027-03-05T00:00:00Z',
  });
});

const any = fc.record({
  lines: fc.uniqueArray(
    fc
      .tuple(
        fc.constantFrom('rolling', '26.05', '26.11'),
        fc.constantFrom(line, fixedLine, clearLine),
        fc.stringMatching(/^\d\.\d$/),
      )
      .map(([channel, make, version]) => make({ channel, version })),
    { selector: ({ channel }) => channel },
  ),
  withdrawn: fc.constantFrom(null, { at: 5, by: null }, { at: 5, by: 'XSP-2026-00001' }),
  attr: fc.constantFrom('xz', 'python3Packages.pillow', 'a"b.c d'),
  text: fc.string({ unit: 'binary', maxLength: 30 }),
});
const advisoryOf = ({ lines, withdrawn, attr, text }: typeof any extends fc.Arbitrary<infer Value> ? Value : never) => {
  const { vulnerability } = published();
  return published({
    lines,
    withdrawn,
    attr,
    vulnerability: { ...vulnerability, title: text, details: text, references: [text] },
  });
};

test('our own reader reads every one back', () => {
  fc.assert(
    fc.property(any, (given) => {
      const advisory = advisoryOf(given);
      const read = readOsv(JSON.parse(JSON.stringify(nix(advisory))));
      expect([read.id, read.withdrawn !== null]).toEqual([`x_${advisory.id}`, advisory.withdrawn !== null]);
      expect(read.affected.map((entry) => entry.package?.name)).toEqual(read.affected.map(() => advisory.attr));
    }),
  );
});

const file = '../shared/data/schemas/osv/osv.schema.json';
if (!existsSync(file)) console.log(`left out: ${file} is not there`);

test.skipIf(!existsSync(file))(
  'the strict set passes the official schema, the other fails it at the ecosystem alone',
  () => {
    const schema = JSON.parse(readFileSync(file, 'utf8')) as Schema;
    fc.assert(
      fc.property(any, (given) => {
        const advisory = advisoryOf(given);
        expect(schemaFaults(schema, strict(advisory))).toEqual([]);
        const places = schemaFaults(schema, nix(advisory)).map((fault) => fault.split(':')[0]);
        expect(places).toEqual(nix(advisory).affected.map(() => '/affected/0/package/ecosystem'));
      }),
    );
    // The schema sees what is wrong.
    expect(schemaFaults(schema, { ...strict(published()), id: 'XSP-2027-00001' })).toHaveLength(1);
    expect(schemaFaults(schema, { ...strict(published()), modified: '2027-03-05' })).not.toEqual([]);
  },
);

const samples = '../shared/data/schemas/samples/osv';
test.skipIf(!existsSync(samples) || !existsSync(file))(
  'records that the schema’s authors made pass it as well',
  async () => {
    const { readdirSync } = await import('node:fs');
    const schema = JSON.parse(readFileSync(file, 'utf8')) as Schema;
    const records = readdirSync(samples).filter((name) => name.endsWith('.osv.json'));
    expect(records.length).toBeGreaterThan(5);
    for (const name of records)
      expect([name, schemaFaults(schema, JSON.parse(readFileSync(`${samples}/${name}`, 'utf8')))]).toEqual([name, []]);
  },
);
